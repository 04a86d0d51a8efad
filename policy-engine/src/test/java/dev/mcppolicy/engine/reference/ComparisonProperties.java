// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mcppolicy.engine.BoundPolicy;
import dev.mcppolicy.engine.Call;
import dev.mcppolicy.engine.Decision;
import dev.mcppolicy.engine.Grant;
import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.engine.PolicySet;
import dev.mcppolicy.engine.document.Action;
import dev.mcppolicy.engine.document.Condition;
import dev.mcppolicy.engine.document.Operator;
import dev.mcppolicy.engine.document.PolicyDocument;
import dev.mcppolicy.engine.document.Rule;
import dev.mcppolicy.engine.document.ValuePath;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** One comparison of values that are hard to tell apart, as the second opinion makes it. */
final class ComparisonProperties {
  private static final List<Operator> OF_NUMBERS =
      List.of(Operator.EQ, Operator.NEQ, Operator.LT, Operator.LTE, Operator.GT, Operator.GTE);

  @Test
  void comparesNumbersHoweverTheyAreWritten() { // T11
    for (int seed = 0; seed < Numbers.of(3_000, 40_000, 1_000_000); seed++) {
      var dice = new Dice(seed);
      JsonNumber number = number(dice);
      JsonNumber operand = dice.oneIn(3) ? number(dice) : near(dice, number);
      if (dice.oneIn(6)) {
        compare(seed, number, Operator.IN, JsonArray.of(number(dice), operand));
      } else if (dice.oneIn(6)) {
        compare(seed, JsonArray.of(number), Operator.CONTAINS, operand);
      } else if (dice.oneIn(6)) {
        compare(seed, JsonArray.of(number), Operator.EQ, JsonArray.of(operand));
      } else {
        compare(seed, number, dice.pick(OF_NUMBERS), operand);
      }
    }
  }

  /** Up to 22 digits, with a point, an exponent, leading and trailing zeros, or none of these. */
  private static JsonNumber number(Dice dice) {
    var text = new StringBuilder(dice.oneIn(3) ? "-" : "");
    int whole = dice.of(1, 1, 2, 3, 9, 17, 18, 19, 22);
    text.append(whole > 1 ? 1 + dice.upTo(9) : dice.upTo(3));
    for (int i = 1; i < whole; i++) {
      text.append(dice.of("0", "0", "9", "1"));
    }
    if (dice.oneIn(2)) {
      text.append('.');
      for (int i = dice.of(1, 1, 2, 3, 9, 16, 17, 18, 20); i > 0; i--) {
        text.append(dice.of("0", "0", "9", "5", "1"));
      }
    }
    if (dice.oneIn(5)) {
      text.append(dice.of("e0", "E+1", "e-1", "e3", "e-17", "e18", "e40", "e-40"));
    }
    return new JsonNumber(text.toString());
  }

  /** The same number written in another way, or one with another digit at its end. */
  private static JsonNumber near(Dice dice, JsonNumber number) {
    String text = number.text();
    int exponent = Math.max(text.indexOf('e'), text.indexOf('E'));
    String mantissa = exponent < 0 ? text : text.substring(0, exponent);
    String rest = exponent < 0 ? "" : text.substring(exponent);
    boolean hasPoint = mantissa.contains(".");
    return new JsonNumber(
        switch (dice.upTo(5)) {
          case 0 -> mantissa + (hasPoint ? "0" : ".0") + rest;
          case 1 -> mantissa + (hasPoint ? "" : ".") + "000000001" + rest;
          case 2 -> mantissa.substring(0, mantissa.length() - 1) + dice.upTo(10) + rest;
          case 3 -> (mantissa.startsWith("-") ? mantissa.substring(1) : "-" + mantissa) + rest;
          default -> rest.isEmpty() ? mantissa + "e0" : text;
        });
  }

  @Test
  void comparesTextsUpToTheirBound() {
    for (int seed = 0; seed < Numbers.of(600, 8_000, 100_000); seed++) {
      var dice = new Dice(seed);
      int length = ReferenceCondition.TEXT_MAX + dice.of(-1, 0, 0, 1, 1);
      JsonValue text = JsonValue.of("a".repeat(length));
      Operator operator =
          dice.of(
              Operator.EQ,
              Operator.NEQ,
              Operator.IN,
              Operator.NOT_IN,
              Operator.REGEX,
              Operator.CONTAINS,
              Operator.EXISTS);
      JsonValue operand =
          switch (operator) {
            case IN, NOT_IN ->
                JsonArray.of(JsonValue.of("a"), dice.oneIn(2) ? text : JsonValue.of("b"));
            case REGEX -> JsonValue.of(dice.of("a*", "[^a]*", "a+"));
            case EXISTS -> JsonValue.of(dice.oneIn(2));
            case EQ, NEQ, CONTAINS, LT, LTE, GT, GTE -> dice.oneIn(2) ? text : JsonValue.of("a");
          };
      boolean isInList = operator == Operator.CONTAINS && dice.oneIn(3);
      compare(seed, isInList ? JsonArray.of(text) : text, operator, operand);
    }
  }

  /** A caller chooses the text: what it costs to match is bounded whatever the pattern. */
  @Test
  void comparesTextsUpToWhatTheirPatternAllows() { // T73
    for (int seed = 0; seed < Numbers.of(200, 2_000, 20_000); seed++) {
      var dice = new Dice(seed);
      String pattern = "[ab]{0," + (150 + 50 * dice.upTo(16)) + "}";
      int steps = com.google.re2j.Pattern.compile(pattern).programSize();
      int length = ReferenceCondition.WORK_MAX / steps + dice.of(-1, 0, 0, 1, 1);
      JsonValue text = JsonValue.of("a".repeat(length));
      compare(seed, text, Operator.REGEX, JsonValue.of(pattern));
    }
  }

  private static void compare(int seed, JsonValue value, Operator operator, JsonValue operand) {
    var condition =
        new Condition.Comparison(new ValuePath.Argument(List.of("x")), operator, operand, false);
    Call call = Call.ofTool("t0", JsonObject.builder().put("x", value).build(), new Grant("g"));
    assertEquals(
        ReferenceCondition.inRequire(condition, call) == Ternary.YES,
        passes(call, List.of(condition), List.of()),
        () -> "seed " + seed + ": requires " + condition + " of " + value);
    assertEquals(
        ReferenceCondition.inDenyIf(condition, call) == Ternary.NO,
        passes(call, List.of(), List.of(condition)),
        () -> "seed " + seed + ": denies if " + condition + " of " + value);
  }

  private static boolean passes(Call call, List<Condition> require, List<Condition> denyIf) {
    var rule =
        new Rule(
            Action.ALLOW,
            Optional.empty(),
            require,
            denyIf,
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            true,
            Optional.empty());
    PolicyDocument document = PolicyDocument.ofTools(Action.DENY, Map.of("t0", rule));
    var policy = new BoundPolicy(new PolicyId("a", "p", 1), Optional.empty(), document);
    return PolicySet.compile(List.of(policy))
            .decide(call, TestTools.CATALOGUE, Instant.EPOCH, (_, _) -> 0)
        instanceof Decision.Allow;
  }
}
