// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.workload.Deadline;
import dev.mcppolicy.proxy.workload.LogLimits;
import dev.mcppolicy.proxy.workload.StopOptions;
import dev.mcppolicy.proxy.workload.Turns;
import dev.mcppolicy.proxy.workload.WorkloadChange;
import dev.mcppolicy.proxy.workload.WorkloadChange.Made;
import dev.mcppolicy.proxy.workload.WorkloadLogs;
import dev.mcppolicy.proxy.workload.WorkloadLook;
import dev.mcppolicy.proxy.workload.WorkloadOutcome;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.AlreadyThere;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Changed;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Failed;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Refused;
import dev.mcppolicy.proxy.workload.WorkloadReplicas;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * Pods of a declared selector that have no controller. A stop deletes them, each with its own grace
 * period and only as it was seen; nothing brings them back. Where one of them has a controller, or
 * is a guarded pod, none is touched.
 */
final class BarePods implements ByKind {
  /** Most pods of one stop. */
  private static final int DELETED_MAX = 16;

  private static final int ROUNDS_MAX = 5;
  private static final int NAMED_MAX = 5;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
  private static final String GUARDED = "mcppolicy.dev/server";

  private final ApiServer api;
  private final String namespace;
  private final WorkloadEvents events;
  private final WorkloadPods pods;
  private final PodLogs podLogs;
  private final Turns turns = new Turns();

  BarePods(
      ApiServer api, String namespace, WorkloadEvents events, WorkloadPods pods, PodLogs podLogs) {
    this.api = api;
    this.namespace = namespace;
    this.events = events;
    this.pods = pods;
    this.podLogs = podLogs;
  }

  @Override
  public WorkloadOutcome stop(Workload workload, StopOptions options, Duration timeout) {
    Deadline deadline = Deadline.after(timeout);
    WorkloadOutcome done =
        turns
            .take(workload.name(), deadline, () -> deleted(workload, deadline))
            .orElseGet(
                () ->
                    new Failed(
                        "another call is still acting on these pods; nothing was changed",
                        "try again",
                        false));
    Deadline grace = deadline.within(options.grace());
    return switch (done) {
      case Changed(
              String did,
              OptionalInt previous,
              WorkloadReplicas now,
              List<String> remarks,
              JsonObject facts) ->
          new Changed(did, previous, gone(workload, now, grace), remarks, facts);
      case AlreadyThere(WorkloadReplicas now, OptionalInt kept, List<String> remarks) ->
          new AlreadyThere(gone(workload, now, grace), kept, remarks);
      case Failed _, Refused _ -> done;
    };
  }

  /** In rounds: a pod that changed since it was seen is looked at again before it is deleted. */
  private WorkloadOutcome deleted(Workload workload, Deadline deadline) {
    var names = new ArrayList<String>();
    for (int round = 1; round <= ROUNDS_MAX; round++) {
      WorkloadPods.Listed listed = list(workload, deadline);
      if (!(listed instanceof WorkloadPods.Listed.Pods(List<JsonObject> all))) {
        return unseen(workload, listed, names);
      }
      List<JsonObject> running = all.stream().filter(BarePods::isRunning).toList();
      Optional<String> forbidden = mustNotEnd(all).or(() -> tooMany(running));
      if (forbidden.isPresent()) {
        return names.isEmpty()
            ? new Refused(forbidden.get())
            : partly(names, forbidden.get(), "stop the rest by hand");
      }
      if (running.isEmpty()) {
        return outcome(all, names);
      }
      for (JsonObject pod : running) {
        if (deadline.isOver()) {
          return partly(names, "the API server took too long", "try again");
        }
        ApiAnswer answer = delete(pod, deadline);
        if (answer instanceof ApiAnswer.Ok(JsonObject deleted)) {
          noteDeletion(workload, pod, WorkloadPods.resourceVersion(deleted));
          names.add(WorkloadPods.name(pod));
        } else if (!hasChanged(answer)) {
          if (!answer.isRefusal()) {
            noteDeletion(workload, pod, Optional.empty());
          }
          return notDeleted(workload, pod, answer, names);
        }
      }
    }
    return partly(
        names,
        "pods of this selector changed " + ROUNDS_MAX + " times meanwhile, or new ones were made",
        "look who makes them, then try again");
  }

