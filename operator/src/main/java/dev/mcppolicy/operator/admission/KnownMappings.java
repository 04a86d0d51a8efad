// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission;

import dev.mcppolicy.api.v1alpha1.ToolMapping;
import java.util.Optional;

/** The tool mappings of McpServers, as far as they are known without asking. */
@FunctionalInterface
interface KnownMappings {
  Optional<ToolMapping> find(String namespace, String server);
}
