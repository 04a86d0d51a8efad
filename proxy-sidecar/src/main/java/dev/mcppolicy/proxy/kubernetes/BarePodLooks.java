// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.kubernetes.PodRequests.Seen;
import dev.mcppolicy.proxy.workload.Deadline;
import dev.mcppolicy.proxy.workload.WorkloadLook;
import dev.mcppolicy.proxy.workload.WorkloadPreview;
import dev.mcppolicy.proxy.workload.WorkloadReplicas;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** How the pods of a declared selector stand, and which of them may be touched at all. */
final class BarePodLooks implements Guarded {
  private static final int NAMED_MAX = 5;
  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
  private static final String GUARDED = "mcppolicy.dev/server";

  private final WorkloadPods pods;
  private final PodRequests requests;
  private final String namespace;

  BarePodLooks(WorkloadPods pods, PodRequests requests, String namespace) {
    this.pods = pods;
    this.requests = requests;
    this.namespace = namespace;
  }

  WorkloadLook look(Workload workload, Deadline deadline) {
    return switch (list(workload, deadline)) {
      case WorkloadPods.Listed.Pods(List<JsonObject> all) ->
          new WorkloadLook.Seen(
              replicas(all), mustNotEnd(all).map(why -> "cannot be stopped: " + why).orElse(""));
      case WorkloadPods.Listed.Failed(ApiAnswer answer) -> {
        ApiFailure failure =
            ApiFailure.of(workload, namespace, answer, "its pods could not be listed");
        yield new WorkloadLook.Unseen(failure.why(), failure.whatToDo());
      }
      case WorkloadPods.Listed.Forbidden _, WorkloadPods.Listed.Unselected _ ->
          new WorkloadLook.Unseen(
              "this sidecar may not list pods",
              "whoever owns the McpServer switches it on with `capabilities: [DeletePods]` or"
                  + " `capabilities: [Logs]` in its spec");
    };
  }

  /** Waits until none is left, or there are others. */
  WorkloadReplicas gone(Workload workload, WorkloadReplicas before, Deadline deadline) {
    WorkloadReplicas last = before;
    while (!last.isGone() && last.requested() == 0 && deadline.pauseUnlessEnding(LOOK_AGAIN)) {
      last =
          !deadline.isOver()
                  && look(workload, deadline)
                      instanceof WorkloadLook.Seen(WorkloadReplicas seen, String _)
              ? seen
              : last;
    }
    return last;
  }

  /** What a stop of them would meet; empty when there are none: nothing brings them back. */
  Optional<WorkloadPreview> preview(Workload workload, Deadline deadline) {
    return list(workload, deadline) instanceof WorkloadPods.Listed.Pods(var all)
            && replicas(all).requested() > 0
        ? Optional.of(
            new WorkloadPreview(
                replicas(all), OptionalInt.empty(), PodGpus.of(all), running(workload, deadline)))
        : Optional.empty();
  }

  /** All of the selector, whoever rules them. */
  WorkloadPods.Listed list(Workload workload, Deadline deadline) {
    return pods.list(selector(workload), _ -> true, deadline);
  }

  /** Those that no controller rules and no policy guards. */
  WorkloadPods.Listed own(Workload workload, Deadline deadline) {
    return pods.list(selector(workload), BarePodLooks::isOwn, deadline);
  }

  @Override
  public Readiness readiness(Workload workload, Deadline deadline) {
    WorkloadPods.Listed listed = own(workload, deadline);
    if (!(listed instanceof WorkloadPods.Listed.Pods(List<JsonObject> all))) {
      return WorkloadPods.unseen(workload, namespace, listed);
    }
    List<JsonObject> live = all.stream().filter(WorkloadPods::isLive).toList();
    Set<String> ready =
        live.stream()
            .filter(WorkloadPods::isReady)
            .map(WorkloadPods::uid)
            .collect(Collectors.toUnmodifiableSet());
    return live.isEmpty()
        ? new Readiness.Stopped()
        : new Readiness.Ready(ready.size(), ready.size(), ready);
  }

  @Override
  public Seen requests(Workload workload, int port, String path, Deadline deadline) {
    return requests.look(own(workload, deadline), port, path, deadline);
  }

  private static String selector(Workload workload) {
    return workload.target().podLabels().entrySet().stream()
        .map(label -> label.getKey() + "=" + label.getValue())
        .collect(Collectors.joining(","));
  }

  /** Why none of these may be touched: all that is wrong with any of them (T121). */
  static Optional<String> mustNotEnd(List<JsonObject> all) {
    var reasons = new ArrayList<String>();
    for (JsonObject pod : all) {
      String name = "pod `" + WorkloadPods.name(pod) + "` ";
      if (isGuarded(pod)) {
        reasons.add(name + "belongs to an McpServer");
      } else {
        WorkloadPods.controller(pod)
            .ifPresent(
                owner ->
                    reasons.add(
                        "%sis of %s `%s`, which would make another"
                            .formatted(
                                name,
                                ApiServer.Printable.of(owner.string("kind").orElse("")),
                                ApiServer.Printable.of(owner.string("name").orElse("")))));
      }
    }
    return reasons.isEmpty()
        ? Optional.empty()
        : Optional.of(
            some(reasons, "; ")
                + "; correct the selector, or declare what makes these pods as the target");
  }

  private static boolean isOwn(JsonObject pod) {
    return WorkloadPods.controller(pod).isEmpty() && !isGuarded(pod);
  }

  private static boolean isGuarded(JsonObject pod) {
    return pod.object("metadata")
        .flatMap(metadata -> metadata.object("labels"))
        .filter(labels -> labels.has(GUARDED))
        .isPresent();
  }

  static WorkloadReplicas replicas(List<JsonObject> all) {
    List<JsonObject> live = all.stream().filter(WorkloadPods::isLive).toList();
    int ready = (int) live.stream().filter(WorkloadPods::isReady).count();
    int ending = (int) all.stream().filter(WorkloadPods::isEnding).count();
    return new WorkloadReplicas(
        live.size(), live.size(), OptionalInt.of(ready), OptionalInt.of(ending));
  }

  /** The first few of many. */
  static String some(List<String> all, String between) {
    return all.stream().limit(NAMED_MAX).collect(Collectors.joining(between))
        + (all.size() > NAMED_MAX ? between + "and " + (all.size() - NAMED_MAX) + " more" : "");
  }
}
