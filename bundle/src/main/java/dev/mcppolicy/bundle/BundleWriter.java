// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.Base64;
import java.util.Collection;
import java.util.function.Function;

/** Writes the content of a bundle as JSON, always in the same order. */
final class BundleWriter {
  private BundleWriter() {}

  static JsonObject content(Bundle bundle) {
    var content =
        JsonObject.builder()
            .put(
                "server",
                JsonObject.builder()
                    .put("namespace", bundle.server().namespace())
                    .put("name", bundle.server().name())
                    .put("uid", bundle.server().uid())
                    .build())
            .put("sequence", bundle.sequence())
            .put("policies", list(bundle.policies(), BundleWriter::policy))
            .put("grants", list(bundle.grants(), BundleWriter::grant))
            .put("workloads", list(bundle.workloads(), BundleWriter::workload))
            .put("toolMapping", bundle.mapping().word())
            .put(
                "accepted",
                JsonObject.builder()
                    .put("hosts", list(bundle.accepted().hosts(), JsonValue::of))
                    .put("origins", list(bundle.accepted().origins(), JsonValue::of))
                    .build())
            .put(
                "tls",
                JsonObject.builder()
                    .put("certificate", bundle.tls().certificatePem())
                    .put("privateKey", bundle.tls().privateKeyPem())
                    .build())
            .put(
                "sessionKeys",
                list(
                    bundle.sessionKeys().newestFirst(),
                    key -> JsonValue.of(Base64.getEncoder().encodeToString(key.bytes()))));
    bundle.docker().ifPresent(docker -> content.put("docker", DockerEndpointFormat.write(docker)));
    bundle.denyAll().ifPresent(reason -> content.put("denyAll", reason));
    return content.build();
  }

  private static JsonObject policy(BundledPolicy policy) {
    var object =
        JsonObject.builder()
            .put("uid", policy.uid())
            .put("namespace", policy.id().namespace())
            .put("name", policy.id().name())
            .put("generation", policy.id().generation());
    policy
        .grants()
        .ifPresent(
            grants -> object.put("grants", list(grants.stream().sorted().toList(), JsonValue::of)));
    return object.put("document", policy.document()).build();
  }

  private static JsonObject grant(BundledGrant grant) {
    var object =
        JsonObject.builder().put("name", grant.name()).put("tokenSha256", grant.tokenSha256());
    grant.expiresAt().ifPresent(instant -> object.put("expiresAt", instant.toString()));
    if (!grant.labels().isEmpty()) {
      var labels = JsonObject.builder();
      grant.labels().forEach(labels::put);
      object.put("labels", labels.build());
    }
    return object.build();
  }

  private static JsonObject workload(Workload workload) {
    var object =
        JsonObject.builder()
            .put("name", workload.name())
            .put("default", workload.isDefault())
            .put("target", TargetFormat.write(workload.target()));
    workload.model().ifPresent(model -> object.put("model", model));
    if (!workload.safeguards().equals(Safeguards.NONE)) {
      object.put("safeguards", SafeguardsFormat.write(workload.safeguards()));
    }
    return object.build();
  }

  private static <T> JsonArray list(Collection<T> elements, Function<T, JsonValue> element) {
    return new JsonArray(elements.stream().map(element).toList());
  }
}
