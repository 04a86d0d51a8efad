// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

import java.net.URI;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The container engine that a server's workloads of the kind {@link Workload.Target#CONTAINER} run
 * on, reached over TLS.
 *
 * @param endpoint of the form that {@link #endpoint(String)} accepts
 * @param tlsSecretName the Secret of the server's namespace with the entries {@code ca.crt}, {@code
 *     tls.crt} and {@code tls.key}, in PEM
 * @param requiredLabels what a container must carry to be acted on, 1 to {@link #LABELS_MAX}, by
 *     key; an empty value stands for any
 * @param mayRemove whether a container may be removed when a caller asks for it
 */
public record DockerEndpoint(
    URI endpoint, String tlsSecretName, Map<String, String> requiredLabels, boolean mayRemove) {
  /** Most labels that may be required. */
  public static final int LABELS_MAX = 16;

  private static final Pattern ADDRESS =
      Pattern.compile(
          "https://([A-Za-z0-9]([-.A-Za-z0-9]{0,251}[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]{2,45}]):([1-9][0-9]{0,4})");

  private static final int PORT_MAX = 65_535;

  public DockerEndpoint {
    requiredLabels = Collections.unmodifiableMap(new TreeMap<>(requiredLabels));
  }

  /**
   * An address of an engine: {@code https://HOST:PORT} and nothing else. Empty for anything that is
   * not one, above all for what would reach an engine without TLS, and for one that carries a user,
   * a path or a query.
   */
  public static Optional<URI> endpoint(String text) {
    var address = ADDRESS.matcher(text);
    if (!address.matches() || Integer.parseInt(address.group(3)) > PORT_MAX) {
      return Optional.empty();
    }
    try {
      return Optional.of(URI.create(text)).filter(uri -> uri.getHost() != null);
    } catch (IllegalArgumentException noAddress) {
      return Optional.empty(); // such as a number of IPv6 that is none
    }
  }
}
