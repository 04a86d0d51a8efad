// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.reference;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.engine.Call;
import dev.mcppolicy.engine.Caller;
import dev.mcppolicy.engine.Decision;
import dev.mcppolicy.engine.PolicySet;
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

  /** What is kept between calls must not outlive its moment or cross callers. */
  @Test
  void decidesAsTheReferenceDoesHoweverCallsFollowEachOther() {
    ForAll.situations(
        Numbers.of(500, 10_000, 200_000),
        (one, dice) -> {
          PolicySet set = PolicySet.compile(one.policies());
          Situation next = one;
          for (int i = 0; i < 8; i++) {
            Decision decision =
                set.decide(next.call(), TestTools.CATALOGUE, next.now(), next.usage());
            List<String> differences = Difference.between(decision, ReferenceModel.decide(next));
            if (!differences.isEmpty()) {
              return List.of("call " + i + ": " + next.call() + differences);
            }
            next = following(next, dice);
          }
          return List.of();
        });
  }

  private static Situation following(Situation one, Dice dice) {
    Situation other = SituationDice.situation(dice.next());
    Call call = one.call();
    long nanos =
        dice.of(
            0L,
            1L,
            -1L,
            1_000_000_000L * (dice.upTo(120) - 60),
            1_000_000_000L * 60 * (dice.upTo(3_000) - 1_500));
    return new Situation(
        one.policies(),
        new Call(
            call.subject(),
            dice.oneIn(2) ? call.arguments() : other.call().arguments(),
            new Caller(
                dice.oneIn(2) ? one.grant() : other.grant(),
                dice.oneIn(2) ? call.caller().session() : other.call().caller().session()),
            dice.oneIn(2) ? call.workload() : other.call().workload()),
        one.now().plusNanos(nanos),
        dice.oneIn(2) ? one.usage() : other.usage());
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
