// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.proxy.workload.ActRecord;
import dev.mcppolicy.proxy.workload.Cause;
import dev.mcppolicy.proxy.workload.StopOptions;
import dev.mcppolicy.proxy.workload.StopOptions.Removal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** What a sidecar does for one {@code stop_vllm}, in a process that can be killed. */
final class StopInAProcess {
  private StopInAProcess() {}

  /** Arguments: the API server, the token file, the namespace, the Deployment. */
  static void main(String[] arguments) {
    var settings =
        new ApiServerSettings(
            URI.create(arguments[0]),
            Path.of(arguments[1]),
            Optional.empty(),
            Duration.ofSeconds(30));
    String namespace = arguments[2];
    var workload =
        new Workload(
            arguments[3],
            true,
            new Workload.Target("apps/v1", "Deployment", arguments[3]),
            Optional.empty());
    try (var api = new ApiServer(settings)) {
      var workloads =
          new WorkloadsByKind(
              api,
              new ServerState(api, namespace, "server"),
              new WorkloadEvents(api, "killed", InstantSource.system()),
              new NoContainers(),
              namespace,
              InstantSource.system());
      var act =
          new ActRecord(
              new Cause("d-1", "stop_vllm", "agent", "/tools/stop_vllm", Optional.empty()));
      System.out.println(
          act.of(
              () ->
                  workloads.stop(
                      workload,
                      List.of(workload),
                      new StopOptions(Duration.ofSeconds(20), Removal.UNSAID),
                      Duration.ofSeconds(50))));
    }
  }
}
