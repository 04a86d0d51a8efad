// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue.JsonNull;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import dev.mcppolicy.proxy.kubernetes.InferenceService.Standing;
import dev.mcppolicy.proxy.kubernetes.StopGuards.Answer;
import dev.mcppolicy.proxy.kubernetes.StopGuards.Wish;
import dev.mcppolicy.proxy.workload.Deadline;
import dev.mcppolicy.proxy.workload.Ending;
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
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * InferenceServices of KServe, stopped and started by KServe's own annotation: it then takes down,
 * and brings back, all that it made for them. One counts as one replica; how many it has is
 * KServe's matter.
 *
 * @see <a href="https://github.com/kserve/kserve/pull/4455">KServe: stop and resume</a>
 */
final class InferenceServices implements ByKind {
  private static final String ANNOTATION = "serving.kserve.io/stop";
  private static final int ATTEMPTS_MAX = 5;
  private static final int CONFLICT = 409;

  private final ApiServer api;
  private final ServerState state;
  private final String namespace;
  private final InstantSource clock;
  private final WorkloadEvents events;
  private final InferenceServiceLooks looks;
  private final PodLogs podLogs;
  private final StopGuards guards;
  private final Turns turns = new Turns();

  InferenceServices(
      ApiServer api,
      ServerState state,
      WorkloadEvents events,
      String namespace,
      InstantSource clock,
      InferenceServiceLooks looks,
      PodLogs podLogs,
      StopGuards guards) {
    this.api = api;
    this.state = state;
    this.namespace = namespace;
    this.clock = clock;
    this.events = events;
    this.looks = looks;
    this.podLogs = podLogs;
    this.guards = guards;
  }

  /** What came of setting the annotation. */
  private sealed interface Set {
    record Done() implements Set {}

    record Left() implements Set {}

    record Not(WorkloadOutcome outcome) implements Set {}
  }

  @Override
  public WorkloadOutcome stop(
      Workload workload, List<Workload> declared, StopOptions options, Duration timeout) {
    Deadline deadline = Deadline.after(timeout);
    var wish = new Wish(workload, declared, false);
    Answer<Set> answer =
        guards.alone(
            wish,
            () ->
                turns
                    .take(workload.target(), deadline, () -> down(wish, deadline))
                    .orElseGet(
                        () -> new Answer.Tried<>(new Set.Not(noTurn(workload)), Cut.NOTHING)),
            Answer.No::new);
    return switch (answer) {
      case Answer.No(Refused refused) -> refused;
      case Answer.Tried(Set.Not(WorkloadOutcome outcome), Cut _) -> outcome;
      case Answer.Tried(Set.Left _, Cut _) ->
          new AlreadyThere(
              looks.gone(workload, deadline.within(options.grace())),
              OptionalInt.empty(),
              List.of());
      case Answer.Tried(Set.Done _, Cut cut) -> {
        WorkloadReplicas now = looks.gone(workload, deadline.within(options.grace()));
        yield new Changed(
            "KServe was told to stop " + display(workload),
            OptionalInt.of(1),
            now,
            Stream.concat(
                    cut.remarks().stream(),
                    now.observed() > 0
                        ? Stream.of(
                            "KServe has not confirmed it yet: its condition Stopped is not `True`. Look again with list_vllm_containers.")
                        : Stream.empty())
                .toList(),
            cut.facts());
      }
    };
  }

  /** In the turn of the workload. Nobody waits for requests before a stop that is not heeded. */
  private Answer<Set> down(Wish wish, Deadline deadline) {
    Workload workload = wish.workload();
    if (looks.read(workload, deadline) instanceof ApiAnswer.Ok(JsonObject object)) {
      Standing standing = InferenceService.standing(object);
      if (!standing.isToldToStop() && !standing.isObeyed()) {
        return new Answer.No<>(new Refused(standing.whyNotObeyed()));
      }
    }
    return guards.takeDown(
        wish, deadline, held -> set(workload, true, held), InferenceServices::mayBeDone);
  }

