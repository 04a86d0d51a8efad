// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.certificate;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The Secret of the operator's namespace that keeps the authority, so that all replicas share it.
 */
public final class AuthoritySecret {
  public static final String NAME = "mcp-policy-operator-ca";
  private static final String TYPE = "kubernetes.io/tls";
  private static final String CERTIFICATE = "tls.crt";
  private static final String KEY = "tls.key";

  private AuthoritySecret() {}

  /**
   * Reads the authority, or makes it when there is none. Blocking.
   *
   * @throws IllegalStateException when the Secret holds something else: it is never overwritten
   */
  public static CertificateAuthority loadOrCreate(
      KubernetesClient client, String namespace, InstantSource clock) {
    Resource<Secret> resource = client.secrets().inNamespace(namespace).withName(NAME);
    Secret kept = resource.get();
    if (kept == null) {
      CertificateAuthority made = CertificateAuthority.create(clock);
      try {
        client.resource(secretOf(made, namespace)).create();
        return made;
      } catch (KubernetesClientException e) {
        if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
          throw e;
        }
        kept = resource.get(); // another replica was faster
      }
    }
    return read(kept, namespace, clock);
  }

  private static CertificateAuthority read(
      @Nullable Secret secret, String namespace, InstantSource clock) {
    String place = "Secret " + namespace + "/" + NAME;
    if (secret == null) {
      throw new IllegalStateException(place + " was deleted while it was read");
    }
    try {
      return CertificateAuthority.read(
          text(secret, CERTIFICATE, place), text(secret, KEY, place), clock);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          place + " holds no certificate authority; delete it to have a new one made", e);
    }
  }

  private static String text(Secret secret, String key, String place) {
    String value = secret.getData() == null ? null : secret.getData().get(key);
    if (value == null) {
      throw new IllegalStateException(
          place + " has no `" + key + "`; delete it to have a new one made");
    }
    return new String(Base64.getDecoder().decode(value), US_ASCII);
  }

  private static Secret secretOf(CertificateAuthority authority, String namespace) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName(NAME)
        .withNamespace(namespace)
        .endMetadata()
        .withType(TYPE)
        .withStringData(
            Map.of(CERTIFICATE, authority.certificatePem(), KEY, authority.privateKeyPem()))
        .build();
  }
}
