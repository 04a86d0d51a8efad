// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

import dev.mcppolicy.json.JsonValue.JsonNull;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.Optional;

/**
 * The pause of a KEDA ScaledObject: KEDA's annotations (2.7 and newer), and the mark beside them
 * that says that a stop has made it. A pause without the mark is a person's.
 *
 * @see <a href="https://keda.sh/docs/latest/concepts/scaling-deployments/#pausing-autoscaling">
 *     Pausing autoscaling</a>
 */
public enum KedaPause {
  /** It is not paused. */
  NONE,
  /** By a stop. */
  OURS,
  /** By somebody else, who alone may lift it. */
  OTHERS;

  /** What a ScaledObject is. */
  public static final String API_VERSION = "keda.sh/v1alpha1";

  public static final String KIND = "ScaledObject";

  /** Pauses at a number of replicas. */
  public static final String PAUSED_REPLICAS = "autoscaling.keda.sh/paused-replicas";

  /** Pauses at whatever there is. */
  public static final String PAUSED = "autoscaling.keda.sh/paused";

  private static final String MARK = "mcppolicy.dev/paused-for";

  /**
   * @param scaledObject as the API server has it
   */
  public static KedaPause of(JsonObject scaledObject) {
    JsonObject annotations = annotations(scaledObject);
    if (annotations.has(MARK)) {
      return OURS;
    }
    boolean isPaused =
        annotations.has(PAUSED_REPLICAS)
            || annotations.string(PAUSED).filter(value -> !value.equals("false")).isPresent();
    return isPaused ? OTHERS : NONE;
  }

  /** At how many replicas it is paused, as it is written; empty when no number is. */
  public static Optional<String> pausedAt(JsonObject scaledObject) {
    return annotations(scaledObject).string(PAUSED_REPLICAS);
  }

  /** Where the API server has the ScaledObject. */
  public static String path(String namespace, String name) {
    return "/apis/%s/namespaces/%s/scaledobjects/%s".formatted(API_VERSION, namespace, name);
  }

  /**
   * The merge patch that pauses at zero, for the version that was read.
   *
   * @param workload the name of the one that is stopped
   */
  public static JsonObject paused(JsonObject scaledObject, String workload) {
    return patch(
        scaledObject, JsonObject.builder().put(PAUSED_REPLICAS, "0").put(MARK, workload).build());
  }

  /** The merge patch that lifts a pause of {@link #OURS}, for the version that was read. */
  public static JsonObject released(JsonObject scaledObject) {
    return patch(
        scaledObject,
        JsonObject.builder().put(PAUSED_REPLICAS, JsonNull.NULL).put(MARK, JsonNull.NULL).build());
  }

  private static JsonObject annotations(JsonObject scaledObject) {
    return scaledObject
        .object("metadata")
        .flatMap(metadata -> metadata.object("annotations"))
        .orElse(JsonObject.EMPTY);
  }

  private static JsonObject patch(JsonObject scaledObject, JsonObject annotations) {
    String version =
        scaledObject
            .object("metadata")
            .flatMap(metadata -> metadata.string("resourceVersion"))
            .orElse("");
    return JsonObject.builder()
        .put(
            "metadata",
            JsonObject.builder()
                .put("resourceVersion", version)
                .put("annotations", annotations)
                .build())
        .build();
  }
}
