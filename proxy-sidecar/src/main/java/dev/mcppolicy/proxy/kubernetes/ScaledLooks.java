// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.workload.Deadline;
import dev.mcppolicy.proxy.workload.WorkloadLook;
import dev.mcppolicy.proxy.workload.WorkloadReplicas;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;

/** How a workload with a scale stands: looked at once, or until it is seen to be gone. */
final class ScaledLooks implements Guarded {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

  private final ApiServer api;
  private final WorkloadPods pods;
  private final PodRequests requests;
  private final String namespace;

  ScaledLooks(ApiServer api, WorkloadPods pods, PodRequests requests, String namespace) {
    this.api = api;
    this.pods = pods;
    this.requests = requests;
    this.namespace = namespace;
  }

  WorkloadLook look(ScaleTarget target, Deadline deadline) {
    ApiAnswer answer = api.get(target.object(), api.within(deadline.left()));
    if (answer instanceof ApiAnswer.Ok(JsonObject object)) {
      return new WorkloadLook.Seen(
          replicas(target, object, deadline), target.isKnownKind() ? rollout(object) : "");
    }
    ApiFailure failure =
        ApiFailure.of(target.workload(), namespace, answer, "it could not be read");
    return new WorkloadLook.Unseen(failure.why(), failure.whatToDo());
  }

  @Override
  public Readiness readiness(Workload workload, Deadline deadline) {
    Optional<ScaleTarget> target = ScaleTarget.of(workload, namespace);
    if (target.isEmpty()) {
      return new Readiness.NotKnown("its kind cannot be scaled", "correct its target");
    }
    ApiAnswer answer = api.get(target.get().object(), api.within(deadline.left()));
    if (!(answer instanceof ApiAnswer.Ok(JsonObject object))) {
      ApiFailure failure = ApiFailure.of(workload, namespace, answer, "it could not be read");
      return new Readiness.NotKnown(failure.why(), failure.whatToDo());
    }
    boolean isKnown = target.get().isKnownKind();
    int wanted = ScaleChange.count(object, "spec", "replicas").orElse(isKnown ? 1 : 0);
    if (wanted == 0) {
      return new Readiness.Stopped();
    }
    return isKnown
        ? known(object, wanted)
        : ScaledPods.of(object, pods.list(target.get(), object, deadline))
            .readiness(workload, namespace);
  }

  /** What something else rules stands in for nobody: that may be what is stopped. */
  private static Readiness known(JsonObject object, int wanted) {
    int ready = ScaleChange.count(object, "status", "readyReplicas").orElse(0);
    return WorkloadPods.controller(object).isPresent()
        ? new Readiness.Ready(0, ready, Set.of())
        : Readiness.Ready.of(ready, wanted);
  }

  @Override
  public PodRequests.Seen requests(Workload workload, int port, String path, Deadline deadline) {
    return ScaleTarget.of(workload, namespace)
        .<PodRequests.Seen>map(target -> requests(target, port, path, deadline))
        .orElseGet(() -> new PodRequests.Seen.NotKnown("its kind cannot be scaled"));
  }

  private PodRequests.Seen requests(ScaleTarget target, int port, String path, Deadline deadline) {
    if (!(api.get(target.object(), api.within(deadline.left()))
        instanceof ApiAnswer.Ok(JsonObject object))) {
      return new PodRequests.Seen.NotKnown("it could not be read");
    }
    WorkloadPods.Listed listed = pods.list(target, object, deadline);
    Optional<String> missing =
        target.isKnownKind() ? Optional.empty() : ScaledPods.of(object, listed).missing();
    return missing
        .<PodRequests.Seen>map(PodRequests.Seen.NotKnown::new)
        .orElseGet(() -> requests.look(listed, port, path, deadline));
  }

  /** As it stands; what was known before when it cannot be looked at. */
  WorkloadReplicas now(ScaleTarget target, WorkloadReplicas before, Deadline deadline) {
    return !deadline.isOver()
            && look(target, deadline) instanceof WorkloadLook.Seen(WorkloadReplicas seen, String _)
        ? seen
        : before;
  }

