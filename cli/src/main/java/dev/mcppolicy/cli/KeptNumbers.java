// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.engine.document.Place;
import dev.mcppolicy.engine.document.Problem;
import dev.mcppolicy.engine.document.Wording;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.math.BigDecimal;
import java.util.List;

/**
 * Numbers of a manifest as the API server keeps them: integers of 64 bits, and for all others the
 * nearest double. What a policy compares exactly would be another number in the cluster, where
 * nobody can see it any more. Numbers that are too large for a double are refused before.
 */
record KeptNumbers(List<Problem> problems) {
  private static final int PROBLEMS_MAX = 100;

  /** Reports each number at or below the place that would be kept as another one. */
  void check(JsonValue value, Place place) {
    switch (value) {
      case JsonObject object ->
          object.members().forEach((name, member) -> check(member, place.member(name)));
      case JsonArray(List<JsonValue> elements) -> {
        for (int i = 0; i < elements.size(); i++) {
          check(elements.get(i), place.element(i));
        }
      }
      case JsonNumber number -> check(number, place);
      case JsonValue.JsonString _, JsonValue.JsonBoolean _, JsonValue.JsonNull _ -> {}
    }
  }

  private void check(JsonNumber number, Place place) {
    double kept = number.decimal().doubleValue();
    boolean isExact =
        number.integer().isPresent()
            || new BigDecimal(Double.toString(kept)).compareTo(number.decimal()) == 0;
    if (!isExact && problems.size() < PROBLEMS_MAX) {
      problems.add(
          new Problem(
              place.text(),
              Wording.quoted(number.text())
                  + " is `"
                  + kept
                  + "` once the API server has read it, which keeps numbers as doubles; use one of"
                  + " at most 15 digits"));
    }
  }
}
