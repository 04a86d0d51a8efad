// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.sidecar;

import dev.mcppolicy.proxy.docker.tls.CertificateSource;
import dev.mcppolicy.proxy.docker.tls.ClientCertificate;
import dev.mcppolicy.proxy.kubernetes.NamedSecret;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Client certificates in Secrets of the server's namespace. */
final class SecretCertificates implements CertificateSource {
  private static final List<String> ENTRIES = List.of("ca.crt", "tls.crt", "tls.key");
  private static final int ENTRY_BYTES_MAX = 64 << 10;

  private final NamedSecret secrets;

  SecretCertificates(NamedSecret secrets) {
    this.secrets = secrets;
  }

  @Override
  public Reading read(String secretName) {
    return switch (secrets.read(secretName)) {
      case NamedSecret.Reading.Read(Map<String, byte[]> data) -> certificate(secretName, data);
      case NamedSecret.Reading.Absent() ->
          new Reading.Not(
              "Secret `%s` does not exist; create it with the entries ca.crt, tls.crt and tls.key"
                  .formatted(secretName));
      case NamedSecret.Reading.Forbidden() ->
          new Reading.Not(
              "this sidecar may not read Secret `%s`; the condition RightsMissing of the McpServer says why"
                  .formatted(secretName));
      case NamedSecret.Reading.NotKnown(String why) ->
          new Reading.Not("Secret `%s` cannot be read: %s".formatted(secretName, why));
    };
  }

  private static Reading certificate(String secretName, Map<String, byte[]> data) {
    String missing =
        ENTRIES.stream()
            .filter(entry -> !data.containsKey(entry))
            .collect(Collectors.joining(" and "));
    if (!missing.isEmpty()) {
      return new Reading.Not(
          "Secret `%s` has no %s; it needs ca.crt, tls.crt and tls.key, all of them in PEM"
              .formatted(secretName, missing));
    }
    for (String entry : ENTRIES) {
      if (text(data, entry).length() > ENTRY_BYTES_MAX) {
        return new Reading.Not(
            "%s of Secret `%s` has more than the %d bytes allowed"
                .formatted(entry, secretName, ENTRY_BYTES_MAX));
      }
    }
    return new Reading.Read(
        new ClientCertificate(text(data, "ca.crt"), text(data, "tls.crt"), text(data, "tls.key")));
  }

  private static String text(Map<String, byte[]> data, String entry) {
    return new String(data.getOrDefault(entry, new byte[0]), StandardCharsets.ISO_8859_1);
  }
}
