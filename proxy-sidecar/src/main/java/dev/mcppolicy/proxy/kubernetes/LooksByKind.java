// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.proxy.workload.Deadline;

/** Every workload of a server, whatever its kind: a floor counts those of several. */
record LooksByKind(
    ScaledLooks scaled,
    InferenceServiceLooks inferenceServices,
    BarePodLooks barePods,
    ContainerLooks containers)
    implements Guarded {

  private Guarded of(Workload workload) {
    return switch (TargetKind.of(workload)) {
      case SCALED -> scaled;
      case INFERENCE_SERVICE -> inferenceServices;
      case PODS -> barePods;
      case CONTAINER -> containers;
    };
  }

  @Override
  public Readiness readiness(Workload workload, Deadline deadline) {
    return of(workload).readiness(workload, deadline);
  }

  @Override
  public PodRequests.Seen requests(Workload workload, int port, String path, Deadline deadline) {
    return of(workload).requests(workload, port, path, deadline);
  }
}
