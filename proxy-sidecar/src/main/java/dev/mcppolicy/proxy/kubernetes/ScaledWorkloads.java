// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.kubernetes.ScaleChange.Result;
import dev.mcppolicy.proxy.kubernetes.ScaledLooks.Waited;
import dev.mcppolicy.proxy.kubernetes.StopGuards.Answer;
import dev.mcppolicy.proxy.kubernetes.StopGuards.Wish;
import dev.mcppolicy.proxy.workload.Deadline;
import dev.mcppolicy.proxy.workload.Ending;
import dev.mcppolicy.proxy.workload.LogLimits;
import dev.mcppolicy.proxy.workload.StopOptions;
import dev.mcppolicy.proxy.workload.Turns;
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
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Everything with a scale, stopped and started by its {@code /scale} and by nothing else. Before a
 * stop or a restart the replicas are kept in the McpServerState, so a start finds them after a
 * restart of everything.
 *
 * <p>Changes of one workload take turns; waiting for pods to end does not hold up the next one. The
 * life of a restart is one turn: a stop that arrives meanwhile comes after it.
 */
final class ScaledWorkloads implements ByKind {
  private static final List<String> NOTHING_REMOVED =
      List.of(
          "Nothing was removed: a stop scales down, and each pod's own grace period decides how"
              + " long it may take.");

  private final ApiServer api;
  private final String namespace;
  private final ScaledLooks looks;
  private final KeptReplicas kept;
  private final ScaledPreview preview;
  private final PodLogs podLogs;
  private final StopGuards guards;
  private final Turns turns = new Turns();

  ScaledWorkloads(
      ApiServer api,
      String namespace,
      ScaledLooks looks,
      KeptReplicas kept,
      ScaledPreview preview,
      PodLogs podLogs,
      StopGuards guards) {
    this.api = api;
    this.namespace = namespace;
    this.looks = looks;
    this.kept = kept;
    this.preview = preview;
    this.podLogs = podLogs;
    this.guards = guards;
  }

  @Override
  public WorkloadOutcome stop(
      Workload workload, List<Workload> declared, StopOptions options, Duration timeout) {
    Deadline deadline = Deadline.after(timeout);
    return act(
        workload,
        target ->
            switch (downInTurn(target, new Wish(workload, declared, false), deadline)) {
              case Answer.No(Refused refused) -> refused;
              case Answer.Tried(Result result, Cut cut) ->
                  stopped(target, result, cut, options, deadline);
            });
  }

  private Answer<Result> downInTurn(ScaleTarget target, Wish wish, Deadline deadline) {
    return guards.alone(
        wish,
        () ->
            turns
                .take(wish.workload().target(), deadline, () -> down(target, wish, deadline))
                .orElseGet(
                    () -> new Answer.Tried<>(new Result.Failed(noTurn(target)), Cut.NOTHING)),
        Answer.No::new);
  }

  private Answer<Result> down(ScaleTarget target, Wish wish, Deadline deadline) {
    return guards.takeDown(
        wish, deadline, held -> kept.toZero(target, held), ScaledWorkloads::mayBeDone);
  }

  private static boolean mayBeDone(Result result) {
    return switch (result) {
      case Result.Set _ -> true;
      case Result.Failed(ApiFailure failure) -> failure.mayHaveChanged();
      case Result.Left _ -> false;
    };
  }

  private WorkloadOutcome stopped(
      ScaleTarget target, Result result, Cut cut, StopOptions options, Deadline deadline) {
    return switch (result) {
      case Result.Set(var before, int _, int observed) -> {
        Waited waited = looks.gone(target, observed, deadline.within(options.grace()));
        yield new Changed(
            "%s was scaled from %s to 0".formatted(target.display(), count(before.replicas())),
            OptionalInt.of(before.replicas()),
            waited.last(),
            Stream.of(
                    cut.remarks(),
                    waited.remarks(),
                    stoppedRemarks(target, waited.last(), deadline))
                .flatMap(List::stream)
                .toList(),
            cut.facts());
      }
      case Result.Left(var scale) -> {
        Waited waited = looks.gone(target, scale.observed(), deadline.within(options.grace()));
        yield new AlreadyThere(
            waited.last(),
            kept.of(target, deadline),
            Stream.concat(
                    waited.remarks().stream(),
                    stoppedRemarks(target, waited.last(), deadline).stream())
                .toList());
      }
      case Result.Failed(ApiFailure failure) -> failed(failure);
    };
  }

