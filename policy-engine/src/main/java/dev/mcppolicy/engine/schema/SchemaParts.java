// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;

/** Counts what a schema is made of besides schemas. */
final class SchemaParts {
  /** Names, values of {@code enum} and {@code const} with what is in them, and entries of lists. */
  static final int PARTS_MAX = 20_000;

  static final int PATTERNS_MAX = 256;

  /** Levels of a value of {@code enum} or {@code const}. */
  static final int VALUE_DEPTH_MAX = 64;

  private int parts;
  private int patterns;

  void count(int more, String place) throws UnusableSchemaException {
    parts += more;
    if (parts > PARTS_MAX) {
      throw new UnusableSchemaException(
          place, "with this the schema has more than " + PARTS_MAX + " names and values");
    }
  }

  void count(JsonValue value, String place) throws UnusableSchemaException {
    count(value, place, 0);
  }

  private void count(JsonValue value, String place, int depth) throws UnusableSchemaException {
    if (depth > VALUE_DEPTH_MAX) {
      throw new UnusableSchemaException(
          place, "has a value of more than " + VALUE_DEPTH_MAX + " levels");
    }
    count(1, place);
    switch (value) {
      case JsonArray array -> {
        for (JsonValue element : array.elements()) {
          count(element, place, depth + 1);
        }
      }
      case JsonObject object -> {
        for (JsonValue member : object.members().values()) {
          count(member, place, depth + 1);
        }
      }
      case JsonValue _ -> {}
    }
  }

  void countPattern(String place) throws UnusableSchemaException {
    if (++patterns > PATTERNS_MAX) {
      throw new UnusableSchemaException(
          place, "with this the schema has more than " + PATTERNS_MAX + " patterns");
    }
  }
}
