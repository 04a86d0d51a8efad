// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.json.JsonValue.JsonNull;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.io.IOException;
import java.util.Optional;

/** An InferenceService, which KServe runs again once its annotation is taken away. */
record BringBackByAnnotation(Reference reference, String path) implements BringBack {
  private static final String API_VERSION = "serving.kserve.io/v1beta1";
  private static final String KIND = "InferenceService";
  private static final String ANNOTATION = "serving.kserve.io/stop";

  static Optional<BringBackByAnnotation> of(JsonObject target, String namespace) {
    String name = target.string("name").orElse("");
    return target.string("apiVersion").equals(Optional.of(API_VERSION))
            && target.string("kind").equals(Optional.of(KIND))
            && NAME.matcher(name).matches()
        ? Optional.of(
            new BringBackByAnnotation(
                new Reference(API_VERSION, KIND, name),
                "/apis/%s/namespaces/%s/inferenceservices/%s"
                    .formatted(API_VERSION, namespace, name)))
        : Optional.empty();
  }

  @Override
  public Found look(ClusterApi api) throws IOException {
    return switch (api.get(path)) {
      case ClusterApi.Reply.Done(JsonObject service) -> found(service);
      case ClusterApi.Reply.Denied(int _, String message) -> new Found.Unseen(message);
    };
  }

  private static Found found(JsonObject service) {
    JsonObject metadata = service.object("metadata").orElse(JsonObject.EMPTY);
    boolean isToldToStop =
        metadata
            .object("annotations")
            .flatMap(annotations -> annotations.string(ANNOTATION))
            .filter("true"::equalsIgnoreCase)
            .isPresent();
    return isToldToStop
        ? new Found.Stopped(
            metadata.string("uid").orElse(""), metadata.string("resourceVersion").orElse(""))
        : new Found.Runs("is not told to stop");
  }

  @Override
  public String does(int replicas) {
    return "told to run";
  }

  @Override
  public ClusterApi.Reply start(ClusterApi api, Found.Stopped found, int replicas)
      throws IOException {
    return api.patch(
        path,
        JsonObject.builder()
            .put(
                "metadata",
                JsonObject.builder()
                    .put("resourceVersion", found.version())
                    .put("annotations", JsonObject.builder().put(ANNOTATION, JsonNull.NULL).build())
                    .build())
            .build());
  }

  @Override
  public String right() {
    return "get and patch on inferenceservices.serving.kserve.io";
  }
}
