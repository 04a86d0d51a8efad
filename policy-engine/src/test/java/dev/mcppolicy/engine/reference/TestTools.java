// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.reference;

import dev.mcppolicy.engine.ToolCatalogue;
import dev.mcppolicy.engine.ToolDefinition;
import dev.mcppolicy.engine.ToolLookup;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tools of the server that all situations are about. Schemas are left simple: checking
 * arguments against a schema has a second opinion of its own.
 *
 * @param types the type of each declared argument, empty for any
 */
record TestTools(String name, State state, Map<String, String> types, List<String> required) {
  enum State {
    DECLARED,
    /** Without an input schema. */
    NO_SCHEMA,
    /** With an input schema that cannot be used. */
    BAD_SCHEMA,
    NOT_LOADED
  }

  private static final Map<String, String> ARGUMENTS = arguments();

  static final List<TestTools> ALL =
      List.of(
          new TestTools("t0", State.DECLARED, ARGUMENTS, List.of()),
          new TestTools("t1", State.DECLARED, ARGUMENTS, List.of()),
          new TestTools("t2", State.DECLARED, ARGUMENTS, List.of("n")),
          new TestTools("plain", State.NO_SCHEMA, Map.of(), List.of()),
          new TestTools("bad", State.BAD_SCHEMA, Map.of(), List.of()),
          new TestTools("waiting", State.NOT_LOADED, Map.of(), List.of()));

  private static final Map<String, ToolLookup> LOOKUPS = lookups();

  static final ToolCatalogue CATALOGUE =
      name -> {
        ToolLookup found = LOOKUPS.get(name);
        return found == null ? new ToolLookup.Unknown() : found;
      };

  static Optional<TestTools> find(String name) {
    return ALL.stream().filter(tool -> tool.name().equals(name)).findFirst();
  }

  private static Map<String, String> arguments() {
    Map<String, String> types = new LinkedHashMap<>();
    types.put("n", "number");
    types.put("i", "integer");
    types.put("s", "string");
    types.put("b", "boolean");
    types.put("l", "array");
    types.put("o", "object");
    types.put("x", "");
    types.put("y/z", "");
    types.put("0", "");
    return types;
  }

  private static Map<String, ToolLookup> lookups() {
    Map<String, ToolLookup> lookups = new LinkedHashMap<>();
    for (TestTools tool : ALL) {
      lookups.put(
          tool.name(),
          tool.state() == State.NOT_LOADED
              ? new ToolLookup.NotLoaded("the MCP server does not answer")
              : new ToolLookup.Known(new ToolDefinition(tool.name(), tool.definition())));
    }
    return lookups;
  }

  JsonObject definition() {
    var definition = JsonObject.builder().put("name", name);
    var properties = JsonObject.builder();
    types.forEach(
        (argument, type) ->
            properties.put(
                argument,
                type.isEmpty()
                    ? JsonObject.EMPTY
                    : JsonObject.builder().put("type", type).build()));
    var schema =
        JsonObject.builder()
            .put("type", "object")
            .put("properties", properties.build())
            .put(
                "required", new JsonArray(required.stream().<JsonValue>map(JsonValue::of).toList()))
            .build();
    return switch (state) {
      case DECLARED -> definition.put("inputSchema", schema).build();
      case NO_SCHEMA, NOT_LOADED -> definition.build();
      case BAD_SCHEMA ->
          definition.put("inputSchema", JsonObject.builder().put("properties", 5).build()).build();
    };
  }
}
