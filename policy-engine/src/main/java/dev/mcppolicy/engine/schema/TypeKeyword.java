// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonBoolean;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.util.List;

/** {@code type}: one of several. */
final class TypeKeyword implements Keyword {
  static final List<String> NAMES =
      List.of("object", "array", "string", "number", "integer", "boolean", "null");

  private final List<String> names;
  private final boolean isObject;
  private final boolean isArray;
  private final boolean isString;
  private final boolean isNumber;
  private final boolean isInteger;
  private final boolean isBoolean;
  private final boolean isNull;

  /**
   * @param names at least one of {@link #NAMES}, in the order of the schema
   */
  TypeKeyword(List<String> names) {
    this.names = List.copyOf(names);
    this.isObject = names.contains("object");
    this.isArray = names.contains("array");
    this.isString = names.contains("string");
    this.isNumber = names.contains("number");
    this.isInteger = names.contains("integer");
    this.isBoolean = names.contains("boolean");
    this.isNull = names.contains("null");
  }

  List<String> names() {
    return names;
  }

  @Override
  public boolean holds(JsonValue value, Check check) {
    return admits(value) || check.wrong(() -> text(value, names));
  }

  /** By the commonest types first, and without a name: this is asked for every value. */
  boolean admits(JsonValue value) {
    if (value instanceof JsonString) {
      return isString;
    }
    if (value instanceof JsonNumber number) {
      return isNumber || (isInteger && BoundedNumber.isWhole(number));
    }
    if (value instanceof JsonObject) {
      return isObject;
    }
    if (value instanceof JsonArray) {
      return isArray;
    }
    return value instanceof JsonBoolean ? isBoolean : isNull;
  }

  static String text(JsonValue found, List<String> allowed) {
    return "is of type " + found.typeName() + " and must be " + String.join(" or ", allowed);
  }
}
