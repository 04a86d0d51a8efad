// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.enforce;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.mcp.RequestMeta;
import dev.mcppolicy.mcp.ToolsCall;
import dev.mcppolicy.proxy.upstream.PendingCall;
import dev.mcppolicy.proxy.upstream.Upstream;
import dev.mcppolicy.proxy.workload.ContainerTools;
import dev.mcppolicy.proxy.workload.WorkloadControl;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done about an allowed call. Nothing here blocks its caller. */
public final class Acts {
  private static final Logger LOG = LoggerFactory.getLogger(Acts.class);

  private final Upstream upstream;
  private final ContainerTools containerTools;
  private final Semaphore places;

  /**
   * @param control of workloads; empty where no tool is mapped
   * @param workloadCallsMax container tools at the same time
   */
  public Acts(Upstream upstream, Optional<WorkloadControl> control, int workloadCallsMax) {
    this.upstream = upstream;
    this.containerTools = new ContainerTools(control);
    this.places = new Semaphore(workloadCallsMax);
  }

  /** Sends the call on: name and arguments as they were decided on, and nothing else of it. */
  PendingCall send(ToolsCall call, Duration timeout, Consumer<Outcome> outcome) {
    var params = JsonObject.builder().put("name", call.name()).put("arguments", call.arguments());
    call.meta()
        .map(meta -> meta.without("progressToken")) // progress is not relayed
        .filter(meta -> !meta.members().isEmpty())
        .ifPresent(meta -> params.put(RequestMeta.MEMBER, meta));
    return upstream.call(
        "tools/call",
        Optional.of(params.build()),
        timeout,
        reply -> outcome.accept(Outcome.of(reply)));
  }

  /** Carries a container tool out on a declared workload, on a thread of its own. */
  void carryOut(
      ToolsCall call, List<Workload> workloads, Duration timeout, Consumer<Outcome> outcome) {
    if (!places.tryAcquire()) {
      outcome.accept(new Outcome.Failed(false, "too many container tools are being carried out"));
      return;
    }
    Thread.ofVirtual()
        .name("container-tool")
        .start(() -> outcome.accept(carryOutHere(call, workloads, timeout)));
  }

  private Outcome carryOutHere(ToolsCall call, List<Workload> workloads, Duration timeout) {
    try {
      ContainerTools.CarriedOut done = containerTools.carryOut(call, workloads, timeout);
      return new Outcome.Result(done.result(), done.acted());
    } catch (RuntimeException e) {
      LOG.error("{} broke", call.name(), e);
      return new Outcome.Failed(true, "`" + call.name() + "` broke");
    } finally {
      places.release();
    }
  }
}
