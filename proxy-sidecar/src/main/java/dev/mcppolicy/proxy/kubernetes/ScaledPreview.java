// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.workload.Deadline;
import dev.mcppolicy.proxy.workload.WorkloadPreview;
import dev.mcppolicy.proxy.workload.WorkloadReplicas;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What an act on a workload with a scale would meet. */
final class ScaledPreview {
  private final ApiServer api;
  private final KeptReplicas kept;
  private final WorkloadPods pods;
  private final ScaledLooks looks;

  ScaledPreview(ApiServer api, KeptReplicas kept, WorkloadPods pods, ScaledLooks looks) {
    this.api = api;
    this.kept = kept;
    this.pods = pods;
    this.looks = looks;
  }

  /** Empty when it cannot be read. */
  Optional<WorkloadPreview> of(ScaleTarget target, Deadline deadline) {
    return api.get(target.object(), api.within(deadline.left()))
            instanceof ApiAnswer.Ok(JsonObject object)
        ? Optional.of(of(target, object, deadline))
        : Optional.empty();
  }

  private WorkloadPreview of(ScaleTarget target, JsonObject object, Deadline deadline) {
    var replicas =
        new WorkloadReplicas(
            ScaleChange.count(object, "spec", "replicas").orElse(target.isKnownKind() ? 1 : 0),
            ScaleChange.count(object, "status", "replicas").orElse(0),
            OptionalInt.empty(),
            OptionalInt.empty());
    if (replicas.requested() == 0) {
      OptionalInt returnsTo = kept.of(target, deadline);
      return new WorkloadPreview(
          replicas, returnsTo, PodGpus.of(object, returnsTo.orElse(1)), OptionalInt.empty());
    }
    return new WorkloadPreview(
        replicas,
        OptionalInt.empty(),
        gpus(target, object, replicas.requested(), deadline),
        pods.mayBeSeen() ? looks.running(target.workload(), deadline) : OptionalInt.empty());
  }

  /** Of a kind that is not known, its pods alone tell. */
  private Map<String, Long> gpus(
      ScaleTarget target, JsonObject object, int wanted, Deadline deadline) {
    if (target.isKnownKind()) {
      return PodGpus.of(object, wanted);
    }
    return pods.mayBeSeen()
            && pods.list(target, object, deadline) instanceof WorkloadPods.Listed.Pods(var own)
        ? PodGpus.of(own)
        : Map.of();
  }
}
