// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.grant;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcppolicy.api.v1alpha1.Api;
import dev.mcppolicy.api.v1alpha1.McpGrant;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The Secret that the operator makes for a grant: a token, and all else that a client needs. */
final class TokenSecret {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int TOKEN_BYTES = 32;
  private static final PatchContext MERGE =
      new PatchContext.Builder()
          .withPatchType(PatchType.JSON_MERGE)
          .withFieldManager("mcp-policy-operator")
          .build();

  private final KubernetesClient client;

  TokenSecret(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Makes the Secret, or completes it; a token that is there is kept.
   *
   * @param known the Secret as far as it is known
   * @param forClients what stands beside the token
   * @return the Secret as it is now, also when it is somebody else's and was left alone
   */
  Optional<Secret> ensure(McpGrant grant, Optional<Secret> known, Map<String, String> forClients) {
    String namespace = grant.getMetadata().getNamespace();
    String name = Api.tokenSecretName(grant.getMetadata().getName());
    var resource = client.secrets().inNamespace(namespace).withName(name);
    Optional<Secret> there = known.or(() -> Optional.ofNullable(resource.get()));
    if (there.isEmpty()) {
      return create(grant, name, forClients);
    }
    if (!TokenReading.isOwned(grant, there.get())) {
      return there;
    }
    Map<String, String> missing = missing(grant, there.get(), forClients);
    boolean labelled =
        there.get().getMetadata().getLabels() != null
            && grant
                .getMetadata()
                .getName()
                .equals(there.get().getMetadata().getLabels().get(Api.GRANT_LABEL));
    if (missing.isEmpty() && labelled) {
      return there;
    }
    return Optional.of(resource.patch(MERGE, completion(grant, missing)));
  }

  private Optional<Secret> create(McpGrant grant, String name, Map<String, String> forClients) {
    Map<String, String> data = new LinkedHashMap<>();
    forClients.forEach((key, value) -> data.put(key, encoded(value)));
    data.put(TokenReading.Format.KEY, encoded(newToken(grant)));
    Secret secret =
        new SecretBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(grant.getMetadata().getNamespace())
            .withLabels(Map.of(Api.GRANT_LABEL, grant.getMetadata().getName()))
            .withOwnerReferences(
                new OwnerReferenceBuilder()
                    .withApiVersion(grant.getApiVersion())
                    .withKind(grant.getKind())
                    .withName(grant.getMetadata().getName())
                    .withUid(grant.getMetadata().getUid())
                    .withController(true)
                    .withBlockOwnerDeletion(false)
                    .build())
            .endMetadata()
            .withData(data)
            .build();
    try {
      return Optional.of(client.resource(secret).create());
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return Optional.empty(); // it appeared just now, and its event brings us back
      }
      throw e;
    }
  }

  private static Map<String, String> missing(
      McpGrant grant, Secret secret, Map<String, String> forClients) {
    Map<String, String> data = secret.getData() == null ? Map.of() : secret.getData();
    Map<String, String> missing = new LinkedHashMap<>();
    forClients.forEach(
        (key, value) -> {
          if (!Objects.equals(data.get(key), encoded(value))) {
            missing.put(key, encoded(value));
          }
        });
    if (!data.containsKey(TokenReading.Format.KEY)) {
      missing.put(TokenReading.Format.KEY, encoded(newToken(grant)));
    }
    return missing;
  }

  private String completion(McpGrant grant, Map<String, String> data) {
    return client
        .getKubernetesSerialization()
        .asJson(
            Map.of(
                "metadata",
                Map.of("labels", Map.of(Api.GRANT_LABEL, grant.getMetadata().getName())),
                "data",
                data));
  }

  private static String newToken(McpGrant grant) {
    byte[] bytes = new byte[TOKEN_BYTES];
    RANDOM.nextBytes(bytes);
    return "mcpg_"
        + grant.getMetadata().getName()
        + "_"
        + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
