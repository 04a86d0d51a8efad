// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.mcp;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.util.Optional;

/**
 * The params of one {@code tools/call}.
 *
 * @param name 1 to 128 of {@code A-Z a-z 0-9 _ . -}, compared by exact code points and never
 *     changed (server/tools, "Tool names")
 * @param arguments empty when the caller gave none
 * @param meta the cleaned {@code _meta}, when anything of it is left
 */
public record ToolsCall(String name, JsonObject arguments, Optional<JsonObject> meta) {
  private static final int NAME_CHARS_MAX = 128;

  public static ToolsCall read(Optional<JsonObject> params) throws InvalidParamsException {
    JsonObject known = ClientMethod.TOOLS_CALL.params(params);
    if (!(known.members().get("name") instanceof JsonString(String name))) {
      throw new InvalidParamsException("params.name: it must be a string, the name of a tool");
    }
    if (!isToolName(name)) {
      throw new InvalidParamsException(
          "params.name: `"
              + Echo.of(name)
              + "` is not the name of a tool; allowed are 1 to "
              + NAME_CHARS_MAX
              + " of A-Z, a-z, 0-9, _, . and -");
    }
    JsonValue arguments = known.get("arguments").orElse(JsonObject.EMPTY);
    if (!(arguments instanceof JsonObject object)) {
      throw new InvalidParamsException(
          "params.arguments: it is a JSON " + arguments.typeName() + "; it must be an object");
    }
    return new ToolsCall(name, object, known.object(RequestMeta.MEMBER));
  }

  /** Whether a text may be the name of a tool; an upstream's tool of another name is not listed. */
  public static boolean isToolName(String name) {
    if (name.isEmpty() || name.length() > NAME_CHARS_MAX) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean allowed =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '_'
              || c == '.'
              || c == '-';
      if (!allowed) {
        return false;
      }
    }
    return true;
  }

  /** The params to send on. */
  public JsonObject params() {
    var params = JsonObject.builder().put("name", name).put("arguments", arguments);
    meta.ifPresent(value -> params.put(RequestMeta.MEMBER, value));
    return params.build();
  }
}
