// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.mcp;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.util.Map;
import java.util.Optional;

/**
 * The params of one {@code prompts/get}.
 *
 * @param name 1 to 256 visible characters and blanks, compared by exact code points and never
 *     changed
 * @param arguments texts by name, as the protocol has them (server/prompts, "Getting a Prompt")
 * @param meta the cleaned {@code _meta}, when anything of it is left
 */
public record PromptGet(String name, JsonObject arguments, Optional<JsonObject> meta) {
  private static final int NAME_CHARS_MAX = 256;

  public static PromptGet read(Optional<JsonObject> params) throws InvalidParamsException {
    JsonObject known = ClientMethod.PROMPTS_GET.params(params);
    if (!(known.members().get("name") instanceof JsonString(String name))) {
      throw new InvalidParamsException("params.name: it must be a string, the name of a prompt");
    }
    if (!isPromptName(name)) {
      throw new InvalidParamsException(
          "params.name: `"
              + Echo.of(name)
              + "` is not the name of a prompt; allowed are 1 to "
              + NAME_CHARS_MAX
              + " visible characters");
    }
    JsonValue arguments = known.get("arguments").orElse(JsonObject.EMPTY);
    if (!(arguments instanceof JsonObject object)) {
      throw new InvalidParamsException(
          "params.arguments: it is a JSON " + arguments.typeName() + "; it must be an object");
    }
    for (Map.Entry<String, JsonValue> argument : object.members().entrySet()) {
      if (!(argument.getValue() instanceof JsonString)) {
        throw new InvalidParamsException(
            "params.arguments: `"
                + Echo.of(argument.getKey())
                + "` is a JSON "
                + argument.getValue().typeName()
                + "; arguments of prompts are strings");
      }
    }
    return new PromptGet(name, object, known.object(RequestMeta.MEMBER));
  }

  /** Whether a text may be the name of a prompt. */
  static boolean isPromptName(String text) {
    return Visible.isText(text, NAME_CHARS_MAX);
  }
}
