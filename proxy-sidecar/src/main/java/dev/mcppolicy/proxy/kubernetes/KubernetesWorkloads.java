// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Drain;
import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.kubernetes.ScaleChange.Plan;
import dev.mcppolicy.proxy.kubernetes.ScaleChange.Result;
import dev.mcppolicy.proxy.kubernetes.ScaleChange.Scale;
import dev.mcppolicy.proxy.kubernetes.StopGuards.Answer;
import dev.mcppolicy.proxy.kubernetes.StopGuards.Wish;
import dev.mcppolicy.proxy.workload.Deadline;
import dev.mcppolicy.proxy.workload.LogLimits;
import dev.mcppolicy.proxy.workload.Platform;
import dev.mcppolicy.proxy.workload.StopOptions;
import dev.mcppolicy.proxy.workload.Turns;
import dev.mcppolicy.proxy.workload.WorkloadControl;
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
import java.util.function.Function;
import java.util.function.Predicate;
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
public final class KubernetesWorkloads implements WorkloadControl {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
  private static final List<String> NOTHING_REMOVED =
      List.of(
          "Nothing was removed: a stop scales down, and each pod's own grace period decides how"
              + " long it may take.");

  private final ApiServer api;
  private final ServerState state;
  private final String namespace;
  private final InstantSource clock;
  private final ScaleChange scales;
  private final WorkloadPods pods;
  private final PodLogs podLogs;
  private final PodRequests requests;
  private final StopGuards guards;
  private final ScaledObjectPause pauses;
  private final Turns turns = new Turns();

  public KubernetesWorkloads(
      ApiServer api,
      ServerState state,
      WorkloadEvents events,
      String namespace,
      InstantSource clock) {
    this(api, state, events, new HttpPodMetrics(), namespace, clock);
  }

  KubernetesWorkloads(
      ApiServer api,
      ServerState state,
      WorkloadEvents events,
      PodMetrics metrics,
      String namespace,
      InstantSource clock) {
    this.api = api;
    this.state = state;
    this.namespace = namespace;
    this.clock = clock;
    this.scales = new ScaleChange(api, events);
    this.pods = new WorkloadPods(api, namespace);
    this.podLogs = new PodLogs(api, pods, namespace);
    this.requests = new PodRequests(pods, metrics);
    this.guards =
        new StopGuards(
            api, namespace, (workload, deadline) -> look(workload, deadline.left()), requests);
    this.pauses = new ScaledObjectPause(api, namespace);
  }

  @Override
  public WorkloadOutcome stop(
      Workload workload, List<Workload> declared, StopOptions options, Duration timeout) {
    Deadline deadline = Deadline.after(timeout);
    return act(
        workload,
        target ->
            switch (downInTurn(new Wish(target, declared, false), deadline)) {
              case Answer.No(Refused refused) -> refused;
              case Answer.Tried(Result result, Cut cut) ->
                  stopped(target, result, cut, options, deadline);
            });
  }

  private Answer<Result> downInTurn(Wish wish, Deadline deadline) {
    return guards.alone(
        wish,
        () ->
            turns
                .take(wish.target().workload().name(), deadline, () -> down(wish, deadline))
                .orElseGet(
                    () ->
                        new Answer.Tried<>(new Result.Failed(noTurn(wish.target())), Cut.NOTHING)),
        Answer.No::new);
  }

  private Answer<Result> down(Wish wish, Deadline deadline) {
    return guards.scaleDown(
        wish, deadline, () -> toZero(wish.target(), deadline), Result.Set.class::isInstance);
  }

