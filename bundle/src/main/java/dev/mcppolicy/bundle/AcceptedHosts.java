// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

import java.util.List;

/**
 * What the front accepts in {@code Host} and {@code Origin}.
 *
 * @param hosts host names or addresses without a port, lower case; any port is accepted
 * @param origins as a browser writes them, {@code scheme://host[:port]}
 */
public record AcceptedHosts(List<String> hosts, List<String> origins) {
  public AcceptedHosts {
    hosts = List.copyOf(hosts);
    origins = List.copyOf(origins);
  }
}
