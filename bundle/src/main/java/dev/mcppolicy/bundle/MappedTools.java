// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

import dev.mcppolicy.engine.ToolDefinition;
import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The definitions of the container tools that a sidecar carries out itself, exactly as the real
 * server lists them, so that they can be called while that server is dead.
 *
 * <p>Of {@code vllm-mcp-server} 0.1.4: {@code stop_vllm} declares {@code container_name} (string),
 * {@code remove} (boolean, default true) and {@code timeout} (integer seconds, default 10), none
 * required; {@code start_vllm} requires {@code model} (string) and declares {@code port, cpu_only,
 * gpu_memory_utilization, tensor_parallel_size, max_model_len, dtype, container_name, extra_args};
 * {@code restart_vllm}, {@code list_vllm_containers}, {@code get_vllm_logs} and {@code
 * get_platform_status} follow. Source: its answer to {@code tools/list}.
 */
public final class MappedTools {
  private static final String VLLM_MCP_SERVER = "vllm-mcp-server-0.1.4.json";
  private static final Map<String, ToolDefinition> VLLM = load(VLLM_MCP_SERVER);

  private MappedTools() {}

  /** The mapped tools by name, in the order in which the server lists them; none for NONE. */
  public static Map<String, ToolDefinition> of(ToolMapping mapping) {
    return switch (mapping) {
      case NONE -> Map.of();
      case VLLM_MCP_SERVER -> VLLM;
    };
  }

  private static Map<String, ToolDefinition> load(String resource) {
    try (InputStream in = MappedTools.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the jar has no " + resource);
      }
      var tools = new LinkedHashMap<String, ToolDefinition>();
      JsonValue whole = new StrictJson(JsonLimits.REQUEST).read(in.readAllBytes());
      JsonArray list =
          whole instanceof JsonObject object
              ? object.array("tools").orElseThrow()
              : JsonArray.EMPTY;
      for (JsonValue tool : list.elements()) {
        if (tool instanceof JsonObject definition) {
          String name = definition.string("name").orElseThrow();
          tools.put(name, new ToolDefinition(name, definition));
        }
      }
      return Collections.unmodifiableMap(tools);
    } catch (IOException | MalformedJsonException broken) {
      throw new IllegalStateException("the jar's " + resource + " cannot be read", broken);
    }
  }
}
