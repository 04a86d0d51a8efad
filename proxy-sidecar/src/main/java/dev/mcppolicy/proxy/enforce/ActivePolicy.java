// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.enforce;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.engine.PolicySet;
import dev.mcppolicy.engine.ToolDefinition;
import dev.mcppolicy.proxy.identity.Grants;
import dev.mcppolicy.proxy.session.SessionTokens;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that calls are decided by, whole and immutable. A call reads it once, so none is
 * decided by parts of two.
 *
 * @param sequence of the bundle; of a policy file, how often it was read
 * @param acceptedNames of hosts and origins
 * @param mappedTools the definitions of the tools that the proxy carries out itself, by name
 * @param workloads what those may act on
 * @param denyAll when present every call is denied with this text
 */
public record ActivePolicy(
    long sequence,
    PolicySet policies,
    Grants grants,
    AcceptedNames acceptedNames,
    SessionTokens sessions,
    Map<String, ToolDefinition> mappedTools,
    List<Workload> workloads,
    Optional<String> denyAll) {
  public ActivePolicy {
    mappedTools = Collections.unmodifiableMap(new LinkedHashMap<>(mappedTools));
    workloads = List.copyOf(workloads);
  }

  /** The same, with every call denied. */
  public ActivePolicy denying(String why) {
    return new ActivePolicy(
        sequence,
        policies,
        grants,
        acceptedNames,
        sessions,
        mappedTools,
        workloads,
        Optional.of(why));
  }
}
