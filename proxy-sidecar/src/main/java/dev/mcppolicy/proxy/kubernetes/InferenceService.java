// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.Optional;

/** What an InferenceService says of itself. */
final class InferenceService {
  private static final String STOP = "serving.kserve.io/stop";
  private static final String MODE = "serving.kserve.io/deploymentMode";

  private InferenceService() {}

  /**
   * How it stands.
   *
   * @param isToldToStop whether it carries the annotation, as KServe reads it
   * @param isStopped whether KServe says that it has stopped it
   * @param isObeyed whether KServe will heed the annotation
   * @param whyNotObeyed why not, with what to do
   * @param state in a few words what else matters; may be empty
   */
  record Standing(
      String uid,
      String resourceVersion,
      boolean isToldToStop,
      boolean isStopped,
      boolean isReady,
      boolean isObeyed,
      String whyNotObeyed,
      String state) {}

  static Standing standing(JsonObject object) {
    JsonObject metadata = object.object("metadata").orElse(JsonObject.EMPTY);
    JsonObject annotations = metadata.object("annotations").orElse(JsonObject.EMPTY);
    boolean isToldToStop = annotations.string(STOP).filter("true"::equalsIgnoreCase).isPresent();
    boolean isModelMesh =
        object
            .object("status")
            .flatMap(status -> status.string("deploymentMode"))
            .or(() -> annotations.string(MODE))
            .filter("ModelMesh"::equals)
            .isPresent();
    // KServe 0.16 and newer always report it; before, only one of the modes heeded the annotation
    boolean isReported = condition(object, "Stopped").isPresent();
    String whyNot =
        isModelMesh
            ? "it runs in KServe's mode ModelMesh, which does not heed a stop; take down its ServingRuntime instead"
            : "KServe does not report the condition Stopped of it, so a stop would not be heeded; this takes KServe 0.16 or newer, and one that has looked at it";
    return new Standing(
        metadata.string("uid").orElse(""),
        metadata.string("resourceVersion").orElse(""),
        isToldToStop,
        isTrue(object, "Stopped"),
        isTrue(object, "Ready"),
        isReported && !isModelMesh,
        whyNot,
        state(object, isToldToStop, isReported && !isModelMesh));
  }

  private static String state(JsonObject object, boolean isToldToStop, boolean isObeyed) {
    if (!isObeyed) {
      return "a stop would not be heeded";
    }
    return isToldToStop || isTrue(object, "Ready")
        ? ""
        : "not ready"
            + condition(object, "Ready")
                .flatMap(ready -> ready.string("reason"))
                .filter(reason -> !reason.isEmpty())
                .map(reason -> ": " + ApiServer.Printable.of(reason))
                .orElse("");
  }

  private static boolean isTrue(JsonObject object, String type) {
    return condition(object, type)
        .flatMap(condition -> condition.string("status"))
        .filter("True"::equals)
        .isPresent();
  }

  private static Optional<JsonObject> condition(JsonObject object, String type) {
    for (JsonValue value :
        object
            .object("status")
            .flatMap(status -> status.array("conditions"))
            .orElse(JsonArray.EMPTY)
            .elements()) {
      if (value instanceof JsonObject condition
          && condition.string("type").equals(Optional.of(type))) {
        return Optional.of(condition);
      }
    }
    return Optional.empty();
  }
}
