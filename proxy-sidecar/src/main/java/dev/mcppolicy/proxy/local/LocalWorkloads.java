// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.local;

import dev.mcppolicy.bundle.MappedTools;
import dev.mcppolicy.bundle.ToolMapping;
import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.engine.ToolDefinition;
import dev.mcppolicy.proxy.workload.WorkloadControl;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the container tools act on where the proxy runs alone. With no workload declared, these
 * tools go to the guarded server like all others.
 *
 * @param control there exactly when there are workloads
 */
public record LocalWorkloads(Optional<WorkloadControl> control, List<Workload> declared) {
  public static final LocalWorkloads NONE = new LocalWorkloads(Optional.empty(), List.of());

  public LocalWorkloads {
    declared = List.copyOf(declared);
    if (control.isPresent() == declared.isEmpty()) {
      throw new IllegalArgumentException("workloads and what acts on them come together");
    }
  }

  /** The tools that are carried out here, by name. */
  Map<String, ToolDefinition> mappedTools() {
    return MappedTools.of(declared.isEmpty() ? ToolMapping.NONE : ToolMapping.VLLM_MCP_SERVER);
  }
}