  /** Whether the pod is not as it was seen: it is looked for again. */
  private static boolean hasChanged(ApiAnswer answer) {
    return answer instanceof ApiAnswer.Denied(int status, String _, String _)
        && (status == CONFLICT || status == NOT_FOUND);
  }

  /** An Event regards one object: the pod, not all that a selector finds. */
  private void noteDeletion(Workload workload, JsonObject pod, Optional<String> resourceVersion) {
    var target = new Workload.Target("v1", "Pod", WorkloadPods.name(pod));
    events.changed(
        WorkloadChange.other(
            new Workload(workload.name(), workload.isDefault(), target, workload.model()),
            namespace,
            pod.object("metadata").flatMap(metadata -> metadata.string("uid")).orElse(""),
            Made.DELETED,
            resourceVersion));
  }

  private static WorkloadOutcome outcome(List<JsonObject> all, List<String> names) {
    WorkloadReplicas now = replicas(all);
    return names.isEmpty()
        ? new AlreadyThere(now, OptionalInt.empty(), List.of())
        : new Changed(
            "%s told to end: %s"
                .formatted(
                    names.size() == 1 ? "1 pod was" : names.size() + " pods were", of(names)),
            OptionalInt.of(names.size()),
            now,
            List.of());
  }

  private ApiAnswer delete(JsonObject pod, Deadline deadline) {
    JsonObject metadata = pod.object("metadata").orElse(JsonObject.EMPTY);
    JsonObject preconditions =
        JsonObject.builder()
            .put("uid", metadata.string("uid").orElse(""))
            .put("resourceVersion", WorkloadPods.resourceVersion(pod).orElse(""))
            .build();
    return api.delete(
        "/api/v1/namespaces/" + namespace + "/pods/" + WorkloadPods.name(pod),
        JsonObject.builder()
            .put("apiVersion", "v1")
            .put("kind", "DeleteOptions")
            .put("preconditions", preconditions)
            .build(),
        api.within(deadline.left()));
  }

  private WorkloadOutcome notDeleted(
      Workload workload, JsonObject pod, ApiAnswer answer, List<String> names) {
    if (answer instanceof ApiAnswer.Denied(int status, String _, String _)
        && status == FORBIDDEN
        && names.isEmpty()) {
      return new Refused(
          "this sidecar may not delete pods; whoever owns the McpServer switches it on with"
              + " `capabilities: [DeletePods]` in its spec, which gives the sidecar every pod of the"
              + " namespace, because the cluster cannot give it those of a selector alone");
    }
    ApiFailure failure =
        ApiFailure.of(
            workload,
            namespace,
            answer,
            "pod `" + WorkloadPods.name(pod) + "` could not be deleted");
    return names.isEmpty()
        ? new Failed(failure.why(), failure.whatToDo(), !answer.isRefusal())
        : partly(names, failure.why(), failure.whatToDo());
  }

  private static WorkloadOutcome partly(List<String> names, String why, String whatToDo) {
    return new Failed(
        names.isEmpty()
            ? why + "; nothing was changed"
            : why + "; told to end before: " + of(names),
        whatToDo,
        !names.isEmpty());
  }

  @Override
  public WorkloadOutcome start(Workload workload, Duration timeout) {
    return new Refused(
        "pods without a controller cannot be started: nothing makes them anew; create them from their"
            + " own definition, or declare a Deployment as the target of workload `"
            + workload.name()
            + "`");
  }

  @Override
  public WorkloadOutcome restart(Workload workload, Duration timeout) {
    return new Refused(
        "pods without a controller cannot be restarted: nothing would make them anew once they end;"
            + " declare a Deployment as the target of workload `"
            + workload.name()
            + "`");
  }

