// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Contested;
import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue.JsonNull;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.workload.Deadline;
import java.util.Optional;

/**
 * Pauses the KEDA ScaledObject of a workload with its stop and releases it with its start, by the
 * annotation that KEDA documents (2.7 and newer). A mark beside it says that the pause is ours: one
 * that a person made is neither changed nor lifted.
 */
final class ScaledObjectPause {
  private static final String PAUSED_REPLICAS = "autoscaling.keda.sh/paused-replicas";
  private static final String PAUSED = "autoscaling.keda.sh/paused";
  private static final String OURS = "mcppolicy.dev/paused-for";
  private static final int ATTEMPTS_MAX = 5;
  private static final int CONFLICT = 409;
  private static final int NOT_FOUND = 404;

  private final ApiServer api;
  private final String namespace;

  ScaledObjectPause(ApiServer api, String namespace) {
    this.api = api;
    this.namespace = namespace;
  }

  /**
   * Pauses at zero, when a pause was declared for the workload.
   *
   * @return why it is not paused; the ScaledObject may have been paused all the same when the
   *     failure says that something may have changed
   */
  Optional<ApiFailure> pause(ScaleTarget target, Deadline deadline) {
    return change(target, deadline, true);
  }

  /** Lifts our own pause, when one was declared for the workload and is there. */
  Optional<ApiFailure> release(ScaleTarget target, Deadline deadline) {
    return change(target, deadline, false);
  }

  /** Whether a pause was declared for a workload. */
  boolean isFor(Workload workload) {
    return workload.safeguards().contested().orElse(null) instanceof Contested.Paused;
  }

  private Optional<ApiFailure> change(ScaleTarget target, Deadline deadline, boolean pause) {
    if (!(target.workload().safeguards().contested().orElse(null)
        instanceof Contested.Paused(String name, int _))) {
      return Optional.empty();
    }
    String path =
        "/apis/keda.sh/v1alpha1/namespaces/%s/scaledobjects/%s".formatted(namespace, name);
    for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      ApiAnswer read = api.get(path, api.within(deadline.left()));
      if (read instanceof ApiAnswer.Denied(int status, String _, String _) && status == NOT_FOUND) {
        return Optional.empty(); // deleted meanwhile: nobody scales it any more
      }
      if (!(read instanceof ApiAnswer.Ok(JsonObject object))) {
        return Optional.of(failure(target, read, name, "could not be read").unchanged());
      }
      JsonObject annotations =
          object
              .object("metadata")
              .flatMap(metadata -> metadata.object("annotations"))
              .orElse(JsonObject.EMPTY);
      boolean ours = annotations.has(OURS);
      if (!ours && (annotations.has(PAUSED_REPLICAS) || isPaused(annotations))) {
        return Optional.of(byAPerson(name, annotations));
      }
      if (ours == pause) {
        return Optional.empty();
      }
      ApiAnswer written =
          api.patch(path, patch(object, target, pause), api.within(deadline.left()));
      if (written instanceof ApiAnswer.Ok) {
        return Optional.empty();
      }
      boolean conflict =
          written instanceof ApiAnswer.Denied(int status, String _, String _) && status == CONFLICT;
      if (!conflict) {
        return Optional.of(
            failure(
                target, written, name, pause ? "could not be paused" : "could not be released"));
      }
      if (deadline.isOver()) {
        break;
      }
    }
    return Optional.of(
        new ApiFailure(
            "ScaledObject `" + name + "` was changed by somebody else again and again",
            "try again",
            false));
  }

  private static boolean isPaused(JsonObject annotations) {
    return annotations.string(PAUSED).filter(value -> !value.equals("false")).isPresent();
  }

  private static ApiFailure byAPerson(String name, JsonObject annotations) {
    return new ApiFailure(
        "somebody has paused ScaledObject `%s` (%s), and that is left as it is"
            .formatted(
                name,
                annotations
                    .string(PAUSED_REPLICAS)
                    .map(replicas -> PAUSED_REPLICAS + ": " + ApiServer.Printable.of(replicas))
                    .orElse(PAUSED)),
        "take the annotation off (kubectl annotate scaledobject %s %s- %s-), then call again"
            .formatted(name, PAUSED_REPLICAS, PAUSED),
        false);
  }

  private ApiFailure failure(ScaleTarget target, ApiAnswer answer, String name, String what) {
    return ApiFailure.of(
        target.workload(), namespace, answer, "ScaledObject `" + name + "` " + what);
  }

  private static JsonObject patch(JsonObject read, ScaleTarget target, boolean pause) {
    var annotations = JsonObject.builder();
    if (pause) {
      annotations.put(PAUSED_REPLICAS, "0").put(OURS, target.workload().name());
    } else {
      annotations.put(PAUSED_REPLICAS, JsonNull.NULL).put(OURS, JsonNull.NULL);
    }
    String version =
        read.object("metadata").flatMap(metadata -> metadata.string("resourceVersion")).orElse("");
    return JsonObject.builder()
        .put(
            "metadata",
            JsonObject.builder()
                .put("resourceVersion", version)
                .put("annotations", annotations.build())
                .build())
        .build();
  }
}
