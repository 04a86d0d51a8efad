// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;

/** Writes a JSON value as YAML in block style, as people write it, with quotes around all text. */
final class BlockYaml {
  private BlockYaml() {}

  static String write(JsonObject document) {
    var text = new StringBuilder();
    members(document, 0, text);
    return text.toString();
  }

  private static void members(JsonObject object, int depth, StringBuilder text) {
    object
        .members()
        .forEach(
            (name, value) -> {
              text.append("  ".repeat(depth)).append(key(name)).append(':');
              value(value, depth + 1, text);
            });
  }

  private static String key(String name) {
    return name.matches("[a-z]+_[a-z_]+") ? name : JsonText.string(JsonValue.of(name));
  }

  private static void value(JsonValue value, int depth, StringBuilder text) {
    switch (value) {
      case JsonObject object when !object.members().isEmpty() -> {
        text.append('\n');
        members(object, depth, text);
      }
      case JsonArray array when !array.elements().isEmpty() -> {
        text.append('\n');
        for (JsonValue element : array.elements()) {
          text.append("  ".repeat(depth)).append('-');
          value(element, depth + 1, text);
        }
      }
      default -> text.append(' ').append(JsonText.string(value)).append('\n');
    }
  }
}
