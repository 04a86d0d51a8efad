// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whatever has a {@code /scale}.
 *
 * @param plural as the API serves the kind
 */
record BringBackByScale(Reference reference, String plural, String path) implements BringBack {
  private static final Map<String, String> PLURALS =
      Map.of("apps/v1 Deployment", "deployments", "apps/v1 StatefulSet", "statefulsets");

  private static final Pattern PLURAL = Pattern.compile("[a-z]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final Pattern API_VERSION =
      Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/v[0-9][a-z0-9]{0,61}");

  static Optional<BringBackByScale> of(JsonObject target, String namespace) {
    var reference =
        new Reference(
            target.string("apiVersion").orElse(""),
            target.string("kind").orElse(""),
            target.string("name").orElse(""));
    return plural(target, reference)
        .filter(_ -> NAME.matcher(reference.name()).matches())
        .map(
            plural ->
                new BringBackByScale(
                    reference,
                    plural,
                    "/apis/%s/namespaces/%s/%s/%s/scale"
                        .formatted(reference.apiVersion(), namespace, plural, reference.name())));
  }

  /** Of a kind that is not known it stands in the target, which the schema demands. */
  private static Optional<String> plural(JsonObject target, Reference reference) {
    return Optional.ofNullable(PLURALS.get(reference.apiVersion() + " " + reference.kind()))
        .or(
            () ->
                target
                    .string("resource")
                    .filter(plural -> PLURAL.matcher(plural).matches())
                    .filter(_ -> API_VERSION.matcher(reference.apiVersion()).matches()));
  }

  @Override
  public Found look(ClusterApi api) throws IOException {
    return switch (api.get(path)) {
      case ClusterApi.Reply.Done(JsonObject scale) -> found(scale);
      case ClusterApi.Reply.Denied(int _, String message) -> new Found.Unseen(message);
    };
  }

  private static Found found(JsonObject scale) {
    long replicas =
        scale
            .object("spec")
            .flatMap(spec -> spec.get("replicas"))
            .filter(JsonNumber.class::isInstance)
            .map(JsonNumber.class::cast)
            .flatMap(JsonNumber::integer)
            .orElse(0L); // the API leaves zeros out
    JsonObject metadata = scale.object("metadata").orElse(JsonObject.EMPTY);
    return replicas > 0
        ? new Found.Runs("has " + Plural.of(replicas, "replica"))
        : new Found.Stopped(
            metadata.string("uid").orElse(""), metadata.string("resourceVersion").orElse(""));
  }

  @Override
  public String does(int replicas) {
    return "scaled 0 -> " + replicas;
  }

  @Override
  public ClusterApi.Reply start(ClusterApi api, Found.Stopped found, int replicas)
      throws IOException {
    return api.patch(
        path,
        JsonObject.builder()
            .put("metadata", JsonObject.builder().put("resourceVersion", found.version()).build())
            .put("spec", JsonObject.builder().put("replicas", replicas).build())
            .build());
  }

  @Override
  public String right() {
    return "get and patch on " + plural + "/scale";
  }
}
