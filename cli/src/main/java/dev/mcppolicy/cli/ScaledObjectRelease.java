// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.bundle.KedaPause;
import dev.mcppolicy.cli.ClusterApi.Reply;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.io.IOException;
import java.util.Optional;

/**
 * Lifts the pause of a KEDA ScaledObject that a tool's stop has made; while it stands, KEDA scales
 * back to zero whatever is brought back. A person's pause is left.
 *
 * @param name of the ScaledObject, as the McpServer declares it for the workload
 */
record ScaledObjectRelease(ClusterApi api, String namespace, String name) {
  private static final String RIGHT = "get and patch on scaledobjects.keda.sh";
  private static final int ATTEMPTS_MAX = 5;

  /** What became of it. */
  sealed interface Result {
    /** There is no pause, or nothing that could be paused. */
    record NotPaused() implements Result {}

    /** It was released; in a dry run it would be. */
    record Released() implements Result {}

    /**
     * @param why a clause with the cause and what to do
     */
    record Not(String why) implements Result {}
  }

  /**
   * @param isDry only looks
   * @throws IOException when the cluster does not answer
   */
  Result release(boolean isDry) throws IOException {
    if (!BringBack.NAME.matcher(name).matches()) {
      return new Result.NotPaused(); // no object can have that name
    }
    String path = KedaPause.path(namespace, name);
    for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      switch (api.get(path)) {
        case Reply.Denied(int status, String _) when status == ClusterApi.NOT_FOUND -> {
          return new Result.NotPaused();
        }
        case Reply.Denied(int _, String message) -> {
          return new Result.Not(message + "; ask for " + RIGHT + " of that name");
        }
        case Reply.Done(JsonObject object) -> {
          switch (KedaPause.of(object)) {
            case NONE -> {
              return new Result.NotPaused();
            }
            case OTHERS -> {
              return byAPerson();
            }
            case OURS -> {}
          }
          if (isDry) {
            return new Result.Released();
          }
          Reply written = api.patch(path, KedaPause.released(object));
          if (written instanceof Reply.Done) {
            return new Result.Released();
          }
          if (written instanceof Reply.Denied(int status, String message)
              && status != ClusterApi.CONFLICT) {
            return new Result.Not(message + "; ask for " + RIGHT + " of that name");
          }
        }
      }
    }
    return new Result.Not(display() + " was changed by somebody else again and again; try again");
  }

  /** For people. */
  String display() {
    return "ScaledObject `" + name + "`";
  }

  private Result byAPerson() {
    return new Result.Not(
        "somebody has paused %s, and KEDA would undo what is brought back; take the annotations off (kubectl annotate scaledobject %s --namespace %s %s- %s-), then try again"
            .formatted(display(), name, namespace, KedaPause.PAUSED_REPLICAS, KedaPause.PAUSED));
  }

  /** Empty when the McpServer names no ScaledObject for the workload. */
  static Optional<ScaledObjectRelease> of(
      ClusterApi api, String namespace, DeclaredWorkloads.Declared workload) {
    return workload.pauseScaledObject().map(name -> new ScaledObjectRelease(api, namespace, name));
  }
}
