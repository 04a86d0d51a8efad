// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Contested;
import dev.mcppolicy.bundle.KedaPause;
import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.workload.Deadline;
import dev.mcppolicy.proxy.workload.WorkloadChange;
import dev.mcppolicy.proxy.workload.WorkloadChange.Made;
import java.util.Optional;

/**
 * Pauses the KEDA ScaledObject of a workload with its stop and releases it with its start. A pause
 * that a person made is neither changed nor lifted.
 */
final class ScaledObjectPause {
  private static final int ATTEMPTS_MAX = 5;
  private static final int CONFLICT = 409;
  private static final int NOT_FOUND = 404;

  private final ApiServer api;
  private final WorkloadEvents events;
  private final String namespace;

  ScaledObjectPause(ApiServer api, WorkloadEvents events, String namespace) {
    this.api = api;
    this.events = events;
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
    String path = KedaPause.path(namespace, name);
    for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      ApiAnswer read = api.get(path, api.within(deadline.left()));
      if (read instanceof ApiAnswer.Denied(int status, String _, String _) && status == NOT_FOUND) {
        return Optional.empty(); // deleted meanwhile: nobody scales it any more
      }
      if (!(read instanceof ApiAnswer.Ok(JsonObject object))) {
        return Optional.of(failure(target, read, name, "could not be read").unchanged());
      }
      KedaPause found = KedaPause.of(object);
      if (found == KedaPause.OTHERS) {
        return Optional.of(byAPerson(name, object));
      }
      if ((found == KedaPause.OURS) == pause) {
        return Optional.empty();
      }
      JsonObject patch =
          pause ? KedaPause.paused(object, target.workload().name()) : KedaPause.released(object);
      ApiAnswer written = api.patch(path, patch, api.within(deadline.left()));
      if (written instanceof ApiAnswer.Ok(JsonObject now)) {
        noteChange(target.workload(), name, object, pause, metadata(now, "resourceVersion"));
        return Optional.empty();
      }
      boolean conflict =
          written instanceof ApiAnswer.Denied(int status, String _, String _) && status == CONFLICT;
      if (!conflict) {
        if (!written.isRefusal()) {
          noteChange(target.workload(), name, object, pause, Optional.empty());
        }
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

  /** Under the name of the workload, on the ScaledObject. */
  private void noteChange(
      Workload workload,
      String name,
      JsonObject before,
      boolean pause,
      Optional<String> resourceVersion) {
    var target = new Workload.Target(KedaPause.API_VERSION, KedaPause.KIND, name);
    events.changed(
        WorkloadChange.other(
            new Workload(workload.name(), workload.isDefault(), target, workload.model()),
            namespace,
            metadata(before, "uid").orElse(""),
            pause ? Made.PAUSED : Made.RELEASED,
            resourceVersion));
  }

  private static Optional<String> metadata(JsonObject object, String name) {
    return object.object("metadata").flatMap(metadata -> metadata.string(name));
  }

  private static ApiFailure byAPerson(String name, JsonObject scaledObject) {
    return new ApiFailure(
        "somebody has paused ScaledObject `%s` (%s), and that is left as it is"
            .formatted(
                name,
                KedaPause.pausedAt(scaledObject)
                    .map(
                        replicas ->
                            KedaPause.PAUSED_REPLICAS + ": " + ApiServer.Printable.of(replicas))
                    .orElse(KedaPause.PAUSED)),
        "take the annotation off (kubectl annotate scaledobject %s %s- %s-), then call again"
            .formatted(name, KedaPause.PAUSED_REPLICAS, KedaPause.PAUSED),
        false);
  }

  private ApiFailure failure(ScaleTarget target, ApiAnswer answer, String name, String what) {
    return ApiFailure.of(
        target.workload(), namespace, answer, "ScaledObject `" + name + "` " + what);
  }
}