  @Override
  public WorkloadOutcome start(Workload workload, Duration timeout) {
    Deadline deadline = Deadline.after(timeout);
    return act(workload, target -> started(target, deadline));
  }

  private WorkloadOutcome started(ScaleTarget target, Deadline deadline) {
    return switch (inTurn(target, deadline, () -> kept.toKept(target, deadline))) {
      case Result.Set(var before, int replicas, int observed) ->
          new Changed(
              "%s was scaled from 0 to %s".formatted(target.display(), count(replicas)),
              OptionalInt.of(before.replicas()),
              looks.now(
                  target, new WorkloadReplicas(replicas, observed, unknown(), unknown()), deadline),
              Contest.whileStarted(target.workload()));
      case Result.Left(var scale) ->
          new AlreadyThere(
              looks.now(
                  target,
                  new WorkloadReplicas(scale.replicas(), scale.observed(), unknown(), unknown()),
                  deadline),
              unknown(),
              List.of());
      case Result.Failed(ApiFailure failure) -> failed(failure);
    };
  }

  @Override
  public WorkloadOutcome restart(Workload workload, List<Workload> declared, Duration timeout) {
    Deadline deadline = Deadline.after(timeout);
    return act(
        workload,
        target -> {
          var wish = new Wish(workload, declared, true);
          return guards.<WorkloadOutcome>alone(
              wish,
              () ->
                  turns
                      .take(workload.target(), deadline, () -> restarted(target, wish, deadline))
                      .orElseGet(() -> failed(noTurn(target))),
              refused -> refused);
        });
  }

  /** One turn: to zero, wait for the end, and back; it is brought back even when time is over. */
  private WorkloadOutcome restarted(ScaleTarget target, Wish wish, Deadline deadline) {
    return switch (down(target, wish, deadline)) {
      case Answer.No(Refused refused) -> refused;
      case Answer.Tried(Result result, Cut cut) -> restarted(target, result, cut, deadline);
    };
  }

  private WorkloadOutcome restarted(ScaleTarget target, Result result, Cut cut, Deadline deadline) {
    return switch (result) {
      case Result.Failed(ApiFailure failure) -> failed(failure);
      case Result.Left _ -> // it was stopped, or a restart before was cut short: bring it back
          switch (kept.toKept(target, deadline)) {
            case Result.Set(var _, int replicas, int observed) ->
                new Changed(
                    "%s did not run and was scaled from 0 to %s"
                        .formatted(target.display(), count(replicas)),
                    OptionalInt.of(0),
                    looks.now(
                        target,
                        new WorkloadReplicas(replicas, observed, unknown(), unknown()),
                        deadline),
                    List.of());
            case Result.Left(var scale) ->
                new AlreadyThere(
                    new WorkloadReplicas(scale.replicas(), scale.observed(), unknown(), unknown()),
                    unknown(),
                    List.of());
            case Result.Failed(ApiFailure failure) -> failed(failure);
          };
      case Result.Set(var before, int _, int observed) -> {
        // a quarter of the time is left for bringing it back
        Deadline ended = deadline.within(deadline.left().multipliedBy(3).dividedBy(4));
        Waited left = looks.observedZero(target, observed, ended);
        yield back(target, before.replicas(), left, cut, deadline);
      }
    };
  }

