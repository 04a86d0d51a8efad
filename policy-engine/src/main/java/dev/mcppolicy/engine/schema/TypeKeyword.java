// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import java.util.List;

/**
 * {@code type}: one of several.
 *
 * @param names at least one of {@link #NAMES}, in the order of the schema
 */
record TypeKeyword(List<String> names) implements Keyword {
  static final List<String> NAMES =
      List.of("object", "array", "string", "number", "integer", "boolean", "null");

  TypeKeyword {
    names = List.copyOf(names);
  }

  @Override
  public boolean holds(JsonValue value, Check check) {
    return admits(value) || check.wrong(() -> text(value, names));
  }

  boolean admits(JsonValue value) {
    String type = value.typeName();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (name.equals(type)) {
        return true;
      }
      if (name.equals("integer") && value instanceof JsonNumber number) {
        if (ExactNumber.isWhole(number)) {
          return true;
        }
      }
    }
    return false;
  }

  static String text(JsonValue found, List<String> allowed) {
    return "is of type " + found.typeName() + " and must be " + String.join(" or ", allowed);
  }
}
