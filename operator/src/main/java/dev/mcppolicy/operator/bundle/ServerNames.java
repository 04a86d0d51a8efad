// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.bundle;

import dev.mcppolicy.api.v1alpha1.Api;
import dev.mcppolicy.bundle.AcceptedHosts;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a server is called by its clients.
 *
 * @param clusterDomain e.g. {@code cluster.local}
 */
public record ServerNames(String namespace, String server, String clusterDomain) {
  private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "::1");

  /** The endpoint for clients in the cluster. */
  public String url() {
    return "https://" + Api.objectName(server) + "." + namespace + ".svc/mcp";
  }

  /**
   * The names in the certificate: the four forms of the Service, and loopback for forwarded ports.
   */
  public List<String> certificateNames() {
    return Stream.concat(serviceNames().stream(), LOOPBACK.stream()).toList();
  }

  /** What is accepted in {@code Host} and {@code Origin}. */
  public AcceptedHosts accepted() {
    List<String> hosts = Stream.concat(serviceNames().stream(), LOOPBACK.stream()).toList();
    List<String> origins =
        Stream.concat(serviceNames().stream(), Stream.of("localhost", "127.0.0.1", "[::1]"))
            .map(host -> "https://" + host)
            .toList();
    return new AcceptedHosts(hosts, origins);
  }

  private List<String> serviceNames() {
    String name = Api.objectName(server);
    return List.of(
        name + "." + namespace + ".svc",
        name + "." + namespace + ".svc." + clusterDomain,
        name + "." + namespace,
        name);
  }
}