  private WorkloadOutcome back(
      ScaleTarget target, int previous, Waited left, Cut cut, Deadline deadline) {
    return switch (kept.toKeptAfterAll(target, deadline)) {
      case Result.Failed(ApiFailure failure) ->
          new Failed(
              "it was scaled from %s to 0 and not back: %s"
                  .formatted(count(previous), failure.why()),
              "start it with start_vllm, or restart_vllm again, which bring it back to %s; %s"
                  .formatted(count(previous), failure.whatToDo()),
              true);
      case Result.Left(var scale) ->
          new Failed(
              "somebody else scaled it to %d while it was being restarted"
                  .formatted(scale.replicas()),
              "look who scales %s, then try again".formatted(target.display()),
              true);
      case Result.Set(var _, int replicas, int observed) ->
          left.last().observed() > 0
              ? new Failed(
                  (left.blind().isPresent()
                          ? "whether all of %2$s had ended could not be seen, so it may not all have been restarted; it is scaled to %3$s again"
                          : "%1$d of %2$s had not ended when %4$s, so it may not all have been restarted; it is scaled to %3$s again")
                      .formatted(
                          left.last().observed(),
                          count(previous),
                          count(replicas),
                          Ending.whenItWasOver()),
                  "look whether pods of %s hang while they end, then call restart_vllm again"
                      .formatted(target.display()),
                  true)
              : new Changed(
                  "%s was scaled from %s to 0 and back to %d"
                      .formatted(target.display(), count(previous), replicas),
                  OptionalInt.of(previous),
                  looks.now(
                      target,
                      new WorkloadReplicas(replicas, observed, unknown(), unknown()),
                      deadline),
                  cut.remarks(),
                  cut.facts());
    };
  }

  @Override
  public WorkloadLook look(Workload workload, Duration timeout) {
    Optional<ScaleTarget> target = ScaleTarget.of(workload, namespace);
    return target.isEmpty()
        ? new WorkloadLook.Unseen(unknownKind(workload), "correct its target in the McpServer")
        : looks.look(target.get(), Deadline.after(timeout));
  }

  @Override
  public Optional<WorkloadPreview> preview(Workload workload, Duration timeout) {
    Deadline deadline = Deadline.after(timeout);
    return ScaleTarget.of(workload, namespace).flatMap(target -> preview.of(target, deadline));
  }

  @Override
  public WorkloadLogs logs(Workload workload, LogLimits limits, Duration timeout) {
    Deadline deadline = Deadline.after(timeout);
    Optional<ScaleTarget> target = ScaleTarget.of(workload, namespace);
    if (target.isEmpty()) {
      return new WorkloadLogs.Refused(unknownKind(workload));
    }
    ApiAnswer answer = api.get(target.get().object(), api.within(deadline.left()));
    if (answer instanceof ApiAnswer.Ok(JsonObject object)) {
      return podLogs.read(target.get(), object, limits, deadline);
    }
    ApiFailure failure = ApiFailure.of(workload, namespace, answer, "it could not be read");
    return new WorkloadLogs.Failed(failure.why(), failure.whatToDo());
  }

  private WorkloadOutcome act(Workload workload, Function<ScaleTarget, WorkloadOutcome> act) {
    Optional<String> contested = Contest.refusal(workload);
    return contested.isPresent()
        ? new Refused(contested.get())
        : ScaleTarget.of(workload, namespace)
            .map(act)
            .orElseGet(() -> new Refused(unknownKind(workload)));
  }

  private static String unknownKind(Workload workload) {
    return "a " + workload.target().kind() + " cannot be scaled by this version";
  }

  /** Also who has scaled it up again, if it was. */
  private List<String> stoppedRemarks(ScaleTarget target, WorkloadReplicas now, Deadline deadline) {
    Stream<String> contest =
        now.requested() == 0
            ? Contest.whileStopped(target.workload()).stream()
            : api.get(target.object(), api.within(deadline.left()))
                    instanceof ApiAnswer.Ok(JsonObject object)
                ? Contest.undoneBy(object).stream()
                : Stream.empty();
    return Stream.concat(NOTHING_REMOVED.stream(), contest).toList();
  }

  private Result inTurn(ScaleTarget target, Deadline deadline, Supplier<Result> act) {
    return turns
        .take(target.workload().target(), deadline, act)
        .orElseGet(() -> new Result.Failed(noTurn(target)));
  }

  private static ApiFailure noTurn(ScaleTarget target) {
    return new ApiFailure(
        "another call is still acting on " + target.display() + "; nothing was changed",
        "try again",
        false);
  }

  private static WorkloadOutcome failed(ApiFailure failure) {
    return new Failed(failure.why(), failure.whatToDo(), failure.mayHaveChanged());
  }

  private static OptionalInt unknown() {
    return OptionalInt.empty();
  }

  private static String count(int replicas) {
    return replicas == 1 ? "1 replica" : replicas + " replicas";
  }
}
