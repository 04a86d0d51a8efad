// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.enforce;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.mcp.ToolsCall;
import dev.mcppolicy.proxy.upstream.PendingCall;
import dev.mcppolicy.proxy.upstream.Upstream;
import dev.mcppolicy.proxy.workload.ActRecord;
import dev.mcppolicy.proxy.workload.ContainerTools;
import dev.mcppolicy.proxy.workload.Effect;
import dev.mcppolicy.proxy.workload.Ending;
import dev.mcppolicy.proxy.workload.Previews;
import dev.mcppolicy.proxy.workload.Revocation;
import dev.mcppolicy.proxy.workload.WorkloadControl;
import dev.mcppolicy.proxy.workload.WorkloadLook;
import dev.mcppolicy.proxy.workload.WouldBe;
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
  private final Optional<WorkloadControl> control;
  private final ContainerTools containerTools;
  private final Previews previews;
  private final Semaphore places;
  private final Ending ending = new Ending();

  /**
   * @param control of workloads; empty where no tool is mapped
   * @param workloadCallsMax container tools at the same time
   */
  public Acts(Upstream upstream, Optional<WorkloadControl> control, int workloadCallsMax) {
    this.upstream = upstream;
    this.control = control;
    this.containerTools = new ContainerTools(control);
    this.previews = new Previews(control);
    this.places = new Semaphore(workloadCallsMax);
  }

  /** Sends on what is asked for, as it was decided on, and nothing else of it. */
  PendingCall send(Asked asked, Duration timeout, Consumer<Outcome> outcome) {
    return upstream.call(
        asked.method().text(),
        Optional.of(asked.params()),
        timeout,
        reply -> outcome.accept(Outcome.of(reply)));
  }

  /**
   * Looks how many replicas of a workload are wanted, on a thread of its own.
   *
   * @param replicas empty when that cannot be read
   * @return false when too much is being done, and nothing will come
   */
  boolean look(Workload workload, Duration timeout, Consumer<Optional<Long>> replicas) {
    if (!places.tryAcquire()) {
      return false;
    }
    Thread.ofVirtual().name("replicas").start(() -> replicas.accept(replicas(workload, timeout)));
    return true;
  }

  /**
   * What a tool would do to a workload, told on a thread of its own.
   *
   * @param preview empty when that is not known within a second, or when it changes nothing
   */
  void preview(String tool, Workload workload, Consumer<Optional<WouldBe>> preview) {
    previews.of(
        workload, seen -> preview.accept(seen.flatMap(known -> WouldBe.of(tool, workload, known))));
  }

  private Optional<Long> replicas(Workload workload, Duration timeout) {
    try {
      return control.flatMap(
          known ->
              known.look(workload, timeout) instanceof WorkloadLook.Seen(var replicas, String _)
                  ? Optional.of((long) replicas.requested())
                  : Optional.empty());
    } catch (RuntimeException e) {
      LOG.error("the replicas of {} cannot be read", workload.name(), e);
      return Optional.empty();
    } finally {
      places.release();
    }
  }

  /**
   * Carries a container tool out on a declared workload, on a thread of its own.
   *
   * @param act notes what is changed; complete once there is an outcome
   * @param revocation asked before anything is taken down
   */
  void carryOut(
      ToolsCall call,
      List<Workload> workloads,
      Duration timeout,
      ActRecord act,
      Revocation revocation,
      Consumer<Outcome> outcome) {
    if (!places.tryAcquire()) {
      outcome.accept(
          new Outcome.Failed(
              Effect.NOTHING_TRIED, "too many container tools are being carried out"));
      return;
    }
    Thread.ofVirtual()
        .name("container-tool")
        .start(
            () ->
                outcome.accept(
                    ending.over(
                        () ->
                            revocation.over(
                                () -> act.of(() -> carryOutHere(call, workloads, timeout))))));
  }

  /** What is being carried out is finished as soon as it can be: this proxy is about to end. */
  void ending() {
    ending.begin();
  }

  private Outcome carryOutHere(ToolsCall call, List<Workload> workloads, Duration timeout) {
    try {
      ContainerTools.CarriedOut done = containerTools.carryOut(call, workloads, timeout);
      return new Outcome.Result(done.result(), done.effect());
    } catch (RuntimeException e) {
      LOG.error("{} broke", call.name(), e);
      return new Outcome.Failed(Effect.DONE, "`" + call.name() + "` broke");
    } finally {
      places.release();
    }
  }
}
