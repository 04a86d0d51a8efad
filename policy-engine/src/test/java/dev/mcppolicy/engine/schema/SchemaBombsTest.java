// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

import static dev.mcppolicy.engine.schema.Schemas.object;
import static dev.mcppolicy.engine.schema.Schemas.unusable;
import static dev.mcppolicy.engine.schema.Schemas.usable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** T78: whatever a schema or its arguments are, reading and checking end within their bounds. */
final class SchemaBombsTest {
  private static final String TOO_LARGE = "is too large to be checked against its schema";

  /** The steps that the check took; never more than allowed. */
  private static int stepsOf(String schema, JsonObject arguments, boolean fits) {
    var check = new Check(Check.STEPS_MAX);
    Optional<SchemaViolation> violation = usable(schema).check(arguments, true, check);
    assertEquals(fits, violation.isEmpty(), violation.toString());
    return Check.STEPS_MAX - check.stepsLeft();
  }

  private static void isTooLarge(String schema, JsonObject arguments) {
    Optional<SchemaViolation> violation = usable(schema).check(arguments, true);
    assertEquals(TOO_LARGE, violation.orElseThrow().text());
  }

  private static String list(int size, IntFunction<String> element) {
    return IntStream.range(0, size).mapToObj(element).collect(Collectors.joining(",", "[", "]"));
  }

