// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Workload;

/** How workloads of a kind are acted on. */
enum TargetKind {
  /** By the scale. */
  SCALED,
  /** By KServe's annotation. */
  INFERENCE_SERVICE,
  /** By deletion. */
  PODS,
  /** By the engine that runs it. */
  CONTAINER;

  static TargetKind of(Workload workload) {
    Workload.Target target = workload.target();
    return switch (target.apiVersion() + " " + target.kind()) {
      case "serving.kserve.io/v1beta1 InferenceService" -> INFERENCE_SERVICE;
      case "v1 " + Workload.Target.PODS -> PODS;
      case Workload.Target.CONTAINER_VERSION + " " + Workload.Target.CONTAINER -> CONTAINER;
      default -> SCALED;
    };
  }
}
