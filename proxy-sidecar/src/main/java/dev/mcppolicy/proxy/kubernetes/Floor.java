// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.kubernetes.StopGuards.Wish;
import dev.mcppolicy.proxy.workload.Deadline;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Refused;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How many ready replicas a stop must leave. The workloads of one model are one group, and the
 * largest floor that any of them declares holds for all; a workload without a model is a group of
 * its own, so a floor there means that it is never stopped.
 */
final class Floor {
  private final Guarded live;

  Floor(Guarded live) {
    this.live = live;
  }

  boolean isDeclared(Wish wish) {
    return of(wish) > 0;
  }

  private static int of(Wish wish) {
    return of(wish.workload(), wish.declared());
  }

  /** The floor that holds at a stop of a workload; 0 for none. */
  static int of(Workload stopped, List<Workload> declared) {
    return declared.stream()
        .filter(workload -> isOfGroup(workload, stopped))
        .mapToInt(workload -> workload.safeguards().minReadyReplicas())
        .max()
        .orElse(0);
  }

  private static boolean isOfGroup(Workload workload, Workload stopped) {
    return workload.target().equals(stopped.target())
        || (stopped.model().isPresent() && workload.model().equals(stopped.model()));
  }

  /**
   * Why it may not be taken down; empty when it may.
   *
   * @param own of the workload itself
   */
  Optional<Refused> refused(Wish wish, Readiness own, Deadline deadline) {
    int floor = of(wish);
    boolean takesNothing = // what has no ready replica may be restarted to get one
        wish.isRestart() && own instanceof Readiness.Ready ready && ready.pods() == 0;
    if (floor == 0 || takesNothing) {
      return Optional.empty();
    }
    int left = 0;
    var others = new ArrayList<String>();
    // what the stop takes serves nobody any more, whoever else counts it
    var counted = new HashSet<>(own instanceof Readiness.Ready ready ? ready.shared() : Set.of());
    for (Workload other : others(wish)) {
      switch (live.readiness(other, deadline)) {
        case Readiness.Ready(int replicas, int _, Set<String> shared) -> {
          int ready =
              shared.isEmpty()
                  ? replicas
                  : Math.min(replicas, (int) shared.stream().filter(counted::add).count());
          left += ready;
          others.add("`%s` %d".formatted(other.name(), ready));
        }
        case Readiness.Stopped _ -> others.add("`" + other.name() + "` 0");
        case Readiness.NotKnown _ -> others.add("`" + other.name() + "` not known");
      }
    }
    return left >= floor
        ? Optional.empty()
        : Optional.of(
            new Refused(
                why(wish, floor, left, others),
                JsonObject.builder()
                    .put("refusedBy", "minReadyReplicas")
                    .put("minReadyReplicas", floor)
                    .put("readyReplicasLeft", left)
                    .build()));
  }

  /** The rest of the group, each object once: two names may be declared for one. */
  private static List<Workload> others(Wish wish) {
    var others = new ArrayList<Workload>();
    for (Workload workload : wish.declared()) {
      boolean isNew =
          !workload.target().equals(wish.workload().target())
              && others.stream().noneMatch(other -> other.target().equals(workload.target()));
      if (isNew && isOfGroup(workload, wish.workload())) {
        others.add(workload);
      }
    }
    return others;
  }

  private static String why(Wish wish, int floor, int left, List<String> others) {
    Workload stopped = wish.workload();
    String whose =
        stopped
            .model()
            .map(model -> "of the model `" + model + "`")
            .orElseGet(() -> "of `" + stopped.name() + "`, which states no model and counts alone");
    return "%s %s must stay ready (minReadyReplicas), and without `%s` %d would be%s; nothing was changed, %s"
        .formatted(
            floor == 1 ? "1 replica" : floor + " replicas",
            whose,
            stopped.name(),
            left,
            others.isEmpty() ? "" : ": " + String.join(", ", others),
            others.isEmpty()
                ? "no other declared workload could serve instead, so only whoever owns the McpServer can lower that number"
                : "start another one and wait until it is ready, then try again");
  }
}
