// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

import dev.mcppolicy.engine.ToolDefinition;
import dev.mcppolicy.engine.catalogue.CatalogueTool;
import dev.mcppolicy.engine.catalogue.RiskCatalogue;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The container tools that a sidecar carries out itself. Their definitions are those of the {@link
 * RiskCatalogue}, exactly as the real server lists them, so that they can be called while that
 * server is dead.
 *
 * <p>Of {@code vllm-mcp-server} 0.1.4: {@code stop_vllm} declares {@code container_name} (string),
 * {@code remove} (boolean, default true) and {@code timeout} (integer seconds, default 10), none
 * required; {@code start_vllm} requires {@code model} (string) and declares {@code port, cpu_only,
 * gpu_memory_utilization, tensor_parallel_size, max_model_len, dtype, container_name, extra_args};
 * {@code restart_vllm}, {@code list_vllm_containers}, {@code get_vllm_logs} and {@code
 * get_platform_status} follow.
 */
public final class MappedTools {
  private static final List<String> CONTAINER_TOOLS =
      List.of(
          "start_vllm",
          "stop_vllm",
          "restart_vllm",
          "list_vllm_containers",
          "get_vllm_logs",
          "get_platform_status");
  private static final Map<String, ToolDefinition> VLLM = definitions();

  private MappedTools() {}

  /** The mapped tools by name, in the order in which the server lists them; none for NONE. */
  public static Map<String, ToolDefinition> of(ToolMapping mapping) {
    return switch (mapping) {
      case NONE -> Map.of();
      case VLLM_MCP_SERVER -> VLLM;
    };
  }

  private static Map<String, ToolDefinition> definitions() {
    var tools = new LinkedHashMap<String, ToolDefinition>();
    for (String name : CONTAINER_TOOLS) {
      CatalogueTool tool = RiskCatalogue.vllm().tool(name).orElseThrow();
      tools.put(name, tool.definition());
    }
    return Collections.unmodifiableMap(tools);
  }
}
