// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.mcp;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The result of one {@code tools/list}.
 *
 * @param tools the tools with a valid name, in the upstream's order
 * @param nextCursor present when there is a further page; an empty text is a cursor too
 * @param result the whole result, whose other members are always kept
 */
public record ToolList(List<JsonObject> tools, Optional<String> nextCursor, JsonObject result) {
  public ToolList {
    tools = List.copyOf(tools);
  }

  /**
   * The list that this result is; empty when it has no array {@code tools}, or a cursor that is not
   * a string. An element without a valid name cannot be decided on and is left out.
   */
  public static Optional<ToolList> read(JsonObject result) {
    Optional<JsonArray> array = result.array("tools");
    Optional<String> cursor = result.string("nextCursor");
    boolean cursorFits =
        cursor.isPresent()
            || !result.has("nextCursor")
            || result.members().get("nextCursor") instanceof JsonValue.JsonNull;
    if (array.isEmpty() || !cursorFits) {
      return Optional.empty();
    }
    var tools = new ArrayList<JsonObject>();
    for (JsonValue element : array.get().elements()) {
      if (element instanceof JsonObject tool
          && tool.string("name").map(ToolsCall::isToolName).orElse(false)) {
        tools.add(tool);
      }
    }
    return Optional.of(new ToolList(tools, cursor, result));
  }

  /** The name of one of {@link #tools}. */
  public static String name(JsonObject tool) {
    return tool.string("name").orElseThrow();
  }

  /** The result with those tools only whose name is kept; every other member as it was. */
  public JsonObject filtered(Predicate<String> keep) {
    return withTools(tools.stream().filter(tool -> keep.test(name(tool))).toList());
  }

  /** The result with these tools instead; every other member as it was. */
  public JsonObject withTools(List<JsonObject> replacement) {
    return result.with("tools", new JsonArray(List.copyOf(replacement)));
  }
}
