// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.kubernetes.StopGuards.Answer;
import dev.mcppolicy.proxy.kubernetes.StopGuards.Wish;
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
import dev.mcppolicy.proxy.workload.WorkloadPreview;
import dev.mcppolicy.proxy.workload.WorkloadReplicas;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Pods of a declared selector that have no controller. A stop deletes them, each with its own grace
 * period and only as it was seen; nothing brings them back. Where one of them has a controller, or
 * is a guarded pod, none is touched.
 */
final class BarePods implements ByKind {
  /** Most pods of one stop. */
  private static final int DELETED_MAX = 16;

  private static final int ROUNDS_MAX = 5;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;

  private final ApiServer api;
  private final String namespace;
  private final WorkloadEvents events;
  private final BarePodLooks looks;
  private final PodLogs podLogs;
  private final StopGuards guards;
  private final Turns turns = new Turns();

  BarePods(
      ApiServer api,
      String namespace,
      WorkloadEvents events,
      BarePodLooks looks,
      PodLogs podLogs,
      StopGuards guards) {
    this.api = api;
    this.namespace = namespace;
    this.events = events;
    this.looks = looks;
    this.podLogs = podLogs;
    this.guards = guards;
  }

  @Override
  public WorkloadOutcome stop(
      Workload workload, List<Workload> declared, StopOptions options, Duration timeout) {
    Deadline deadline = Deadline.after(timeout);
    var wish = new Wish(workload, declared, false);
    Answer<WorkloadOutcome> answer =
        guards.alone(
            wish,
            () ->
                turns
                    .take(workload.target(), deadline, () -> down(wish, deadline))
                    .orElseGet(() -> new Answer.Tried<>(noTurn(), Cut.NOTHING)),
            Answer.No::new);
    Deadline grace = deadline.within(options.grace());
    return switch (answer) {
      case Answer.No(Refused refused) -> refused;
      case Answer.Tried(
              Changed(
                  String did,
                  OptionalInt previous,
                  WorkloadReplicas now,
                  List<String> _,
                  JsonObject _),
              Cut cut) ->
          new Changed(did, previous, looks.gone(workload, now, grace), cut.remarks(), cut.facts());
      case Answer.Tried(
              AlreadyThere(WorkloadReplicas now, OptionalInt kept, List<String> remarks),
              Cut _) ->
          new AlreadyThere(looks.gone(workload, now, grace), kept, remarks);
      case Answer.Tried(WorkloadOutcome done, Cut _) -> done;
    };
  }

  private static WorkloadOutcome noTurn() {
    return new Failed(
        "another call is still acting on these pods; nothing was changed", "try again", false);
  }

  /** In the turn of the workload. Nobody waits for requests of what must not be touched. */
  private Answer<WorkloadOutcome> down(Wish wish, Deadline deadline) {
    Workload workload = wish.workload();
    Optional<String> forbidden =
        looks.list(workload, deadline) instanceof WorkloadPods.Listed.Pods(List<JsonObject> all)
            ? forbidden(all)
            : Optional.empty();
    return forbidden.isPresent()
        ? new Answer.No<>(new Refused(forbidden.get()))
        : guards.takeDown(
            wish,
            deadline,
            held -> deleted(workload, held),
            done ->
                done instanceof Changed
                    || (done instanceof Failed(String _, String _, boolean may) && may));
  }

  private static Optional<String> forbidden(List<JsonObject> all) {
    return BarePodLooks.mustNotEnd(all)
        .or(() -> tooMany(all.stream().filter(WorkloadPods::isLive).toList()));
  }

  /** In rounds: a pod that changed since it was seen is looked at again before it is deleted. */
  private WorkloadOutcome deleted(Workload workload, Deadline deadline) {
    var names = new ArrayList<String>();
    for (int round = 1; round <= ROUNDS_MAX; round++) {
      WorkloadPods.Listed listed = looks.list(workload, deadline);
      if (!(listed instanceof WorkloadPods.Listed.Pods(List<JsonObject> all))) {
        return unseen(workload, listed, names);
      }
      List<JsonObject> running = all.stream().filter(WorkloadPods::isLive).toList();
      Optional<String> forbidden = forbidden(all);
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
    WorkloadReplicas now = BarePodLooks.replicas(all);
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
  public WorkloadOutcome restart(Workload workload, List<Workload> declared, Duration timeout) {
    return new Refused(
        "pods without a controller cannot be restarted: nothing would make them anew once they end;"
            + " declare a Deployment as the target of workload `"
            + workload.name()
            + "`");
  }

  @Override
  public WorkloadLook look(Workload workload, Duration timeout) {
    return looks.look(workload, Deadline.after(timeout));
  }

  @Override
  public Optional<WorkloadPreview> preview(Workload workload, Duration timeout) {
    return looks.preview(workload, Deadline.after(timeout));
  }

  @Override
  public WorkloadLogs logs(Workload workload, LogLimits limits, Duration timeout) {
    Deadline deadline = Deadline.after(timeout);
    return podLogs.read(workload, looks.own(workload, deadline), limits, deadline);
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

  private static String of(List<String> names) {
    return BarePodLooks.some(names.stream().map(name -> "`" + name + "`").toList(), ", ");
  }
}
