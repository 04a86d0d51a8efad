// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * The pods of a kind that is not known, held against what its scale says: the scale counts replicas
 * and not their readiness, and a replica may be several pods.
 *
 * @param observed replicas that the scale says are there
 * @param listed the pods that are its own, as far as their controllers tell
 */
record ScaledPods(int wanted, int observed, WorkloadPods.Listed listed) {

  static ScaledPods of(JsonObject scale, WorkloadPods.Listed listed) {
    return new ScaledPods(
        ScaleChange.count(scale, "spec", "replicas").orElse(0),
        ScaleChange.count(scale, "status", "replicas").orElse(0),
        listed);
  }

  private List<JsonObject> all() {
    return listed instanceof WorkloadPods.Listed.Pods(List<JsonObject> pods) ? pods : List.of();
  }

  private int live() {
    return (int) all().stream().filter(WorkloadPods::isLive).count();
  }

  private int ready() {
    return (int) all().stream().filter(WorkloadPods::isLive).filter(WorkloadPods::isReady).count();
  }

  /** Ready replicas; empty where a pod is not a replica, or pods cannot be seen. */
  OptionalInt readyReplicas() {
    return listed instanceof WorkloadPods.Listed.Pods && live() == observed
        ? OptionalInt.of(ready())
        : OptionalInt.empty();
  }

  /** How many are told to end and have not; empty when pods cannot be seen. */
  OptionalInt ending() {
    return listed instanceof WorkloadPods.Listed.Pods
        ? OptionalInt.of((int) all().stream().filter(WorkloadPods::isEnding).count())
        : OptionalInt.empty();
  }

  /** Why not all of its pods are known; empty when they are, or none could be listed. */
  Optional<String> missing() {
    return listed instanceof WorkloadPods.Listed.Pods && live() < observed
        ? Optional.of(
            "it has %d replicas, and only %d of them can be told by the controllers of their pods"
                .formatted(observed, live()))
        : Optional.empty();
  }

  Readiness readiness(Workload workload, String namespace) {
    return switch (listed) {
      case WorkloadPods.Listed.Pods _ ->
          missing()
              .<Readiness>map(
                  why -> new Readiness.NotKnown(why, "try again once all of them are there"))
              .orElseGet(
                  () ->
                      new Readiness.Ready(
                          live() == observed ? Math.min(ready(), wanted) : 0,
                          ready(),
                          all().stream()
                              .filter(WorkloadPods::isLive)
                              .filter(WorkloadPods::isReady)
                              .map(WorkloadPods::uid)
                              .collect(Collectors.toUnmodifiableSet())));
      case WorkloadPods.Listed.Unselected _ ->
          new Readiness.NotKnown(
              "its scale names no selector, so its pods cannot be found",
              "whoever defines the kind adds labelSelectorPath to its scale subresource");
      case WorkloadPods.Listed.Forbidden _, WorkloadPods.Listed.Failed _ ->
          WorkloadPods.unseen(workload, namespace, listed);
    };
  }
}
