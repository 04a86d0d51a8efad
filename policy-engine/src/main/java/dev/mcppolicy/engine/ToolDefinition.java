// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.schema.ArgumentSchema;
import dev.mcppolicy.engine.schema.SchemaReading;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A tool as a server lists it. Kept by whoever loads it, because its schema is compiled when it is
 * first asked for and then kept here. For any thread.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/server/tools">MCP,
 *     tools</a>
 */
public final class ToolDefinition {
  private final String name;
  private final JsonObject definition;

  /** Two threads may both compile it; what they get is the same. */
  private volatile @Nullable SchemaReading schema;

  /**
   * @param definition the whole tool object
   */
  public ToolDefinition(String name, JsonObject definition) {
    this.name = name;
    this.definition = definition;
  }

  public String name() {
    return name;
  }

  /** The whole tool object. */
  public JsonObject definition() {
    return definition;
  }

  /** The schema of the arguments; empty when there is none or it is not an object. */
  public Optional<JsonObject> inputSchema() {
    return definition.object("inputSchema");
  }

  /** The schema of the arguments, compiled; absent when there is none or it is not an object. */
  public SchemaReading schema() {
    SchemaReading read = schema;
    if (read == null) {
      Optional<JsonObject> declared = inputSchema();
      read =
          declared.isPresent() ? ArgumentSchema.read(declared.get()) : new SchemaReading.Absent();
      schema = read;
    }
    return read;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ToolDefinition tool
        && name.equals(tool.name)
        && definition.equals(tool.definition);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return "ToolDefinition[" + name + "]";
  }
}
