// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.workload.Deadline;
import dev.mcppolicy.proxy.workload.WorkloadChange;
import java.time.Duration;
import java.util.Optional;

/**
 * Sets a {@code /scale}. Each change carries the resource version that was read: whoever scales at
 * the same time is not overwritten unseen, the scale is read again, five times at most.
 */
final class ScaleChange {
  private static final int ATTEMPTS_MAX = 5;
  private static final int CONFLICT = 409;

  /** How long a change whose answer was lost is looked for. */
  private static final Duration FIND_OUT = Duration.ofSeconds(15);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

  private final ApiServer api;
  private final WorkloadEvents events;

  ScaleChange(ApiServer api, WorkloadEvents events) {
    this.api = api;
    this.events = events;
  }

  /**
   * A scale as it was read.
   *
   * @param uid of the object; may be empty
   */
  record Scale(String uid, String resourceVersion, int replicas, int observed) {}

  /** What to scale to, after whatever has to be done before. */
  sealed interface Plan {
    record ScaleTo(int replicas) implements Plan {}

    record Leave() implements Plan {}

    record GiveUp(ApiFailure failure) implements Plan {}
  }

  interface Planning {
    Plan plan(Scale scale, Duration timeLeft);
  }

  /** What came of it. */
  sealed interface Result {

    /**
     * @param before as it was when it was changed
     */
    record Set(Scale before, int replicas, int observed) implements Result {}

    record Left(Scale scale) implements Result {}

    record Failed(ApiFailure failure) implements Result {}
  }

  /** A change whose answer was lost, and the scale that it was to change. */
  private record Unanswered(Scale before, int replicas, ApiAnswer answer) {

    /** Whether it has come about, as far as a later look can tell. */
    boolean isIn(Scale later) {
      return later.replicas() == replicas
          && !later.resourceVersion().equals(before.resourceVersion());
    }
  }

