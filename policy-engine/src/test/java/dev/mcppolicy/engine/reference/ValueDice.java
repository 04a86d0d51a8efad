// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.reference;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonBoolean;
import dev.mcppolicy.json.JsonValue.JsonNull;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON values that lie close together, so that comparisons hit about as often as they miss. */
final class ValueDice {
  private static final List<String> NUMBERS =
      List.of(
          "0",
          "-0",
          "0.0",
          "0e5",
          "1",
          "1.0",
          "10e-1",
          "1e0",
          "1.5",
          "2",
          "2.00",
          "3",
          "4",
          "-1",
          "-1.0",
          "100",
          "1e2",
          "1.0000000000000000001",
          "9007199254740992",
          "9007199254740993",
          "9007199254740993.0",
          "9223372036854775807",
          "9223372036854775808",
          "1e20",
          "100000000000000000000",
          "1e308",
          "1.7e308",
          "-1e308",
          "1e-308",
          "0.1",
          "0.10",
          "0.1000000000000000055511151231257827");

  private static final List<String> TEXTS =
      List.of(
          "", "a", "b", "ab", "aab", "abc", "ba", "A", "1", "true", "null", "a\n", "\u00e4", "m1",
          "team", "ops", "dev");

  private static final List<JsonValue> LONG =
      List.of(
          JsonValue.of("a".repeat(ReferenceCondition.TEXT_MAX)),
          JsonValue.of("a".repeat(ReferenceCondition.TEXT_MAX + 1)));

  private final Dice dice;

  ValueDice(Dice dice) {
    this.dice = dice;
  }

  JsonValue number() {
    return dice.oneIn(2) ? JsonValue.of(dice.upTo(5)) : new JsonNumber(dice.pick(NUMBERS));
  }

  JsonValue integer() {
    return dice.oneIn(4)
        ? new JsonNumber(dice.of("1.0", "1e2", "-1", "20e-1", "0.0"))
        : JsonValue.of(dice.upTo(6) - 1);
  }

  JsonValue text() {
    return dice.oneIn(40) ? dice.pick(LONG) : JsonValue.of(dice.pick(TEXTS));
  }

  JsonValue scalar() {
    return switch (dice.upTo(8)) {
      case 0 -> JsonNull.NULL;
      case 1 -> JsonValue.of(dice.oneIn(2));
      case 2, 3, 4 -> text();
      default -> number();
    };
  }

  JsonValue any(int depth) {
    if (depth == 0 || dice.upTo(8) > 1) {
      return scalar();
    }
    return dice.oneIn(2) ? list(depth) : object(depth);
  }

  JsonArray list(int depth) {
    return new JsonArray(dice.times(dice.upTo(3), () -> any(depth - 1)));
  }

  JsonObject object(int depth) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    for (int i = dice.upTo(4); i > 0; i--) {
      members.put(dice.of("a", "b", "0", "c.d", ""), any(depth - 1));
    }
    return new JsonObject(members);
  }

  /** A value of a type by its name in JSON Schema; any when it is empty. */
  JsonValue ofType(String type) {
    return switch (type) {
      case "number" -> number();
      case "integer" -> integer();
      case "string" -> text();
      case "boolean" -> JsonValue.of(dice.oneIn(2));
      case "array" -> list(2);
      case "object" -> object(2);
      default -> any(2);
    };
  }

  /** The same value written in another way, as far as there is one. */
  JsonValue rewritten(JsonValue value) {
    return switch (value) {
      case JsonNumber(String text) when text.matches("-?[0-9]{1,6}") ->
          new JsonNumber(dice.of(text + ".0", text + "e0", text + "0e-1", text));
      case JsonArray(List<JsonValue> elements) ->
          new JsonArray(elements.stream().map(this::rewritten).toList());
      case JsonObject(Map<String, JsonValue> members) -> {
        List<Map.Entry<String, JsonValue>> entries = new ArrayList<>(members.entrySet());
        Map<String, JsonValue> turned = new LinkedHashMap<>();
        for (Map.Entry<String, JsonValue> entry : entries.reversed()) {
          turned.put(entry.getKey(), rewritten(entry.getValue()));
        }
        yield new JsonObject(turned);
      }
      case JsonNumber _, JsonValue.JsonString _, JsonBoolean _, JsonNull _ -> value;
    };
  }
}