  private static boolean mayBeDone(Set set) {
    return switch (set) {
      case Set.Done _ -> true;
      case Set.Not(Failed(String _, String _, boolean mayHaveChanged)) -> mayHaveChanged;
      case Set.Not _, Set.Left _ -> false;
    };
  }

  @Override
  public WorkloadOutcome start(Workload workload, Duration timeout) {
    Deadline deadline = Deadline.after(timeout);
    return switch (inTurn(workload, deadline, () -> set(workload, false, deadline))) {
      case Set.Not(WorkloadOutcome outcome) -> outcome;
      case Set.Left _ ->
          new AlreadyThere(looks.now(workload, 1, deadline), OptionalInt.empty(), List.of());
      case Set.Done _ ->
          new Changed(
              "KServe was told to run " + display(workload),
              OptionalInt.of(0),
              looks.now(workload, 1, deadline),
              List.of());
    };
  }

  @Override
  public WorkloadOutcome restart(Workload workload, List<Workload> declared, Duration timeout) {
    Deadline deadline = Deadline.after(timeout);
    var wish = new Wish(workload, declared, true);
    return guards.<WorkloadOutcome>alone(
        wish,
        () ->
            turns
                .take(workload.target(), deadline, () -> restarted(wish, deadline))
                .orElseGet(() -> noTurn(workload)),
        refused -> refused);
  }

  /** One turn: stopped, confirmed, and started; it is started even when time is over. */
  private WorkloadOutcome restarted(Wish wish, Deadline deadline) {
    return switch (down(wish, deadline)) {
      case Answer.No(Refused refused) -> refused;
      case Answer.Tried(Set.Not(WorkloadOutcome outcome), Cut _) -> outcome;
      case Answer.Tried(Set stopped, Cut cut) ->
          restarted(wish.workload(), stopped instanceof Set.Done, cut, deadline);
    };
  }

