// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import com.google.re2j.Pattern;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.util.Optional;

/** Reads what a condition compares with, which must be of the type that the operator takes. */
record OperandReader(Problems problems, PatternBudget patterns) {

  /** What may stand there, for messages. */
  static String use(Operator operator) {
    return switch (operator) {
      case EQ, NEQ -> "the value to compare with";
      case IN, NOT_IN -> "a list of values such as [\"a\", \"b\"]";
      case LT, LTE, GT, GTE -> "a number";
      case REGEX ->
          "a pattern in RE2's syntax that matches the whole value, such as `model-[0-9]+`";
      case CONTAINS -> "a part of a text, or an element of a list";
      case EXISTS -> "true or false";
    };
  }

  Optional<JsonValue> operand(Operator operator, JsonValue value, Place place) {
    return switch (operator) {
      case EQ, NEQ, CONTAINS -> comparable(value, place);
      case IN, NOT_IN ->
          value instanceof JsonArray
              ? elements(operator, value, place)
              : wrong(operator, value, place);
      case LT, LTE, GT, GTE ->
          value instanceof JsonNumber ? Optional.of(value) : wrong(operator, value, place);
      case REGEX ->
          value instanceof JsonString(String pattern)
              ? pattern(pattern, place)
              : wrong(operator, value, place);
      case EXISTS -> new Values(problems).flag(value, place).map(JsonValue::of);
    };
  }

  private Optional<JsonValue> wrong(Operator operator, JsonValue value, Place place) {
    problems.add(
        place,
        "found "
            + Wording.found(value)
            + "; `"
            + operator.word()
            + "` takes "
            + use(operator)
            + hint(operator, value));
    return Optional.empty();
  }

  private static String hint(Operator operator, JsonValue value) {
    return switch (operator) {
      case LT, LTE, GT, GTE ->
          value instanceof JsonString(String text) && text.matches("-?(0|[1-9][0-9]{0,17})")
              ? " (without quotes)"
              : "";
      case IN, NOT_IN -> value instanceof JsonObject ? "" : Values.IN_BRACKETS;
      case EQ, NEQ, REGEX, CONTAINS, EXISTS -> "";
    };
  }

  private Optional<JsonValue> elements(Operator operator, JsonValue value, Place place) {
    int before = problems.added();
    new Values(problems)
        .list(
            value,
            place,
            Optional.empty(),
            "values",
            Condition.IN_MAX,
            (element, at) -> {
              if (element instanceof JsonObject || element instanceof JsonArray) {
                problems.add(
                    at,
                    "found "
                        + Wording.found(element)
                        + "; the values of `"
                        + operator.word()
                        + "` are texts, numbers, true, false or null");
                return Optional.empty();
              }
              return comparable(element, at);
            });
    return problems.added() == before ? Optional.of(value) : Optional.empty();
  }

  /** A value in which no text is so long that it would never be looked at. */
  private Optional<JsonValue> comparable(JsonValue value, Place place) {
    int before = problems.added();
    lookAt(value, place);
    return problems.added() == before ? Optional.of(value) : Optional.empty();
  }

  private void lookAt(JsonValue value, Place place) {
    switch (value) {
      case JsonObject object ->
          object.members().forEach((name, member) -> lookAt(member, place.member(name)));
      case JsonArray array -> {
        for (int i = 0; i < array.elements().size(); i++) {
          lookAt(array.elements().get(i), place.element(i));
        }
      }
      case JsonString(String text) -> {
        if (text.length() > Condition.TEXT_CHARS_MAX) {
          problems.add(
              place,
              "the text has "
                  + text.length()
                  + " characters; texts of more than "
                  + Condition.TEXT_CHARS_MAX
                  + " are never equal to anything");
        }
      }
      case JsonNumber _, JsonValue.JsonBoolean _, JsonValue.JsonNull _ -> {}
    }
  }

  private Optional<JsonValue> pattern(String pattern, Place place) {
    if (!patterns.take(pattern)) {
      problems.add(place, PatternBudget.EXHAUSTED);
      return Optional.empty();
    }
    return switch (LinearPattern.of(pattern)) {
      case LinearPattern.Usable(Pattern _) -> Optional.of(new JsonString(pattern));
      case LinearPattern.Unusable(String why) -> {
        problems.add(place, why);
        yield Optional.empty();
      }
    };
  }
}
