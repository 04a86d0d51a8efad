// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.kubernetes.ScaleChange.Plan;
import dev.mcppolicy.proxy.kubernetes.ScaleChange.Result;
import dev.mcppolicy.proxy.kubernetes.ScaleChange.Scale;
import dev.mcppolicy.proxy.workload.Deadline;
import dev.mcppolicy.proxy.workload.WorkloadChange;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Scales to zero, with the replicas kept in the McpServerState before, and back to what was kept. A
 * pause of KEDA goes along with both.
 */
final class KeptReplicas {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

  private final ApiServer api;
  private final ServerState state;
  private final WorkloadEvents events;
  private final InstantSource clock;
  private final ScaleChange scales;
  private final ScaledObjectPause pauses;

  KeptReplicas(
      ApiServer api,
      ServerState state,
      WorkloadEvents events,
      String namespace,
      InstantSource clock) {
    this.api = api;
    this.state = state;
    this.events = events;
    this.clock = clock;
    this.scales = new ScaleChange(api, events);
    this.pauses = new ScaledObjectPause(api, events, namespace);
  }

  /** To zero, with the replicas kept before; left alone when it is there. */
  Result toZero(ScaleTarget target, Deadline deadline) {
    Workload workload = target.workload();
    var whenPaused = new AtomicReference<Optional<Scale>>(Optional.empty());
    var whenKept = new AtomicReference<Optional<JsonObject>>(Optional.empty());
    Result result =
        scales.change(
            target,
            deadline,
            (scale, left) -> {
              if (scale.replicas() == 0) {
                return paused(target, deadline, new Plan.Leave());
              }
              ApiAnswer kept = state.keep(workload.name(), scale.replicas(), clock.instant(), left);
              if (kept instanceof ApiAnswer.Ok(JsonObject object)) {
                whenKept.set(Optional.of(object));
                Plan plan = paused(target, deadline, new Plan.ScaleTo(0));
                if (plan instanceof Plan.ScaleTo) {
                  whenPaused.set(Optional.of(scale));
                }
                return plan;
              }
              return new Plan.GiveUp(
                  ApiFailure.of(
                          workload,
                          target.namespace(),
                          kept,
                          "its replicas could not be kept in the McpServerState, so it was not stopped")
                      .unchanged());
            });
    Result done =
        pauses.isFor(workload) && whenPaused.get().isPresent()
            ? afterPause(target, whenPaused.get().get(), result)
            : result;
    if (done instanceof Result.Failed(ApiFailure failure) && !failure.mayHaveChanged()) {
      whenKept.get().ifPresent(object -> undone(target, object, deadline));
    }
    return done;
  }

  private void undone(ScaleTarget target, JsonObject seen, Deadline deadline) {
    state.undone(target.workload().name(), seen, clock.instant(), deadline);
  }

  /** KEDA, once it is paused at zero, may be the first to scale down. */
  private Result afterPause(ScaleTarget target, Scale before, Result result) {
    return switch (result) {
      case Result.Set _ -> result;
      case Result.Left(Scale now) -> byKeda(target, before, now);
      case Result.Failed(ApiFailure failure) ->
          new Result.Failed(
              new ApiFailure(
                  failure.why() + "; but its ScaledObject is paused at 0, so KEDA stops it",
                  failure.whatToDo() + ", or start it with start_vllm, which releases that"));
    };
  }

  /** What KEDA has done for the act, which is made known like what the act does itself. */
  private Result byKeda(ScaleTarget target, Scale before, Scale now) {
    events.changed(
        WorkloadChange.scaled(
            target.workload(),
            target.namespace(),
            before.uid(),
            before.replicas(),
            now.replicas(),
            Optional.of(now.resourceVersion())));
    return new Result.Set(before, now.replicas(), now.observed());
  }

  private Plan paused(ScaleTarget target, Deadline deadline, Plan then) {
    return pauses.pause(target, deadline).<Plan>map(Plan.GiveUp::new).orElse(then);
  }

  /** From zero to what was kept; left alone when somebody has scaled it. */
  Result toKept(ScaleTarget target, Deadline deadline) {
    var whenReleased = new AtomicReference<Optional<Scale>>(Optional.empty());
    var seen = new AtomicReference<Optional<JsonObject>>(Optional.empty());
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
              if (read instanceof ApiAnswer.Ok(JsonObject object)) {
                seen.set(Optional.of(object));
                return new Plan.ScaleTo(
                    Math.max(
                        ServerState.kept(object, target.workload().name()).orElse(1),
                        Contest.least(target.workload())));
              }
              return new Plan.GiveUp(
                  ApiFailure.of(
                          target.workload(),
                          target.namespace(),
                          read,
                          "how many replicas it had could not be read from the McpServerState, so it"
                              + " was not started")
                      .unchanged());
            });
    // KEDA, once it is released, may be the first to scale up
    Result done =
        pauses.isFor(target.workload())
                && whenReleased.get().isPresent()
                && result instanceof Result.Left(Scale now)
            ? byKeda(target, whenReleased.get().get(), now)
            : result;
    if (done instanceof Result.Set) {
      seen.get().ifPresent(object -> undone(target, object, deadline));
    }
    return done;
  }

  /** What a start returns to; empty when none were kept, or that cannot be read. */
  OptionalInt of(ScaleTarget target, Deadline deadline) {
    return state.read(api.within(deadline.left())) instanceof ApiAnswer.Ok(JsonObject object)
        ? ServerState.kept(object, target.workload().name())
        : OptionalInt.empty();
  }

  /** To what was kept; as long as there is time, the API server may be away for a while. */
  Result toKeptAfterAll(ScaleTarget target, Deadline deadline) {
    Result result = toKept(target, deadline);
    while (result instanceof Result.Failed(ApiFailure failure)
        && failure.mayPass()
        && deadline.pause(LOOK_AGAIN)) {
      result = toKept(target, deadline);
    }
    return result;
  }
}