  /**
   * Reads, plans and sets it. A change whose answer is lost is looked for: it is made anew only
   * when it provably has not come about, which the resource version sees to besides.
   */
  Result change(ScaleTarget target, Deadline deadline, Planning planning) {
    Optional<Unanswered> unanswered = Optional.empty();
    for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      ApiAnswer read =
          unanswered.isEmpty()
              ? api.get(target.scale(), api.within(deadline.left()))
              : readAfterAll(target, deadline.within(FIND_OUT));
      Optional<Scale> found =
          read instanceof ApiAnswer.Ok(JsonObject object) ? scale(object) : Optional.empty();
      if (found.isEmpty()) {
        return unanswered
            .map(lost -> notKnown(target, lost))
            .orElseGet(
                () ->
                    new Result.Failed(
                        failure(target, read, "its scale could not be read, so nothing was changed")
                            .unchanged()));
      }
      Scale scale = found.get();
      if (unanswered.isPresent() && unanswered.get().isIn(scale)) {
        return set(target, unanswered.get().before(), unanswered.get().replicas(), scale);
      }
      switch (planning.plan(scale, api.within(deadline.left()))) {
        case Plan.Leave _ -> {
          return new Result.Left(scale);
        }
        case Plan.GiveUp(ApiFailure failure) -> {
          return unanswered
              .map(lost -> notKnown(target, lost))
              .orElseGet(() -> new Result.Failed(failure));
        }
        case Plan.ScaleTo(int replicas) -> {
          if (deadline.isOver()) {
            return unanswered.map(lost -> notKnown(target, lost)).orElseGet(ScaleChange::tooLate);
          }
          ApiAnswer answer =
              api.patch(target.scaleToWrite(), patch(scale, replicas), api.within(deadline.left()));
          if (answer instanceof ApiAnswer.Ok(JsonObject object)) {
            return set(target, scale, replicas, scale(object).orElse(scale));
          }
          if (isRefused(answer)) {
            ApiFailure why = failure(target, answer, "it could not be scaled to " + replicas);
            return unanswered
                .map(lost -> notKnown(target, lost))
                .orElseGet(() -> new Result.Failed(why.unchanged()));
          }
          if (!isConflict(answer)) {
            unanswered = Optional.of(new Unanswered(scale, replicas, answer));
          }
        }
      }
      if (deadline.isOver()) {
        return unanswered.map(lost -> notKnown(target, lost)).orElseGet(ScaleChange::tooLate);
      }
    }
    return unanswered
        .map(lost -> notKnown(target, lost))
        .orElseGet(
            () ->
                new Result.Failed(
                    new ApiFailure(
                        "someone else changed its scale " + ATTEMPTS_MAX + " times meanwhile",
                        "look who else scales "
                            + target.display()
                            + " (an autoscaler, a deployment tool), then try again",
                        false)));
  }

  /** Reads until there is an answer: what was not answered may have come about or not. */
  private ApiAnswer readAfterAll(ScaleTarget target, Deadline deadline) {
    ApiAnswer read;
    do {
      read = api.get(target.scale(), api.within(deadline.left()));
    } while (!(read instanceof ApiAnswer.Ok) && deadline.pause(LOOK_AGAIN));
    return read;
  }

  private Result set(ScaleTarget target, Scale before, int replicas, Scale after) {
    events.changed(
        WorkloadChange.scaled(
            target.workload(),
            target.namespace(),
            before.uid(),
            before.replicas(),
            replicas,
            Optional.of(after.resourceVersion())));
    return new Result.Set(before, replicas, after.observed());
  }

  private Result notKnown(ScaleTarget target, Unanswered lost) {
    events.changed(
        WorkloadChange.scaled(
            target.workload(),
            target.namespace(),
            lost.before().uid(),
            lost.before().replicas(),
            lost.replicas(),
            Optional.empty()));
    String cause = failure(target, lost.answer(), "").why().substring(": ".length());
    return new Result.Failed(
        new ApiFailure(
            "whether it was scaled from %d to %d is not known: %s"
                .formatted(lost.before().replicas(), lost.replicas(), cause),
            "call list_vllm_containers once the API server answers; this call can safely be made"
                + " again, it changes nothing that is done already",
            true,
            true));
  }

  private static ApiFailure failure(ScaleTarget target, ApiAnswer answer, String what) {
    return ApiFailure.of(target.workload(), target.namespace(), answer, what);
  }

  private static boolean isConflict(ApiAnswer answer) {
    return answer instanceof ApiAnswer.Denied(int status, String _, String _) && status == CONFLICT;
  }

  /** Whether the API server itself said no for good, before anything was written. */
  private static boolean isRefused(ApiAnswer answer) {
    return answer.isRefusal() && !isConflict(answer);
  }

  private static Result tooLate() {
    return new Result.Failed(
        new ApiFailure("the API server took too long; nothing was scaled", "try again", false));
  }

  private static JsonObject patch(Scale scale, int replicas) {
    return JsonObject.builder()
        .put(
            "metadata",
            JsonObject.builder().put("resourceVersion", scale.resourceVersion()).build())
        .put("spec", JsonObject.builder().put("replicas", replicas).build())
        .build();
  }

  /** An absent number of replicas is zero: the API leaves zeros out. */
  private static Optional<Scale> scale(JsonObject object) {
    Optional<JsonObject> metadata = object.object("metadata");
    return metadata
        .flatMap(found -> found.string("resourceVersion"))
        .map(
            version ->
                new Scale(
                    metadata.flatMap(found -> found.string("uid")).orElse(""),
                    version,
                    count(object, "spec", "replicas").orElse(0),
                    count(object, "status", "replicas").orElse(0)));
  }

  /** A number of replicas in a part of an object; empty when it is not there. */
  static Optional<Integer> count(JsonObject object, String part, String name) {
    return object
        .object(part)
        .flatMap(found -> found.get(name))
        .filter(JsonNumber.class::isInstance)
        .map(JsonNumber.class::cast)
        .flatMap(JsonNumber::integer)
        .filter(count -> count >= 0 && count <= Integer.MAX_VALUE)
        .map(Long::intValue);
  }
}