  private WorkloadOutcome stopped(
      ScaleTarget target, Result result, Cut cut, StopOptions options, Deadline deadline) {
    return switch (result) {
      case Result.Set(var before, int _, int observed) -> {
        Waited waited = gone(target, observed, deadline.within(options.grace()));
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
        Waited waited = gone(target, scale.observed(), deadline.within(options.grace()));
        yield new AlreadyThere(
            waited.last(),
            kept(target, deadline),
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
    return switch (inTurn(target, deadline, () -> toKept(target, deadline))) {
      case Result.Set(var before, int replicas, int observed) ->
          new Changed(
              "%s was scaled from 0 to %s".formatted(target.display(), count(replicas)),
              OptionalInt.of(before.replicas()),
              now(target, new WorkloadReplicas(replicas, observed, unknown(), unknown()), deadline),
              Contest.whileStarted(target.workload()));
      case Result.Left(var scale) ->
          new AlreadyThere(
              now(
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
          var wish = new Wish(target, declared, true);
          return guards.<WorkloadOutcome>alone(
              wish,
              () ->
                  turns
                      .take(workload.name(), deadline, () -> restarted(wish, deadline))
                      .orElseGet(() -> failed(noTurn(target))),
              refused -> refused);
        });
  }

  /** One turn: to zero, wait for the end, and back; it is brought back even when time is over. */
  private WorkloadOutcome restarted(Wish wish, Deadline deadline) {
    return switch (down(wish, deadline)) {
      case Answer.No(Refused refused) -> refused;
      case Answer.Tried(Result result, Cut cut) -> restarted(wish.target(), result, cut, deadline);
    };
  }

  private WorkloadOutcome restarted(ScaleTarget target, Result result, Cut cut, Deadline deadline) {
    return switch (result) {
      case Result.Failed(ApiFailure failure) -> failed(failure);
      case Result.Left _ -> // it was stopped, or a restart before was cut short: bring it back
          switch (toKept(target, deadline)) {
            case Result.Set(var _, int replicas, int observed) ->
                new Changed(
                    "%s did not run and was scaled from 0 to %s"
                        .formatted(target.display(), count(replicas)),
                    OptionalInt.of(0),
                    now(
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
        Waited left = observedZero(target, observed, ended);
        yield back(target, before.replicas(), left, cut, deadline);
      }
    };
  }

  private WorkloadOutcome back(
      ScaleTarget target, int previous, Waited left, Cut cut, Deadline deadline) {
    return switch (toKeptAfterAll(target, deadline)) {
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
                          : "%1$d of %2$s had not ended when time was over, so it may not all have been restarted; it is scaled to %3$s again")
                      .formatted(left.last().observed(), count(previous), count(replicas)),
                  "look whether pods of %s hang while they end, then call restart_vllm again"
                      .formatted(target.display()),
                  true)
              : new Changed(
                  "%s was scaled from %s to 0 and back to %d"
                      .formatted(target.display(), count(previous), replicas),
                  OptionalInt.of(previous),
                  now(
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
        : look(target.get(), Deadline.after(timeout));
  }

  private WorkloadLook look(ScaleTarget target, Deadline deadline) {
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
  public Optional<WorkloadPreview> preview(Workload workload, Duration timeout) {
    Deadline deadline = Deadline.after(timeout);
    return ScaleTarget.of(workload, namespace)
        .flatMap(
            target ->
                api.get(target.object(), api.within(deadline.left()))
                        instanceof ApiAnswer.Ok(JsonObject object)
                    ? Optional.of(preview(target, object, deadline))
                    : Optional.empty());
  }

  private WorkloadPreview preview(ScaleTarget target, JsonObject object, Deadline deadline) {
    var replicas =
        new WorkloadReplicas(
            ScaleChange.count(object, "spec", "replicas").orElse(target.isKnownKind() ? 1 : 0),
            ScaleChange.count(object, "status", "replicas").orElse(0),
            unknown(),
            unknown());
    return new WorkloadPreview(
        replicas,
        replicas.requested() == 0 ? kept(target, deadline) : unknown(),
        PodGpus.of(object),
        replicas.requested() == 0 ? unknown() : running(target, object, deadline));
  }

  private OptionalInt running(ScaleTarget target, JsonObject object, Deadline deadline) {
    Optional<Drain> drain = target.workload().safeguards().drain();
    return requests.mayBeSeen()
            && requests.look(
                    target,
                    object,
                    drain.map(Drain::port).orElse(Drain.PORT),
                    drain.map(Drain::path).orElse(Drain.PATH),
                    deadline)
                instanceof PodRequests.Seen.Counted counted
            && counted.pods() > 0
        ? OptionalInt.of(counted.all())
        : OptionalInt.empty();
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

  @Override
  public Platform platform(Duration timeout) {
    String logs = OwnRights.mayReadLogs(api, namespace, timeout).word();
    return new Platform(
        "Kubernetes, namespace `%s`: container tools act through the API server on declared"
                .formatted(namespace)
            + " workloads of this namespace; there is no Docker or Podman here.\nLogs (get_vllm_logs): "
            + logs
            + ".",
        JsonObject.builder()
            .put("platform", "kubernetes")
            .put("namespace", namespace)
            .put("logs", logs)
            .build());
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
        .take(target.workload().name(), deadline, act)
        .orElseGet(() -> new Result.Failed(noTurn(target)));
  }

  private static ApiFailure noTurn(ScaleTarget target) {
    return new ApiFailure(
        "another call is still acting on " + target.display() + "; nothing was changed",
        "try again",
        false);
  }

  /** To zero, with the replicas kept before; left alone when it is there. */
  private Result toZero(ScaleTarget target, Deadline deadline) {
    Workload workload = target.workload();
    var whenPaused = new AtomicReference<Optional<Scale>>(Optional.empty());
    Result result =
        scales.change(
            target,
            deadline,
            (scale, left) -> {
              if (scale.replicas() == 0) {
                return paused(target, deadline, new Plan.Leave());
              }
              ApiAnswer kept = state.keep(workload.name(), scale.replicas(), clock.instant(), left);
              if (kept instanceof ApiAnswer.Ok) {
                Plan plan = paused(target, deadline, new Plan.ScaleTo(0));
                if (plan instanceof Plan.ScaleTo) {
                  whenPaused.set(Optional.of(scale));
                }
                return plan;
              }
              return new Plan.GiveUp(
                  ApiFailure.of(
                          workload,
                          namespace,
                          kept,
                          "its replicas could not be kept in the McpServerState, so it was not stopped")
                      .unchanged());
            });
    return pauses.isFor(workload) && whenPaused.get().isPresent()
        ? afterPause(whenPaused.get().get(), result)
        : result;
  }

  /** KEDA, once it is paused at zero, may be the first to scale down. */
  private static Result afterPause(Scale before, Result result) {
    return switch (result) {
      case Result.Set _ -> result;
      case Result.Left(Scale now) -> new Result.Set(before, 0, now.observed());
      case Result.Failed(ApiFailure failure) ->
          new Result.Failed(
              new ApiFailure(
                  failure.why() + "; but its ScaledObject is paused at 0, so KEDA stops it",
                  failure.whatToDo() + ", or start it with start_vllm, which releases that"));
    };
  }

  private Plan paused(ScaleTarget target, Deadline deadline, Plan then) {
    return pauses.pause(target, deadline).<Plan>map(Plan.GiveUp::new).orElse(then);
  }

  /** From zero to what was kept; left alone when somebody has scaled it. */
  private Result toKept(ScaleTarget target, Deadline deadline) {
    var whenReleased = new AtomicReference<Optional<Scale>>(Optional.empty());
    Result result =
        scales.change(
            target,
            deadline,
            (scale, left) -> {
              Optional<ApiFailure> held = pauses.release(target, deadline);
              if (held.isPresent()) {
                return new Plan.GiveUp(held.get());
              }
              if (scale.replicas() > 0) {
                return new Plan.Leave();
              }
              whenReleased.set(Optional.of(scale));
              ApiAnswer read = state.read(left);
              return read instanceof ApiAnswer.Ok(JsonObject object)
                  ? new Plan.ScaleTo(
                      Math.max(
                          ServerState.kept(object, target.workload().name()).orElse(1),
                          Contest.least(target.workload())))
                  : new Plan.GiveUp(
                      ApiFailure.of(
                              target.workload(),
                              namespace,
                              read,
                              "how many replicas it had could not be read from the McpServerState, so it"
                                  + " was not started")
                          .unchanged());
            });
    // KEDA, once it is released, may be the first to scale up
    return pauses.isFor(target.workload())
            && whenReleased.get().isPresent()
            && result instanceof Result.Left(Scale now)
        ? new Result.Set(whenReleased.get().get(), now.replicas(), now.observed())
        : result;
  }

  private OptionalInt kept(ScaleTarget target, Deadline deadline) {
    return state.read(api.within(deadline.left())) instanceof ApiAnswer.Ok(JsonObject object)
        ? ServerState.kept(object, target.workload().name())
        : OptionalInt.empty();
  }

  /** To what was kept; as long as there is time, the API server may be away for a while. */
  private Result toKeptAfterAll(ScaleTarget target, Deadline deadline) {
    Result result = toKept(target, deadline);
    while (result instanceof Result.Failed(ApiFailure failure)
        && failure.mayPass()
        && deadline.pause(LOOK_AGAIN)) {
      result = toKept(target, deadline);
    }
    return result;
  }

  /**
   * What a wait came to.
   *
   * @param last as it was last seen
   * @param blind why the last look saw nothing; empty when it saw
   */
  private record Waited(WorkloadReplicas last, Optional<String> blind) {
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
  private Waited gone(ScaleTarget target, int observed, Deadline deadline) {
    return waited(target, observed, deadline, last -> !last.isGone());
  }

  /** Waits until no replica is observed: those that are just ending do not hold up new ones. */
  private Waited observedZero(ScaleTarget target, int observed, Deadline deadline) {
    return waited(target, observed, deadline, last -> last.observed() > 0);
  }

  private Waited waited(
      ScaleTarget target, int observed, Deadline deadline, Predicate<WorkloadReplicas> goesOn) {
    var last = new WorkloadReplicas(0, observed, unknown(), unknown());
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
    } while (goesOn.test(last) && last.requested() == 0 && deadline.pause(LOOK_AGAIN));
    return new Waited(last, blind);
  }

  /** As it stands; what was known before when it cannot be looked at. */
  private WorkloadReplicas now(ScaleTarget target, WorkloadReplicas before, Deadline deadline) {
    return !deadline.isOver()
            && look(target, deadline) instanceof WorkloadLook.Seen(WorkloadReplicas seen, String _)
        ? seen
        : before;
  }

  private WorkloadReplicas replicas(ScaleTarget target, JsonObject object, Deadline deadline) {
    int observed = ScaleChange.count(object, "status", "replicas").orElse(0);
    OptionalInt ending =
        ScaleChange.count(object, "status", "terminatingReplicas") // Kubernetes 1.35 and newer
            .map(OptionalInt::of)
            .orElseGet(() -> pods.ending(target, object, deadline));
    if (!target.isKnownKind()) { // a scale leaves zeros out, and does not say what is ready
      return new WorkloadReplicas(
          ScaleChange.count(object, "spec", "replicas").orElse(0), observed, unknown(), ending);
    }
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
