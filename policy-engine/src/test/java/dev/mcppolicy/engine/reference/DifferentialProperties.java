// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.reference;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The engine decides every generated situation as the second opinion does. */
final class DifferentialProperties {
  /** Each of these decides at least one in so many situations. */
  private static final Map<String, Integer> COVERAGE =
      Map.ofEntries(
          Map.entry("Allowed", 8),
          Map.entry("UnknownTool", 50),
          Map.entry("CatalogueNotLoaded", 150),
          Map.entry("NoPolicy", 50),
          Map.entry("DeniedByRule", 30),
          Map.entry("NotAllowed", 50),
          Map.entry("SchemaUnknown", 500),
          Map.entry("SchemaUnusable", 500),
          Map.entry("UndeclaredArgument", 100),
          Map.entry("InvalidArguments", 100),
          Map.entry("DeniedByCondition", 30),
          Map.entry("RequirementNotMet", 30),
          Map.entry("OutsideSchedule", 50),
          Map.entry("InvalidCost", 100),
          Map.entry("LimitExhausted", 30),
          Map.entry("ApprovalNeeded", 50),
          Map.entry("Allowed, would be DeniedByRule", 500),
          Map.entry("Allowed, would be NotAllowed", 500),
          Map.entry("Allowed, would be UnknownTool", 2_000),
          Map.entry("Allowed, would be UndeclaredArgument", 2_000),
          Map.entry("Allowed, would be DeniedByCondition", 500),
          Map.entry("Allowed, would be RequirementNotMet", 500),
          Map.entry("Allowed, would be OutsideSchedule", 1_000),
          Map.entry("Allowed, would be InvalidCost", 2_000),
          Map.entry("Allowed, would be LimitExhausted", 500),
          Map.entry("Allowed, would be ApprovalNeeded", 1_000));

  @Test
  void decidesAsTheReferenceDoes() {
    ForAll.situations(
        Numbers.of(2_000, 100_000, 2_000_000),
        (one, _) -> Difference.between(one.decide(), ReferenceModel.decide(one)));
  }

  @Test
  void reachesEveryOutcomeOften() {
    int total = Numbers.of(0, 20_000, 20_000);
    Map<String, Integer> seen = new TreeMap<>();
    for (int seed = 0; seed < total; seed++) {
      seen.merge(
          Difference.kind(ReferenceModel.decide(SituationDice.situation(seed))), 1, Integer::sum);
    }
    List<String> rare = new ArrayList<>();
    COVERAGE.forEach(
        (kind, times) -> {
          if (seen.getOrDefault(kind, 0) * times < total) {
            rare.add(kind);
          }
        });
    assertTrue(rare.isEmpty(), () -> rare + " are too rare among " + total + ": " + seen);
  }
}