  private static String byName(int size, IntFunction<String> value) {
    return IntStream.range(0, size)
        .mapToObj(i -> "\"n" + i + "\":" + value.apply(i))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static JsonObject nested(int depth) {
    JsonValue value = JsonArray.EMPTY;
    for (int i = 0; i < depth; i++) {
      value = JsonArray.of(value);
    }
    return new JsonObject(Map.of("a", value));
  }

  @Test
  void walksRecursiveSchemasAsDeepAsTheValueIs() {
    String schema =
        "{\"properties\":{\"a\":{\"$ref\":\"#/$defs/l\"}},\"$defs\":{\"l\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/l\"}}}}";
    assertTrue(stepsOf(schema, nested(60), true) < 500);
    isTooLarge(schema, nested(5_000));
  }

  /** Each level asks two alternatives that both go deeper: 2 to the power of the depth. */
  @Test
  void stopsWhereAlternativesMultiply() {
    String schema =
        "{\"properties\":{\"a\":{\"$ref\":\"#/$defs/l\"}},\"$defs\":{\"l\":{\"oneOf\":["
            + "{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/l\"}},"
            + "{\"items\":{\"$ref\":\"#/$defs/l\"},\"maxItems\":0}]}}}";
    stepsOf(schema, nested(4), false);
    String doubling =
        "{\"properties\":{\"a\":{\"$ref\":\"#/$defs/l\"}},\"$defs\":{\"l\":{\"oneOf\":["
            + "{\"items\":{\"$ref\":\"#/$defs/l\"},\"minItems\":2},"
            + "{\"items\":{\"$ref\":\"#/$defs/l\"}}]}}}";
    assertTrue(stepsOf(doubling, nested(8), true) < Check.STEPS_MAX);
    String worse = doubling.replace("\"minItems\":2", "\"maxItems\":9").replace("oneOf", "allOf");
    isTooLarge(worse, nested(40));
  }

  @Test
  void takesAThousandAlternatives() {
    String schema =
        "{\"properties\":{\"a\":{\"anyOf\":" + list(1_000, i -> "{\"const\":" + i + "}") + "}}}";
    assertTrue(stepsOf(schema, object("{\"a\":999}"), true) < 5_000);
    String each = schema.replace("\"a\":{", "\"a\":{\"items\":{").replace("]}}}", "]}}}}");
    isTooLarge(each, object("{\"a\":" + list(1_000, i -> "999") + "}"));
  }

  @Test
  void refusesMoreSchemasThanItHolds() {
    String most = "{\"properties\":" + byName(SchemaCompiler.SUBSCHEMAS_MAX - 1, i -> "{}") + "}";
    assertEquals("usable", unusable(most));
    String more = "{\"properties\":" + byName(SchemaCompiler.SUBSCHEMAS_MAX, i -> "{}") + "}";
    assertEquals("it holds more than 4096 schemas", unusable(more));
  }

  @Test
  void refusesLongChainsOfReferences() {
    IntFunction<String> chain =
        length ->
            "{\"$ref\":\"#/$defs/n0\",\"$defs\":"
                + byName(
                    length, i -> i == length - 1 ? "{}" : "{\"$ref\":\"#/$defs/n" + (i + 1) + "\"}")
                + "}";
    assertEquals("usable", unusable(chain.apply(SchemaCompiler.IN_PLACE_MAX - 1)));
    assertEquals(
        "more than 64 schemas in a row apply to one value",
        unusable(chain.apply(SchemaCompiler.IN_PLACE_MAX)));
    assertEquals("more than 64 schemas in a row apply to one value", unusable(chain.apply(4_000)));
  }

  /** Every schema refers to all after it: as many ways as 2 to the power of 60. */
  @Test
  void countsWaysThroughReferencesWithoutWalkingThem() {
    String ladder =
        "{\"properties\":{\"a\":{\"$ref\":\"#/$defs/n0\"}},\"$defs\":"
            + byName(
                60,
                i ->
                    i == 59
                        ? "{\"type\":\"string\"}"
                        : "{\"allOf\":[{\"$ref\":\"#/$defs/n"
                            + (i + 1)
                            + "\"},{\"$ref\":\"#/$defs/n"
                            + (i + 1)
                            + "\"}]}")
            + "}";
    assertEquals("more than 64 schemas in a row apply to one value", unusable(ladder));
    String shorter = ladder.replace("\"$ref\":\"#/$defs/n0\"", "\"$ref\":\"#/$defs/n32\"");
    isTooLarge(shorter, object("{\"a\":\"x\"}"));
  }

  @Test
  void refusesHugeListsOfValues() {
    String schema = "{\"enum\":" + list(SchemaParts.PARTS_MAX, i -> "" + i) + "}";
    assertEquals(
        "`/enum`: with this the schema has more than 20000 names and values", unusable(schema));
    String deep = "{\"const\":" + "[".repeat(100) + "]".repeat(100) + "}";
    assertEquals("`/const`: has a value of more than 64 levels", unusable(deep));
    String required =
        "{\"required\":" + list(SchemaParts.PARTS_MAX + 1, i -> "\"" + i + "\"") + "}";
    assertEquals(
        "`/required`: with this the schema has more than 20000 names and values",
        unusable(required));
  }

  @Test
  void boundsPatterns() {
    String many = "{\"patternProperties\":" + byName(SchemaParts.PATTERNS_MAX + 1, i -> "{}") + "}";
    assertEquals(
        "`/patternProperties`: with this the schema has more than 256 patterns", unusable(many));
    assertEquals(
        "`/pattern`: the pattern has more than 1000 characters",
        unusable("{\"pattern\":\"" + "a".repeat(1_001) + "\"}"));
    String large = "(" + "a{1000}|b{1000}|c{1000}" + ")";
    assertEquals(
        "`/pattern`: the pattern `"
            + large
            + "` is too large a pattern: with its repetitions written out it has more than 2000"
            + " steps; make the numbers in its braces smaller",
        unusable("{\"pattern\":\"" + large + "\"}"));
  }

  /** T73: a server's schema is as hostile as a caller: such patterns are never compiled. */
  @Test
  void refusesPatternsThatCannotBeCompiledInTime() {
    assertTrue(
        unusable("{\"pattern\":\"((a{1000}){1000}){1000}\"}").contains("too large a pattern"));
    for (String flags : List.of("(?i)", "(?i:a)", "(?s-i)", "(?-i:a)")) {
      String wide = "{\"pattern\":\"" + flags + "[^a]".repeat(100) + "\"}";
      assertTrue(unusable(wide).contains("none that can be matched in linear time"), flags);
    }
  }

  /** T73: what backtracks for ever elsewhere takes steps by the length of the text here. */
  @Test
  void matchesPatternsInLinearTime() {
    String schema = "{\"properties\":{\"a\":{\"pattern\":\"^(a+)+$\"}}}";
    JsonObject evil = object("{\"a\":\"" + "a".repeat(50_000) + "!\"}");
    assertTrue(stepsOf(schema, evil, false) <= Check.STEPS_MAX);
    JsonObject longer = object("{\"a\":\"" + "a".repeat(1_000_000) + "!\"}");
    isTooLarge(schema, longer);
  }

  @Test
  void comparesElementsWithoutComparingAllPairs() {
    String schema = "{\"properties\":{\"a\":{\"uniqueItems\":true}}}";
    JsonObject distinct = object("{\"a\":" + list(20_000, i -> "\"" + i + "\"") + "}");
    assertTrue(stepsOf(schema, distinct, true) < 60_000);
    JsonObject twins = object("{\"a\":" + list(20_000, i -> "\"" + i % 19_999 + "\"") + "}");
    assertTrue(stepsOf(schema, twins, false) < 60_000);
  }

  /** Texts of one hash code: "Aa" and "BB" in every place. */
  @Test
  void stopsWhereSomebodyMadeHashesCollide() {
    JsonObject colliding =
        object(
            "{\"a\":"
                + list(
                    4_096,
                    i ->
                        "\""
                            + IntStream.range(0, 12)
                                .mapToObj(bit -> (i >> bit & 1) == 0 ? "Aa" : "BB")
                                .collect(Collectors.joining())
                            + "\"")
                + "}");
    isTooLarge("{\"properties\":{\"a\":{\"uniqueItems\":true}}}", colliding);
  }

  @Test
  void boundsWideObjectsTimesWideSchemas() {
    String schema =
        "{\"properties\":{\"a\":{\"items\":{\"properties\":" + byName(2_000, i -> "{}") + "}}}}";
    isTooLarge(schema, object("{\"a\":" + list(1_000, i -> "{}") + "}"));
  }

  @Test
  void boundsNestedUnevaluated() {
    String inner = "{\"properties\":{\"x\":{}}}";
    for (int i = 0; i < 30; i++) {
      inner =
          "{\"anyOf\":[{\"unevaluatedProperties\":{\"type\":\"string\"},\"allOf\":["
              + inner
              + "]},"
              + inner
              + "]}";
      if (inner.length() > 100_000) {
        break;
      }
    }
    String schema = "{\"properties\":{\"a\":" + inner + "}}";
    var check = new Check(Check.STEPS_MAX);
    JsonObject arguments = object("{\"a\":" + byName(2_000, i -> "1") + "}");
    switch (ArgumentSchema.read(object(schema))) {
      case SchemaReading.Usable(ArgumentSchema read) -> read.check(arguments, true, check);
      case SchemaReading.Unusable(String why) -> assertTrue(why.contains("more than"), why);
      case SchemaReading.Absent() -> throw new AssertionError();
    }
    assertTrue(check.stepsLeft() >= 0);
  }

  @Test
  void survivesNumbersThatNoReaderLetsThrough() {
    String schema = "{\"properties\":{\"a\":{\"multipleOf\":3,\"minimum\":0}}}";
    for (String text : List.of("1e999999999", "1e99999999999", "9".repeat(2_000))) {
      isTooLarge(schema, new JsonObject(Map.of("a", new JsonNumber(text))));
    }
    String tiny = "{\"properties\":{\"a\":{\"multipleOf\":1e-300}}}";
    assertTrue(stepsOf(tiny, object("{\"a\":1e300}"), true) < 20);
    var huge = new JsonObject(Map.of("minLength", new JsonNumber("1e99999999999")));
    assertTrue(ArgumentSchema.read(huge) instanceof SchemaReading.Unusable);
  }

  @Test
  void takesAsManyArgumentsAsARequestCanHold() {
    String schema =
        "{\"properties\":{\"a\":{\"type\":\"array\",\"items\":{\"type\":\"integer\"}}}}";
    var numbers = new JsonArray(Collections.nCopies(190_000, JsonValue.of(1)));
    assertTrue(stepsOf(schema, new JsonObject(Map.of("a", numbers)), true) < 200_000);
  }
}
