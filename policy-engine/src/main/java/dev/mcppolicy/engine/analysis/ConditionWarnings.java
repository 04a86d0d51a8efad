// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.analysis;

import dev.mcppolicy.engine.document.Place;
import dev.mcppolicy.engine.document.Rule;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonBoolean;
import dev.mcppolicy.json.JsonValue.JsonNull;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.util.List;

/** Conditions that read otherwise than they are evaluated. */
record ConditionWarnings(Warnings warnings) {

  void ofRule(Rule rule, Place place) {
    String unless = place.member("approval").member("unless").text() + "[";
    for (PlacedConditions.Comparison found : PlacedConditions.comparisons(rule, place)) {
      if (found.isUnderNot() && found.comparison().optional()) {
        warnings.add(
            found.place().member("optional"),
            "under `not` this turns round: a call without the value is held back instead of"
                + " excused; write the opposite operator without `not`");
      }
      if (found.place().text().startsWith(unless)
          && !found.isUnderNot()
          && found.comparison().optional()) {
        warnings.add(
            found.place().member("optional"),
            "a call without the value passes this as well, so whoever leaves it out is not held to it"
                + " and may need no approval; remove `optional`, or say with `exists` what is meant");
      }
      if (found.comparison().operand().equals(JsonValue.of(""))) {
        switch (found.comparison().operator()) {
          case CONTAINS ->
              warnings.add(
                  found.place().member("value"),
                  "every text contains the empty one, so this is true of any; name the part that is"
                      + " meant");
          case REGEX ->
              warnings.add(
                  found.place().member("value"),
                  "an empty pattern matches the empty text alone; write `.*` for any text, or `eq` if"
                      + " the empty one is meant");
          case EQ, NEQ, IN, NOT_IN, LT, LTE, GT, GTE, EXISTS -> {}
        }
      }
      if (endsALine(found.comparison().operand())) {
        warnings.add(
            found.place().member("value"),
            "the text ends with a line break, as `|` and `>` of YAML leave it, and a value hardly"
                + " ever does; write `|-` or `>-`, or the text in quotes");
      }
    }
  }

  /** Whether it is such a text, or a list with one in it. */
  private static boolean endsALine(JsonValue operand) {
    return switch (operand) {
      case JsonString(String text) -> text.endsWith("\n") || text.endsWith("\r");
      case JsonArray(List<JsonValue> elements) ->
          elements.stream().anyMatch(ConditionWarnings::endsALine);
      case JsonObject _, JsonNumber _, JsonBoolean _, JsonNull _ -> false;
    };
  }
}
