// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.enforce;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The hosts and origins that requests may name, so that a web page cannot reach the proxy through a
 * name of its own (DNS rebinding). Names are compared whole, without regard to case; the three
 * forms of the own machine are always among them, on any port.
 */
public final class AcceptedNames {
  private static final List<String> OWN_MACHINE = List.of("localhost", "127.0.0.1", "[::1]");

  private final Set<String> hosts;
  private final Set<String> origins;

  /**
   * @param hosts a name, for it on any port, or a name and a port
   * @param origins scheme, host and, unless it is the scheme's own, port
   */
  public AcceptedNames(Collection<String> hosts, Collection<String> origins) {
    this.hosts =
        hosts.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    this.origins =
        origins.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
  }

  /** Only the own machine. */
  public static AcceptedNames ownMachine() {
    return new AcceptedNames(Set.of(), Set.of());
  }

  /** Whether a Host header may have this value. */
  public boolean isHost(String value) {
    String host = value.toLowerCase(Locale.ROOT);
    String name = withoutPort(host);
    return OWN_MACHINE.contains(name) || hosts.contains(host) || hosts.contains(name);
  }

  /** Whether an Origin header may have this value. */
  public boolean isOrigin(String value) {
    String origin = value.toLowerCase(Locale.ROOT);
    for (String scheme : List.of("http://", "https://")) {
      if (origin.startsWith(scheme)
          && OWN_MACHINE.contains(withoutPort(origin.substring(scheme.length())))) {
        return true;
      }
    }
    return origins.contains(origin);
  }

  /** The name without a colon and one to five digits at its end; the text itself otherwise. */
  private static String withoutPort(String host) {
    int colon = host.lastIndexOf(':');
    String port = host.substring(colon + 1);
    boolean isPort =
        colon > 0
            && !port.isEmpty()
            && port.length() <= 5
            && port.chars().allMatch(c -> c >= '0' && c <= '9');
    return isPort ? host.substring(0, colon) : host;
  }
}