  /**
   * What a wait came to.
   *
   * @param last as it was last seen
   * @param blind why the last look saw nothing; empty when it saw
   */
  record Waited(WorkloadReplicas last, Optional<String> blind) {
    List<String> remarks() {
      return blind
          .map(
              why ->
                  "How many are left is as it was last seen: "
                      + why
                      + ". Ask list_vllm_containers later.")
          .stream()
          .toList();
    }
  }

  /** Waits until nothing is left, as far as it can be seen, or somebody scales it again. */
  Waited gone(ScaleTarget target, int observed, Deadline deadline) {
    return waited(target, observed, deadline, last -> !last.isGone());
  }

  /** Waits until no replica is observed: those that are just ending do not hold up new ones. */
  Waited observedZero(ScaleTarget target, int observed, Deadline deadline) {
    return waited(target, observed, deadline, last -> last.observed() > 0);
  }

  private Waited waited(
      ScaleTarget target, int observed, Deadline deadline, Predicate<WorkloadReplicas> goesOn) {
    var last = new WorkloadReplicas(0, observed, OptionalInt.empty(), OptionalInt.empty());
    Optional<String> blind = Optional.empty();
    boolean isSeen = false;
    do {
      if (!deadline.isOver()) {
        switch (look(target, deadline)) {
          case WorkloadLook.Seen(WorkloadReplicas seen, String _) -> {
            last = seen;
            isSeen = true;
            blind = Optional.empty();
          }
          case WorkloadLook.Unseen(String why, String _) -> {
            if (!isSeen || !deadline.isOver()) { // the last look may be cut short by the deadline
              blind = Optional.of(why);
            }
          }
        }
      }
    } while (goesOn.test(last) && last.requested() == 0 && deadline.pauseUnlessEnding(LOOK_AGAIN));
    return new Waited(last, blind);
  }

  private WorkloadReplicas replicas(ScaleTarget target, JsonObject object, Deadline deadline) {
    int observed = ScaleChange.count(object, "status", "replicas").orElse(0);
    if (!target.isKnownKind()) { // a scale leaves zeros out, and does not say what is ready
      ScaledPods own =
          pods.mayBeSeen()
              ? ScaledPods.of(object, pods.list(target, object, deadline))
              : ScaledPods.of(object, new WorkloadPods.Listed.Forbidden());
      return new WorkloadReplicas(
          ScaleChange.count(object, "spec", "replicas").orElse(0),
          observed,
          own.readyReplicas(),
          own.ending());
    }
    OptionalInt ending =
        ScaleChange.count(object, "status", "terminatingReplicas") // Kubernetes 1.35 and newer
            .map(OptionalInt::of)
            .orElseGet(() -> pods.ending(target, object, deadline));
    return new WorkloadReplicas(
        ScaleChange.count(object, "spec", "replicas").orElse(1),
        target.isStatefulSet() ? Math.max(0, observed - ending.orElse(0)) : observed,
        OptionalInt.of(ScaleChange.count(object, "status", "readyReplicas").orElse(0)),
        ending);
  }

  private static String rollout(JsonObject object) {
    int wanted = ScaleChange.count(object, "spec", "replicas").orElse(1);
    int updated = ScaleChange.count(object, "status", "updatedReplicas").orElse(0);
    int observed = ScaleChange.count(object, "status", "replicas").orElse(0);
    boolean isPaused =
        object
            .object("spec")
            .flatMap(spec -> spec.get("paused"))
            .equals(Optional.of(JsonValue.of(true)));
    if (isPaused) {
      return "its rollout is paused";
    }
    return wanted > 0 && observed > 0 && updated < Math.max(wanted, observed)
        ? "a rollout is under way: %d of %d are of its last version".formatted(updated, wanted)
        : "";
  }
}
