// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.Iterator;
import java.util.Map;

/** JSON over several lines, indented by two, for people and for programs alike. */
final class JsonLayout {
  private static final int LINE_MAX = 100;

  private final StringBuilder text = new StringBuilder();

  private JsonLayout() {}

  /** Ends with a line's end. */
  static String text(JsonValue value) {
    var layout = new JsonLayout();
    layout.write(value, 0);
    return layout.text.append('\n').toString();
  }

  private void write(JsonValue value, int depth) {
    String compact = JsonText.string(value);
    if (compact.length() + 2 * depth <= LINE_MAX) {
      text.append(compact);
      return;
    }
    switch (value) {
      case JsonObject(Map<String, JsonValue> members) -> {
        text.append('{');
        Iterator<Map.Entry<String, JsonValue>> rest = members.entrySet().iterator();
        while (rest.hasNext()) {
          Map.Entry<String, JsonValue> member = rest.next();
          line(depth + 1);
          text.append(JsonText.string(JsonValue.of(member.getKey()))).append(": ");
          write(member.getValue(), depth + 1);
          text.append(rest.hasNext() ? "," : "");
        }
        line(depth);
        text.append('}');
      }
      case JsonArray(var elements) -> {
        text.append('[');
        for (int i = 0; i < elements.size(); i++) {
          line(depth + 1);
          write(elements.get(i), depth + 1);
          text.append(i + 1 < elements.size() ? "," : "");
        }
        line(depth);
        text.append(']');
      }
      case JsonValue.JsonString _,
          JsonValue.JsonNumber _,
          JsonValue.JsonBoolean _,
          JsonValue.JsonNull _ ->
          text.append(compact);
    }
  }

  private void line(int depth) {
    text.append('\n').append("  ".repeat(depth));
  }
}
