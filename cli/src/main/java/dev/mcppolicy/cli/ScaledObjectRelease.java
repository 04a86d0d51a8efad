// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.cli.ClusterApi.Reply;
import dev.mcppolicy.json.JsonValue.JsonNull;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.io.IOException;
import java.util.Optional;

/**
 * Lifts the pause of a KEDA ScaledObject that a tool's stop has made; while it stands, KEDA scales
 * back to zero whatever is brought back. A pause without our mark is a person's, and is left.
 *
 * @param name of the ScaledObject, as the McpServer declares it for the workload
 */
record ScaledObjectRelease(ClusterApi api, String namespace, String name) {
  private static final String PAUSED_REPLICAS = "autoscaling.keda.sh/paused-replicas";
  private static final String PAUSED = "autoscaling.keda.sh/paused";
  private static final String OURS = "mcppolicy.dev/paused-for";
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
    String path =
        "/apis/keda.sh/v1alpha1/namespaces/%s/scaledobjects/%s".formatted(namespace, name);
    for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      switch (api.get(path)) {
        case Reply.Denied(int status, String _) when status == ClusterApi.NOT_FOUND -> {
          return new Result.NotPaused();
        }
        case Reply.Denied(int _, String message) -> {
          return new Result.Not(message + "; ask for " + RIGHT + " of that name");
        }
        case Reply.Done(JsonObject object) -> {
          JsonObject metadata = object.object("metadata").orElse(JsonObject.EMPTY);
          JsonObject annotations = metadata.object("annotations").orElse(JsonObject.EMPTY);
          if (!annotations.has(OURS)) {
            return isPaused(annotations) ? byAPerson() : new Result.NotPaused();
          }
          if (isDry) {
            return new Result.Released();
          }
          Reply written =
              api.patch(path, withoutPause(metadata.string("resourceVersion").orElse("")));
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

  private static boolean isPaused(JsonObject annotations) {
    return annotations.has(PAUSED_REPLICAS)
        || annotations.string(PAUSED).filter(value -> !value.equals("false")).isPresent();
  }

  private Result byAPerson() {
    return new Result.Not(
        "somebody has paused %s, and KEDA would undo what is brought back; take the annotations off (kubectl annotate scaledobject %s --namespace %s %s- %s-), then try again"
            .formatted(display(), name, namespace, PAUSED_REPLICAS, PAUSED));
  }

  private static JsonObject withoutPause(String version) {
    JsonObject annotations =
        JsonObject.builder().put(PAUSED_REPLICAS, JsonNull.NULL).put(OURS, JsonNull.NULL).build();
    return JsonObject.builder()
        .put(
            "metadata",
            JsonObject.builder()
                .put("resourceVersion", version)
                .put("annotations", annotations)
                .build())
        .build();
  }

  /** Empty when the McpServer names no ScaledObject for the workload. */
  static Optional<ScaledObjectRelease> of(
      ClusterApi api, String namespace, DeclaredWorkloads.Declared workload) {
    return workload.pauseScaledObject().map(name -> new ScaledObjectRelease(api, namespace, name));
  }
}