  private WorkloadOutcome restarted(Workload workload, boolean hasRun, Cut cut, Deadline deadline) {
    WorkloadReplicas left =
        looks.gone(workload, deadline.within(deadline.left().multipliedBy(3).dividedBy(4)));
    return switch (set(workload, false, deadline)) {
      case Set.Not(Failed(String why, String whatToDo, boolean _)) ->
          new Failed("it was stopped and not started again: " + why, whatToDo, true);
      case Set.Not(WorkloadOutcome outcome) -> outcome;
      case Set.Left _ ->
          new Failed(
              "somebody else started it while it was being restarted",
              "look who changes " + display(workload) + ", then try again",
              true);
      case Set.Done _ ->
          left.isGone()
              ? new Changed(
                  hasRun
                      ? "KServe stopped %s and was told to run it again"
                          .formatted(display(workload))
                      : "%s was stopped, and KServe was told to run it"
                          .formatted(display(workload)),
                  OptionalInt.of(hasRun ? 1 : 0),
                  looks.now(workload, 1, deadline),
                  cut.remarks(),
                  cut.facts())
              : new Failed(
                  "KServe had not stopped it wholly when %s, so it may not have been restarted; it was told to run it again"
                      .formatted(Ending.whenItWasOver()),
                  "look at the conditions of " + display(workload) + ", then try again",
                  true);
    };
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

  private Set inTurn(Workload workload, Deadline deadline, Supplier<Set> act) {
    return turns
        .take(workload.target(), deadline, act)
        .orElseGet(() -> new Set.Not(noTurn(workload)));
  }

  private static WorkloadOutcome noTurn(Workload workload) {
    return new Failed(
        "another call is still acting on " + display(workload) + "; nothing was changed",
        "try again",
        false);
  }

  /** Sets or takes away the annotation, and notes it when a stop no longer stands. */
  private Set set(Workload workload, boolean stop, Deadline deadline) {
    var before = new AtomicReference<Optional<JsonObject>>(Optional.empty());
    Set result = annotated(workload, stop, before, deadline);
    boolean isUndone =
        stop
            ? result instanceof Set.Not(WorkloadOutcome outcome)
                && !(outcome instanceof Failed(String _, String _, boolean may) && may)
            : result instanceof Set.Done;
    if (isUndone) {
      before
          .get()
          .ifPresent(seen -> state.undone(workload.name(), seen, clock.instant(), deadline));
    }
    return result;
  }

  /**
   * With the version that was read. Whether it will have an effect is looked at before: an
   * annotation that nobody reads would stop nothing.
   *
   * @param before takes the McpServerState: with the stop that is kept, or that a start undoes
   */
  private Set annotated(
      Workload workload,
      boolean stop,
      AtomicReference<Optional<JsonObject>> before,
      Deadline deadline) {
    for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      ApiAnswer read = looks.read(workload, deadline);
      if (!(read instanceof ApiAnswer.Ok(JsonObject object))) {
        return not(workload, read, "it could not be read, so nothing was changed", false);
      }
      Standing standing = InferenceService.standing(object);
      if (standing.isToldToStop() == stop) {
        return new Set.Left();
      }
      if (!standing.isObeyed()) {
        return new Set.Not(new Refused(standing.whyNotObeyed()));
      }
      if (stop) { // so that it is known who stopped it, whatever becomes of this process
        ApiAnswer kept =
            state.keep(workload.name(), 1, clock.instant(), api.within(deadline.left()));
        if (!(kept instanceof ApiAnswer.Ok(JsonObject with))) {
          return not(
              workload,
              kept,
              "its stop could not be noted in the McpServerState, so it was not stopped",
              false);
        }
        before.set(Optional.of(with));
      } else if (state.read(api.within(deadline.left()))
          instanceof ApiAnswer.Ok(JsonObject with)) { // it is started without, too
        before.set(Optional.of(with));
      }
      if (deadline.isOver()) {
        break;
      }
      ApiAnswer patched =
          api.patch(
              looks.path(workload),
              patch(standing.resourceVersion(), stop),
              api.within(deadline.left()));
      if (patched instanceof ApiAnswer.Ok(JsonObject written)) {
        noteChange(workload, standing, stop, Optional.of(InferenceService.standing(written)));
        return new Set.Done();
      }
      if (!patched.isRefusal() && !isConflict(patched)) {
        noteChange(workload, standing, stop, Optional.empty());
        return not(workload, patched, "whether its annotation was set is not known", true);
      }
      if (!isConflict(patched)) {
        return not(workload, patched, "its annotation could not be set", false);
      }
    }
    return new Set.Not(
        new Failed(
            "it changed %d times meanwhile, or the API server took too long; nothing was changed"
                .formatted(ATTEMPTS_MAX),
            "try again; if it stays so, look who changes " + display(workload),
            false));
  }

  private void noteChange(
      Workload workload, Standing before, boolean stop, Optional<Standing> written) {
    events.changed(
        WorkloadChange.other(
            workload,
            namespace,
            before.uid(),
            stop ? Made.STOPPED : Made.STARTED,
            written.map(Standing::resourceVersion)));
  }

  private static boolean isConflict(ApiAnswer answer) {
    return answer instanceof ApiAnswer.Denied(int status, String _, String _) && status == CONFLICT;
  }

  private Set not(Workload workload, ApiAnswer answer, String what, boolean mayHaveChanged) {
    ApiFailure failure = ApiFailure.of(workload, namespace, answer, what);
    return new Set.Not(new Failed(failure.why(), failure.whatToDo(), mayHaveChanged));
  }

  private static JsonObject patch(String resourceVersion, boolean stop) {
    return JsonObject.builder()
        .put(
            "metadata",
            JsonObject.builder()
                .put("resourceVersion", resourceVersion)
                .put(
                    "annotations",
                    JsonObject.builder()
                        .put(ANNOTATION, stop ? new JsonString("true") : JsonNull.NULL)
                        .build())
                .build())
        .build();
  }

  private static String display(Workload workload) {
    return workload.target().kind() + " `" + workload.target().name() + "`";
  }
}
