// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.analysis;

import dev.mcppolicy.engine.document.Condition;
import dev.mcppolicy.engine.document.Place;
import dev.mcppolicy.engine.document.Rule;
import java.util.ArrayList;
import java.util.List;

/** The conditions of a rule with their places. */
final class PlacedConditions {
  private PlacedConditions() {}

  record Placed(Condition condition, Place place) {}

  record Comparison(Condition.Comparison comparison, Place place, boolean isUnderNot) {}

  /** Conditions that must all be true: {@code all} is the same as its parts. */
  static List<Placed> required(Rule rule, Place place) {
    var all = new ArrayList<Placed>();
    Place list = place.member("require");
    for (int i = 0; i < rule.require().size(); i++) {
      flatten(new Placed(rule.require().get(i), list.element(i)), true, all);
    }
    return all;
  }

  /** Conditions that must all be false: {@code any} is the same as its parts. */
  static List<Placed> denying(Rule rule, Place place) {
    var all = new ArrayList<Placed>();
    Place list = place.member("deny_if");
    for (int i = 0; i < rule.denyIf().size(); i++) {
      flatten(new Placed(rule.denyIf().get(i), list.element(i)), false, all);
    }
    return all;
  }

  private static void flatten(Placed placed, boolean isRequired, List<Placed> to) {
    switch (placed.condition()) {
      case Condition.All(List<Condition> parts) when isRequired ->
          parts(parts, placed.place().member("all")).forEach(part -> flatten(part, true, to));
      case Condition.Any(List<Condition> parts) when !isRequired ->
          parts(parts, placed.place().member("any")).forEach(part -> flatten(part, false, to));
      case Condition.All _, Condition.Any _, Condition.Not _, Condition.Comparison _ ->
          to.add(placed);
    }
  }

  private static List<Placed> parts(List<Condition> conditions, Place list) {
    var placed = new ArrayList<Placed>();
    for (int i = 0; i < conditions.size(); i++) {
      placed.add(new Placed(conditions.get(i), list.element(i)));
    }
    return placed;
  }

  /** Every comparison of {@code require}, {@code deny_if} and {@code unless}, at any depth. */
  static List<Comparison> comparisons(Rule rule, Place place) {
    var all = new ArrayList<Comparison>();
    parts(rule.require(), place.member("require")).forEach(part -> comparisons(part, false, all));
    parts(rule.denyIf(), place.member("deny_if")).forEach(part -> comparisons(part, false, all));
    rule.approval()
        .ifPresent(
            approval ->
                parts(approval.unless(), place.member("approval").member("unless"))
                    .forEach(part -> comparisons(part, false, all)));
    return all;
  }

  static List<Comparison> comparisons(Placed placed) {
    var all = new ArrayList<Comparison>();
    comparisons(placed, false, all);
    return all;
  }

  private static void comparisons(Placed placed, boolean isUnderNot, List<Comparison> to) {
    Place place = placed.place();
    switch (placed.condition()) {
      case Condition.Comparison comparison -> to.add(new Comparison(comparison, place, isUnderNot));
      case Condition.All(List<Condition> parts) ->
          parts(parts, place.member("all")).forEach(part -> comparisons(part, isUnderNot, to));
      case Condition.Any(List<Condition> parts) ->
          parts(parts, place.member("any")).forEach(part -> comparisons(part, isUnderNot, to));
      case Condition.Not(Condition part) ->
          comparisons(new Placed(part, place.member("not")), true, to);
    }
  }
}
