// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.kubernetes.InferenceService.Standing;
import dev.mcppolicy.proxy.kubernetes.PodRequests.Seen;
import dev.mcppolicy.proxy.workload.Deadline;
import dev.mcppolicy.proxy.workload.WorkloadLook;
import dev.mcppolicy.proxy.workload.WorkloadPreview;
import dev.mcppolicy.proxy.workload.WorkloadReplicas;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * How an InferenceService stands, and its pods. KServe labels every pod that it makes, by itself or
 * through Knative, and names what rules them after the InferenceService and the component: {@code
 * NAME-predictor…}, {@code NAME-transformer…}, {@code NAME-explainer…}. A ready pod with the label
 * that is ruled by something else, or by nothing, may or may not be one of them: then how many
 * there are is not known.
 *
 * @see <a href="https://github.com/kserve/kserve/blob/master/pkg/constants/constants.go">the names
 *     that KServe gives</a>
 */
final class InferenceServiceLooks implements Guarded {
  private static final String LABEL = "serving.kserve.io/inferenceservice";
  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

  private final ApiServer api;
  private final WorkloadPods pods;
  private final PodRequests requests;
  private final String namespace;

  InferenceServiceLooks(ApiServer api, WorkloadPods pods, PodRequests requests, String namespace) {
    this.api = api;
    this.pods = pods;
    this.requests = requests;
    this.namespace = namespace;
  }

  WorkloadLook look(Workload workload, Deadline deadline) {
    ApiAnswer answer = read(workload, deadline);
    if (answer instanceof ApiAnswer.Ok(JsonObject object)) {
      Standing standing = InferenceService.standing(object);
      return new WorkloadLook.Seen(
          new WorkloadReplicas(
              standing.isToldToStop() ? 0 : 1,
              standing.isStopped() ? 0 : 1,
              OptionalInt.of(standing.isReady() ? 1 : 0),
              pods.ending(() -> own(workload, deadline))),
          standing.state());
    }
    ApiFailure failure = ApiFailure.of(workload, namespace, answer, "it could not be read");
    return new WorkloadLook.Unseen(failure.why(), failure.whatToDo());
  }

  ApiAnswer read(Workload workload, Deadline deadline) {
    return api.get(path(workload), api.within(deadline.left()));
  }

  String path(Workload workload) {
    return "/apis/%s/namespaces/%s/inferenceservices/%s"
        .formatted(workload.target().apiVersion(), namespace, workload.target().name());
  }

  /** Waits until KServe says so, and no pod is seen to end, or somebody starts it. */
  WorkloadReplicas gone(Workload workload, Deadline deadline) {
    WorkloadReplicas last = new WorkloadReplicas(0, 1, OptionalInt.empty(), OptionalInt.empty());
    do {
      last = now(workload, last, deadline);
    } while (!last.isGone() && last.requested() == 0 && deadline.pauseUnlessEnding(LOOK_AGAIN));
    return last;
  }

  /** As it stands; when it cannot be looked at, as it was told to be. */
  WorkloadReplicas now(Workload workload, int requested, Deadline deadline) {
    return now(
        workload,
        new WorkloadReplicas(requested, 0, OptionalInt.empty(), OptionalInt.empty()),
        deadline);
  }

  private WorkloadReplicas now(Workload workload, WorkloadReplicas before, Deadline deadline) {
    return !deadline.isOver()
            && look(workload, deadline)
                instanceof WorkloadLook.Seen(WorkloadReplicas seen, String _)
        ? seen
        : before;
  }

  /** What an act on it would meet; empty when it cannot be seen. */
  Optional<WorkloadPreview> preview(Workload workload, Deadline deadline) {
    if (!(look(workload, deadline) instanceof WorkloadLook.Seen(WorkloadReplicas now, String _))) {
      return Optional.empty();
    }
    return Optional.of(
        now.requested() > 0
                && pods.mayBeSeen()
                && own(workload, deadline) instanceof WorkloadPods.Listed.Pods(var own)
            ? new WorkloadPreview(
                now, OptionalInt.empty(), PodGpus.of(own), running(workload, deadline))
            : WorkloadPreview.of(now));
  }

  /** Its pods, as far as the names of what rules them tell. */
  WorkloadPods.Listed own(Workload workload, Deadline deadline) {
    return listed(workload, pod -> isOwn(workload, pod), deadline);
  }

  private WorkloadPods.Listed listed(
      Workload workload, Predicate<JsonObject> which, Deadline deadline) {
    return pods.list(LABEL + "=" + workload.target().name(), which, deadline);
  }

  @Override
  public Readiness readiness(Workload workload, Deadline deadline) {
    ApiAnswer answer = read(workload, deadline);
    if (!(answer instanceof ApiAnswer.Ok(JsonObject object))) {
      ApiFailure failure = ApiFailure.of(workload, namespace, answer, "it could not be read");
      return new Readiness.NotKnown(failure.why(), failure.whatToDo());
    }
    if (InferenceService.standing(object).isToldToStop()) {
      return new Readiness.Stopped();
    }
    WorkloadPods.Listed listed = listed(workload, _ -> true, deadline);
    if (!(listed instanceof WorkloadPods.Listed.Pods(List<JsonObject> all))) {
      return WorkloadPods.unseen(workload, namespace, listed);
    }
    List<JsonObject> ready =
        all.stream().filter(WorkloadPods::isLive).filter(WorkloadPods::isReady).toList();
    return stranger(workload, ready)
        .<Readiness>map(
            why ->
                new Readiness.NotKnown(
                    why, "see who made it and whether it should carry that label"))
        .orElseGet(
            () -> {
              List<JsonObject> serving =
                  ready.stream().filter(pod -> serves(workload, pod)).toList();
              return new Readiness.Ready(
                  serving.size(),
                  ready.size(),
                  serving.stream().map(WorkloadPods::uid).collect(Collectors.toUnmodifiableSet()));
            });
  }

  @Override
  public Seen requests(Workload workload, int port, String path, Deadline deadline) {
    WorkloadPods.Listed listed = listed(workload, _ -> true, deadline);
    if (!(listed instanceof WorkloadPods.Listed.Pods(List<JsonObject> all))) {
      return requests.look(listed, port, path, deadline);
    }
    List<JsonObject> ready =
        all.stream().filter(WorkloadPods::isLive).filter(WorkloadPods::isReady).toList();
    return stranger(workload, ready)
        .<Seen>map(Seen.NotKnown::new)
        .orElseGet(
            () ->
                requests.ask(
                    all.stream().filter(pod -> serves(workload, pod)).toList(),
                    port,
                    path,
                    deadline));
  }

  /** Why it is not known which pods are its own; empty when it is. */
  private static Optional<String> stranger(Workload workload, List<JsonObject> pods) {
    return pods.stream()
        .filter(pod -> !isOwn(workload, pod))
        .map(
            pod ->
                "pod `%s` carries its label, and nothing that KServe made for it rules that pod"
                    .formatted(ApiServer.Printable.of(WorkloadPods.name(pod))))
        .findFirst();
  }

  private static boolean isOwn(Workload workload, JsonObject pod) {
    return WorkloadPods.isRuledBy(pod, workload.target().name(), Optional.empty());
  }

  /** Whether it runs the model and answers for it: a worker of several nodes only helps. */
  private static boolean serves(Workload workload, JsonObject pod) {
    String predictor = workload.target().name() + "-predictor";
    return WorkloadPods.isRuledBy(pod, predictor, Optional.empty())
        && !WorkloadPods.isRuledBy(pod, predictor + "-worker", Optional.empty());
  }
}
