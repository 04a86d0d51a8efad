// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.analysis;

import dev.mcppolicy.engine.analysis.PlacedConditions.Placed;
import dev.mcppolicy.engine.document.Condition;
import dev.mcppolicy.engine.document.Place;
import dev.mcppolicy.engine.document.Rule;
import dev.mcppolicy.engine.document.ValuePath;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Conditions that no call can meet together. Found are those about one value, as far as the values
 * to try are finite in number, and a {@code deny_if} that repeats a {@code require}; nothing is
 * reported that some call could meet.
 */
record ContradictionWarnings(Warnings warnings) {
  private static final int PLACES_MAX = 4;

  void ofRule(Rule rule, Place place) {
    List<Placed> required = PlacedConditions.required(rule, place);
    List<Placed> denying = PlacedConditions.denying(rule, place);
    Map<ValuePath, List<Placed>> requiredByPath = byPath(required);
    Map<ValuePath, List<Placed>> denyingByPath = byPath(denying);
    var paths = new LinkedHashMap<ValuePath, Boolean>();
    requiredByPath.keySet().forEach(path -> paths.put(path, true));
    denyingByPath.keySet().forEach(path -> paths.put(path, true));
    for (ValuePath path : paths.keySet()) {
      List<Placed> mustHold = requiredByPath.getOrDefault(path, List.of());
      List<Placed> mustNotHold = denyingByPath.getOrDefault(path, List.of());
      if (new ValueSearch(path, conditions(mustHold), conditions(mustNotHold)).findsNone()) {
        var together = new ArrayList<>(mustHold);
        together.addAll(mustNotHold);
        warnings.add(
            together.getFirst().place(),
            "this rule can never allow a call, because no value of "
                + PathText.of(path)
                + " passes "
                + places(together, place));
        return;
      }
    }
    repeated(required, denying);
  }

  /** A condition about several values that both must hold and must not. */
  private void repeated(List<Placed> required, List<Placed> denying) {
    Set<Condition> mustHold = required.stream().map(Placed::condition).collect(Collectors.toSet());
    for (Placed denied : denying) {
      boolean isExcusable =
          PlacedConditions.comparisons(denied).stream()
              .anyMatch(found -> found.comparison().optional());
      if (!isExcusable && mustHold.contains(denied.condition())) {
        warnings.add(
            denied.place(),
            "this rule can never allow a call, because `require` has the same condition");
        return;
      }
    }
  }

  /** Conditions that are about one value alone, by that value. */
  private static Map<ValuePath, List<Placed>> byPath(List<Placed> conditions) {
    var byPath = new LinkedHashMap<ValuePath, List<Placed>>();
    for (Placed condition : conditions) {
      List<ValuePath> paths =
          PlacedConditions.comparisons(condition).stream()
              .map(found -> found.comparison().path())
              .distinct()
              .toList();
      if (paths.size() == 1) {
        byPath.computeIfAbsent(paths.getFirst(), _ -> new ArrayList<>()).add(condition);
      }
    }
    return byPath;
  }

  private static List<Condition> conditions(List<Placed> placed) {
    return placed.stream().map(Placed::condition).toList();
  }

  private static String places(List<Placed> together, Place rule) {
    if (together.size() == 1) {
      return "this condition";
    }
    List<String> places =
        together.stream()
            .map(condition -> condition.place().text().substring(rule.text().length() + 1))
            .toList();
    String shown =
        String.join(", ", places.stream().limit(PLACES_MAX).map(one -> "`" + one + "`").toList());
    return shown
        + (places.size() > PLACES_MAX ? " and " + (places.size() - PLACES_MAX) + " more" : "")
        + " together";
  }
}
