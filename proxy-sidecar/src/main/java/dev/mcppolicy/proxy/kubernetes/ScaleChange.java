// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.workload.Deadline;
import java.time.Duration;
import java.util.Optional;

/**
 * Sets a {@code /scale}. Each change carries the resource version that was read: whoever scales at
 * the same time is not overwritten unseen, the scale is read again, five times at most.
 */
final class ScaleChange {
  private static final int ATTEMPTS_MAX = 5;
  private static final int CONFLICT = 409;

  private final ApiServer api;

  ScaleChange(ApiServer api) {
    this.api = api;
  }

  /** A scale as it was read. */
  record Scale(String resourceVersion, int replicas, int observed) {}

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

  Result change(ScaleTarget target, Deadline deadline, Planning planning) {
    for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      ApiAnswer read = api.get(target.scale(), api.within(deadline.left()));
      Optional<Scale> scale =
          read instanceof ApiAnswer.Ok(JsonObject object) ? scale(object) : Optional.empty();
      if (scale.isEmpty()) {
        return new Result.Failed(
            failure(target, read, "its scale could not be read, so nothing was changed")
                .unchanged());
      }
      switch (planning.plan(scale.get(), api.within(deadline.left()))) {
        case Plan.Leave _ -> {
          return new Result.Left(scale.get());
        }
        case Plan.GiveUp(ApiFailure failure) -> {
          return new Result.Failed(failure);
        }
        case Plan.ScaleTo(int replicas) -> {
          if (deadline.isOver()) {
            return tooLate();
          }
          ApiAnswer patched =
              api.patch(target.scale(), patch(scale.get(), replicas), api.within(deadline.left()));
          if (patched instanceof ApiAnswer.Ok(JsonObject object)) {
            int observed = scale(object).map(Scale::observed).orElse(scale.get().observed());
            return new Result.Set(scale.get(), replicas, observed);
          }
          boolean conflict =
              patched instanceof ApiAnswer.Denied(int status, String _, String _)
                  && status == CONFLICT;
          if (!conflict) {
            ApiFailure failure = failure(target, patched, "it could not be scaled to " + replicas);
            return new Result.Failed(isRefused(patched) ? failure.unchanged() : failure);
          }
        }
      }
      if (deadline.isOver()) {
        return tooLate();
      }
    }
    return new Result.Failed(
        new ApiFailure(
            "someone else changed its scale " + ATTEMPTS_MAX + " times meanwhile",
            "look who else scales "
                + target.display()
                + " (an autoscaler, a deployment tool), then try again",
            false));
  }

  private static ApiFailure failure(ScaleTarget target, ApiAnswer answer, String what) {
    return ApiFailure.of(target.workload(), target.namespace(), answer, what);
  }

  /** Whether the API server itself said no, before anything was written. */
  private static boolean isRefused(ApiAnswer answer) {
    return answer instanceof ApiAnswer.Denied(int status, String reason, String _)
        && status >= 400
        && status < 500
        && !reason.isEmpty();
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
    return object
        .object("metadata")
        .flatMap(metadata -> metadata.string("resourceVersion"))
        .map(
            version ->
                new Scale(
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
