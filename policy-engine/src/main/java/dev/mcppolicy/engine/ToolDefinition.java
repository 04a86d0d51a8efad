// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.Optional;

/**
 * A tool as a server lists it.
 *
 * @param definition the whole tool object
 * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/server/tools">MCP,
 *     tools</a>
 */
public record ToolDefinition(String name, JsonObject definition) {

  /** The schema of the arguments; empty when there is none or it is not an object. */
  public Optional<JsonObject> inputSchema() {
    return definition.object("inputSchema");
  }
}
