// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.json;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A JSON value, immutable. Two values are equal when they have the same type and content; numbers
 * by their exact text.
 */
public sealed interface JsonValue {

  static JsonString of(String value) {
    return new JsonString(value);
  }

  static JsonNumber of(long value) {
    return new JsonNumber(Long.toString(value));
  }

  static JsonValue of(boolean value) {
    return value ? JsonBoolean.TRUE : JsonBoolean.FALSE;
  }

  /**
   * The name of this value's type as JSON Schema has it, for messages: object, array, string,
   * number, boolean, null.
   */
  default String typeName() {
    return switch (this) {
      case JsonObject _ -> "object";
      case JsonArray _ -> "array";
      case JsonString _ -> "string";
      case JsonNumber _ -> "number";
      case JsonBoolean _ -> "boolean";
      case JsonNull _ -> "null";
    };
  }

  /** Members in the order in which they were read or added; names are unique. */
  record JsonObject(Map<String, JsonValue> members) implements JsonValue {
    public static final JsonObject EMPTY = new JsonObject(Map.of());

    public JsonObject {
      members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    public Optional<JsonValue> get(String name) {
      return Optional.ofNullable(members.get(name));
    }

    public boolean has(String name) {
      return members.containsKey(name);
    }

    /** The member of that name when it is a string; empty when it is absent or of another type. */
    public Optional<String> string(String name) {
      return members.get(name) instanceof JsonString(String value)
          ? Optional.of(value)
          : Optional.empty();
    }

    /** The member of that name when it is an object; empty when it is absent or of another type. */
    public Optional<JsonObject> object(String name) {
      return members.get(name) instanceof JsonObject value ? Optional.of(value) : Optional.empty();
    }

    /** The member of that name when it is an array; empty when it is absent or of another type. */
    public Optional<JsonArray> array(String name) {
      return members.get(name) instanceof JsonArray value ? Optional.of(value) : Optional.empty();
    }

    /** This object with one member replaced where it stands, or added at the end. */
    public JsonObject with(String name, JsonValue value) {
      var copy = new LinkedHashMap<>(members);
      copy.put(name, value);
      return new JsonObject(copy);
    }

    public JsonObject without(String name) {
      if (!members.containsKey(name)) {
        return this;
      }
      var copy = new LinkedHashMap<>(members);
      copy.remove(name);
      return new JsonObject(copy);
    }

    public static Builder builder() {
      return new Builder();
    }

    /** Collects members in order. Not for use by several threads. */
    public static final class Builder {
      private final Map<String, JsonValue> members = new LinkedHashMap<>();

      public Builder put(String name, JsonValue value) {
        members.put(name, value);
        return this;
      }

      public Builder put(String name, String value) {
        return put(name, new JsonString(value));
      }

      public Builder put(String name, long value) {
        return put(name, JsonValue.of(value));
      }

      public Builder put(String name, boolean value) {
        return put(name, JsonValue.of(value));
      }

      public JsonObject build() {
        return new JsonObject(members);
      }
    }
  }

  record JsonArray(List<JsonValue> elements) implements JsonValue {
    public static final JsonArray EMPTY = new JsonArray(List.of());

    public JsonArray {
      elements = List.copyOf(elements);
    }

    public static JsonArray of(JsonValue... elements) {
      return new JsonArray(List.of(elements));
    }
  }

  record JsonString(String value) implements JsonValue {}

  /**
   * A number by its exact text, which is one of RFC 8259's grammar and, once read, within the range
   * of a double.
   */
  record JsonNumber(String text) implements JsonValue {

    /** The exact value. */
    public BigDecimal decimal() {
      return new BigDecimal(text);
    }

    /**
     * The value as a long when it is written as an integer (no fraction, no exponent) and fits one;
     * else empty.
     */
    public Optional<Long> integer() {
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c != '-' && (c < '0' || c > '9')) {
          return Optional.empty();
        }
      }
      try {
        return Optional.of(Long.parseLong(text));
      } catch (NumberFormatException tooLarge) {
        return Optional.empty();
      }
    }
  }

  record JsonBoolean(boolean value) implements JsonValue {
    public static final JsonBoolean TRUE = new JsonBoolean(true);
    public static final JsonBoolean FALSE = new JsonBoolean(false);
  }

  record JsonNull() implements JsonValue {
    public static final JsonNull NULL = new JsonNull();
  }
}
