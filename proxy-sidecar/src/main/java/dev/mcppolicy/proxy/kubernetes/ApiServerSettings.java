// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Where the API server is and how we prove who we are.
 *
 * @param base {@code https://HOST:PORT}
 * @param token a file with the bearer token; read anew for each request, because it is rotated
 * @param ca a PEM file with the certificates to trust; empty only for a plain {@code http} base
 * @param requestTimeout of one request from begin to end
 */
public record ApiServerSettings(URI base, Path token, Optional<Path> ca, Duration requestTimeout) {
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

  /**
   * In a pod, with the token, {@code ca.crt} and address that are given there.
   *
   * @param folder with {@code token} and {@code ca.crt}
   * @throws IllegalArgumentException if the address is not in the environment
   */
  public static ApiServerSettings inPod(Map<String, String> environment, Path folder) {
    String host = environment.get("KUBERNETES_SERVICE_HOST");
    String port = environment.get("KUBERNETES_SERVICE_PORT");
    if (host == null || port == null) {
      throw new IllegalArgumentException(
          "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not both set; this runs in a pod");
    }
    String name = host.contains(":") ? "[" + host + "]" : host;
    return new ApiServerSettings(
        URI.create("https://" + name + ":" + port),
        folder.resolve("token"),
        Optional.of(folder.resolve("ca.crt")),
        REQUEST_TIMEOUT);
  }
}