  @Override
  public WorkloadLook look(Workload workload, Duration timeout) {
    Deadline deadline = Deadline.after(timeout);
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

  @Override
  public WorkloadLogs logs(Workload workload, LogLimits limits, Duration timeout) {
    Deadline deadline = Deadline.after(timeout);
    WorkloadPods.Listed listed =
        pods.list(
            selector(workload),
            pod -> WorkloadPods.controller(pod).isEmpty() && !isGuarded(pod),
            deadline);
    return podLogs.read(workload, listed, limits, deadline);
  }

  private WorkloadPods.Listed list(Workload workload, Deadline deadline) {
    return pods.list(selector(workload), _ -> true, deadline);
  }

  private static String selector(Workload workload) {
    return workload.target().podLabels().entrySet().stream()
        .map((Map.Entry<String, String> label) -> label.getKey() + "=" + label.getValue())
        .collect(Collectors.joining(","));
  }

  private WorkloadOutcome unseen(
      Workload workload, WorkloadPods.Listed listed, List<String> names) {
    if (listed instanceof WorkloadPods.Listed.Failed(ApiAnswer answer)) {
      ApiFailure failure =
          ApiFailure.of(workload, namespace, answer, "its pods could not be listed");
      return partly(names, failure.why(), failure.whatToDo());
    }
    return new Refused(
        "this sidecar may not list pods; whoever owns the McpServer switches it on with"
            + " `capabilities: [DeletePods]` in its spec");
  }

  /** Why none of these may be touched: all that is wrong with any of them (T121). */
  private static Optional<String> mustNotEnd(List<JsonObject> all) {
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

  private static Optional<String> tooMany(List<JsonObject> running) {
    return running.size() <= DELETED_MAX
        ? Optional.empty()
        : Optional.of(
            "the selector finds "
                + running.size()
                + " pods, and at most "
                + DELETED_MAX
                + " are deleted at one time; narrow the selector");
  }

  private static boolean isGuarded(JsonObject pod) {
    return pod.object("metadata")
        .flatMap(metadata -> metadata.object("labels"))
        .filter(labels -> labels.has(GUARDED))
        .isPresent();
  }

  private static boolean isRunning(JsonObject pod) {
    return !WorkloadPods.isEnding(pod)
        && pod.object("status")
            .flatMap(status -> status.string("phase"))
            .filter(phase -> phase.equals("Succeeded") || phase.equals("Failed"))
            .isEmpty();
  }

  private static boolean isReady(JsonObject pod) {
    for (JsonValue value :
        pod.object("status")
            .flatMap(status -> status.array("conditions"))
            .orElse(JsonArray.EMPTY)
            .elements()) {
      if (value instanceof JsonObject condition
          && condition.string("type").equals(Optional.of("Ready"))) {
        return condition.string("status").equals(Optional.of("True"));
      }
    }
    return false;
  }

  private static WorkloadReplicas replicas(List<JsonObject> all) {
    int running = (int) all.stream().filter(BarePods::isRunning).count();
    int ready = (int) all.stream().filter(BarePods::isRunning).filter(BarePods::isReady).count();
    int ending = (int) all.stream().filter(WorkloadPods::isEnding).count();
    return new WorkloadReplicas(running, running, OptionalInt.of(ready), OptionalInt.of(ending));
  }

  private WorkloadReplicas gone(Workload workload, WorkloadReplicas before, Deadline deadline) {
    WorkloadReplicas last = before;
    while (!last.isGone() && last.requested() == 0 && deadline.pauseUnlessEnding(LOOK_AGAIN)) {
      last =
          !deadline.isOver()
                  && look(workload, deadline.left())
                      instanceof WorkloadLook.Seen(WorkloadReplicas seen, String _)
              ? seen
              : last;
    }
    return last;
  }

  private static String of(List<String> names) {
    return some(names.stream().map(name -> "`" + name + "`").toList(), ", ");
  }

  private static String some(List<String> all, String between) {
    return all.stream().limit(NAMED_MAX).collect(Collectors.joining(between))
        + (all.size() > NAMED_MAX ? between + "and " + (all.size() - NAMED_MAX) + " more" : "");
  }
}
