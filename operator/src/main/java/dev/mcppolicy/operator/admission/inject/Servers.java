// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission.inject;

import java.util.Optional;

/** The McpServers of the cluster, by namespace and name. Asked by many threads. */
@FunctionalInterface
public interface Servers {
  Optional<GuardedServer> find(String namespace, String name);
}
