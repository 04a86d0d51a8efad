// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonNull;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Schemas and values that often meet: few names, few texts, numbers close to each other. */
final class SchemaGenerator {
  private static final List<String> NAMES = List.of("a", "b", "c", "ab");
  private static final List<String> TEXTS = List.of("", "a", "b", "ab", "abc", "1", "😀😀", "é");
  private static final List<String> NUMBERS =
      List.of(
          "0",
          "1",
          "1.0",
          "2",
          "2.5",
          "-1",
          "1e1",
          "10",
          "0.1",
          "0.3",
          "3",
          "-0.0",
          "9007199254740993",
          "9007199254740992");
  private static final List<String> COUNTS = List.of("0", "1", "2", "3", "2.0");
  private static final List<String> PATTERNS =
      List.of("a", "^a", "b$", "^(a|b)+$", "^.$", "[^a]", "\\\\d", "^\\\\S*$");

  private final RandomGenerator random;
  private String dialect = "";
  private String definitions = "$defs";

  SchemaGenerator(RandomGenerator random) {
    this.random = random;
  }

  JsonObject root(String dialect) {
    this.dialect = dialect;
    definitions = dialect.contains("/draft/") ? "$defs" : "definitions";
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("$schema", JsonValue.of(dialect));
    members.putAll(object(3).members());
    members.put(definitions, JsonObject.builder().put("x", schema(2)).put("y", object(1)).build());
    return new JsonObject(members);
  }

  JsonObject arguments() {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      members.put(one(NAMES), value(2));
    }
    return new JsonObject(members);
  }

  JsonValue value(int depth) {
    return switch (random.nextInt(depth > 0 ? 9 : 6)) {
      case 0 -> JsonNull.NULL;
      case 1 -> JsonValue.of(random.nextBoolean());
      case 2, 3 -> JsonValue.of(one(TEXTS));
      case 4, 5 -> number();
      case 6, 7 -> {
        var elements = new ArrayList<JsonValue>();
        for (int i = random.nextInt(4); i > 0; i--) {
          elements.add(value(depth - 1));
        }
        yield new JsonArray(elements);
      }
      default -> {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
          members.put(one(NAMES), value(depth - 1));
        }
        yield new JsonObject(members);
      }
    };
  }

  private JsonValue schema(int depth) {
    return random.nextInt(12) == 0 ? JsonValue.of(random.nextInt(4) > 0) : object(depth);
  }

  private JsonObject object(int depth) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      keyword(members, depth);
    }
    return new JsonObject(members);
  }

  private void keyword(Map<String, JsonValue> to, int depth) {
    int kind = random.nextInt(depth > 0 ? 48 : 24);
    switch (kind) {
      case 0, 1, 2, 3 -> to.put("type", type());
      case 4 -> to.put("enum", JsonArray.of(value(1), value(1), value(1)));
      case 5 -> to.put("const", value(1));
      case 6 -> to.put("minimum", number());
      case 7 -> to.put("maximum", number());
      case 8 -> to.put("exclusiveMinimum", number());
      case 9 -> to.put("exclusiveMaximum", number());
      case 10 -> // not 2: the library divides doubles, and takes 9007199254740993 for even
          to.put("multipleOf", new JsonNumber(one(List.of("1", "0.1", "2.5", "1.0"))));
      case 11 -> to.put("minLength", count());
      case 12 -> to.put("maxLength", count());
      case 13 -> to.put("pattern", Schemas.json('"' + one(PATTERNS) + '"'));
      case 14 -> to.put("minItems", count());
      case 15 -> to.put("maxItems", count());
      case 16 -> // the library applies it to objects too
          to.put(
              "oneOf",
              JsonArray.of(
                  Schemas.json("{\"type\":\"array\",\"uniqueItems\":true}"),
                  Schemas.json("{\"not\":{\"type\":\"array\"}}")));
      case 17 -> to.put("minProperties", count());
      case 18 -> to.put("maxProperties", count());
      case 19, 20 -> to.put("required", names());
      case 21 -> to.put("dependentRequired", byName(this::names));
      case 22 -> to.put("format", JsonValue.of("email"));
      case 23 -> to.put("$ref", JsonValue.of("#/" + definitions + "/" + one(List.of("x", "y"))));
      case 24, 25, 26, 27 -> to.put("properties", byName(() -> schema(depth - 1)));
      case 28 ->
          to.put(
              "patternProperties",
              JsonObject.builder()
                  .put(one(List.of("a", "^b$", "c|ab")), schema(depth - 1))
                  .build());
      case 29, 30 -> to.put("additionalProperties", schema(depth - 1));
      case 31 -> to.put("propertyNames", schema(depth - 1));
      case 32, 33 -> to.put("items", schema(depth - 1));
      case 34 -> to.put("prefixItems", JsonArray.of(schema(depth - 1), schema(depth - 1)));
      case 35 -> to.put("contains", schema(depth - 1));
      case 36 -> {
        to.put("contains", schema(depth - 1));
        // never both, nor one of 0: with these the library refuses values that are no lists
        if (definitions.equals("definitions")) {
          return; // nor in a draft that has none, where it heeds them all the same
        }
        boolean isMin = random.nextBoolean();
        to.remove(isMin ? "maxContains" : "minContains");
        to.put(isMin ? "minContains" : "maxContains", new JsonNumber(one(List.of("1", "2", "3"))));
      }
      case 37 -> to.put("allOf", schemas(depth));
      case 38, 39 -> to.put("anyOf", schemas(depth));
      case 40 -> to.put("oneOf", schemas(depth));
      case 41 -> to.put("not", schema(depth - 1));
      case 42, 43 -> {
        if (dialect.contains("draft-06")) {
          return;
        }
        to.put("if", schema(depth - 1));
        to.put("then", schema(depth - 1));
        if (random.nextBoolean()) {
          to.put("else", schema(depth - 1));
        }
      }
      case 44 -> to.put("dependentSchemas", byName(() -> schema(depth - 1)));
      case 45 -> to.put("unevaluatedProperties", schema(depth - 1));
      case 46 -> {
        // in 2019-09 the library lets `contains` evaluate elements, as only the next draft does
        if (!dialect.contains("2019-09")) {
          to.put("unevaluatedItems", schema(depth - 1));
        }
      }
      default ->
          to.put("dependencies", byName(() -> random.nextBoolean() ? names() : schema(depth - 1)));
    }
  }

  private JsonValue type() {
    String one = one(TypeKeyword.NAMES);
    String other = one(TypeKeyword.NAMES);
    return random.nextBoolean() || one.equals(other)
        ? JsonValue.of(one)
        : JsonArray.of(JsonValue.of(one), JsonValue.of(other));
  }

  private JsonArray schemas(int depth) {
    return random.nextBoolean()
        ? JsonArray.of(schema(depth - 1), schema(depth - 1))
        : JsonArray.of(schema(depth - 1), schema(depth - 1), schema(depth - 1));
  }

  private JsonObject byName(Supplier<JsonValue> value) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    for (int i = 1 + random.nextInt(2); i > 0; i--) {
      members.put(one(NAMES), value.get());
    }
    return new JsonObject(members);
  }

  private JsonArray names() {
    return JsonArray.of(JsonValue.of(one(NAMES)));
  }

  private JsonNumber number() {
    return new JsonNumber(one(NUMBERS));
  }

  private JsonNumber count() {
    return new JsonNumber(one(COUNTS));
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }
}
