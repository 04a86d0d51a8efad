// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.engine.BoundPolicy;
import dev.mcppolicy.engine.Call;
import dev.mcppolicy.engine.Charge;
import dev.mcppolicy.engine.CounterKey;
import dev.mcppolicy.engine.Decision;
import dev.mcppolicy.engine.FixedWindow;
import dev.mcppolicy.engine.Grant;
import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.engine.PolicySet;
import dev.mcppolicy.engine.document.Action;
import dev.mcppolicy.engine.document.Algorithm;
import dev.mcppolicy.engine.document.ChargedOn;
import dev.mcppolicy.engine.document.Cost;
import dev.mcppolicy.engine.document.LimitDeclaration;
import dev.mcppolicy.engine.document.PolicyDocument;
import dev.mcppolicy.engine.document.Rule;
import dev.mcppolicy.engine.document.Scope;
import dev.mcppolicy.engine.document.Window;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How much a client gets that takes all it can, at the worst of times. */
final class GreedyClientProperties {
  private static final Call CALL = Call.ofTool("t0", JsonObject.EMPTY, new Grant("g"));

  private record Counted(CounterKey key, FixedWindow window) {}

  private record Passed(Instant at, long units) {}

  /** One limit, what is used of it, and a client. */
  private static final class Scene {
    private final Dice dice;
    private final Window window;
    private final int max;
    private final int cost;
    private final PolicySet policies;
    private final Map<Counted, Long> counts = new HashMap<>();
    private final List<Passed> passed = new ArrayList<>();
    private int refused;

    Scene(long seed, Algorithm algorithm) {
      dice = new Dice(seed);
      window =
          algorithm == Algorithm.SLIDING || !dice.oneIn(4)
              ? dice.of(
                  new Window.Seconds(1),
                  new Window.Seconds(60),
                  new Window.Seconds(7),
                  new Window.Seconds(86_400),
                  new Window.Week())
              : new Window.Month();
      max = 1 + dice.upTo(20);
      cost = 1 + dice.upTo(Math.min(max, 3));
      var limit =
          new LimitDeclaration(
              "c",
              window,
              max,
              Set.of(Scope.GRANT),
              algorithm,
              ZoneOffset.UTC,
              new Cost.Units(cost),
              ChargedOn.ATTEMPT);
      PolicyDocument document =
          PolicyDocument.ofTools(
              Action.DENY, Map.of("t0", Rule.allow(List.of(limit), Optional.empty())));
      policies =
          PolicySet.compile(
              List.of(new BoundPolicy(new PolicyId("a", "p", 1), Optional.empty(), document)));
    }

    Duration length() {
      return switch (window) {
        case Window.Seconds(long seconds) -> Duration.ofSeconds(seconds);
        case Window.Week() -> Duration.ofDays(7);
        case Window.Month() -> Duration.ofDays(28);
      };
    }

    Decision decide(Instant at) {
      return policies.decide(
          CALL,
          TestTools.CATALOGUE,
          at,
          (key, one) -> counts.getOrDefault(new Counted(key, one), 0L));
    }

    void attempt(Instant at) {
      switch (decide(at)) {
        case Decision.Allow allow -> {
          for (Charge charge : allow.charges()) {
            counts.merge(new Counted(charge.counter(), charge.window()), charge.cost(), Long::sum);
          }
          passed.add(new Passed(at, cost));
        }
        case Decision.RateLimited limited -> {
          refused++;
          comesBackWhenTold(at, limited);
        }
        case Decision.Deny deny -> throw new AssertionError(deny);
        case Decision.NeedsApproval needs -> throw new AssertionError(needs);
      }
    }

    /** Not a moment before, and then it passes. */
    private void comesBackWhenTold(Instant at, Decision.RateLimited limited) {
      assertTrue(limited.resetsAt().isAfter(at), limited::toString);
      assertInstanceOf(Decision.RateLimited.class, decide(limited.resetsAt().minusNanos(1)));
      assertInstanceOf(Decision.Allow.class, decide(limited.resetsAt()));
      Duration longest = length().multipliedBy(51).dividedBy(50);
      assertTrue(
          window instanceof Window.Month
              || Duration.between(at, limited.resetsAt()).compareTo(longest) <= 0,
          limited::toString);
    }

    /** Bursts around edges of windows and of their parts, over four windows. */
    void run(Instant from) {
      List<Instant> attempts = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        Instant about =
            from.plus(length().multipliedBy(dice.upTo(200)).dividedBy(50))
                .plusNanos(dice.of(0, 0, -1, 1, 1_000_000));
        for (int burst = dice.upTo(max + 2); burst >= 0; burst--) {
          attempts.add(about);
        }
      }
      for (int i = 0; i < 40; i++) {
        attempts.add(from.plus(length().multipliedBy(dice.upTo(4_000)).dividedBy(1_000)));
      }
      Collections.sort(attempts);
      attempts.forEach(this::attempt);
    }

    /** The most units in any interval as long as the window, both ends included. */
    long mostInOneLength() {
      long most = 0;
      for (Passed first : passed) {
        Instant end = first.at().plus(length());
        long units = 0;
        for (Passed one : passed) {
          if (!one.at().isBefore(first.at()) && !one.at().isAfter(end)) {
            units += one.units();
          }
        }
        most = Math.max(most, units);
      }
      return most;
    }
  }

  private static void play(Algorithm algorithm, int times) {
    long refused = 0;
    long most = 0;
    for (int seed = 0; seed < Numbers.of(6, 150, 2_000); seed++) {
      var scene = new Scene(seed, algorithm);
      Instant start = new TimeDice(scene.dice).instant();
      scene.run(ReferenceWindows.part(new Window.Seconds(86_400), start).start());
      long inOne = scene.mostInOneLength();
      int at = seed;
      assertTrue(inOne <= (long) times * scene.max, () -> "seed " + at + ": " + inOne + " passed");
      refused += scene.refused;
      most = Math.max(most, inOne / scene.max);
      assertFalse(scene.passed.isEmpty());
    }
    assertTrue(refused > 0, "nothing was ever refused");
    // As greedy as that it comes as far as it may.
    assertEquals(times, most);
  }

  @Test
  void slidingNeverLetsMoreThanMaxPassInAnyInterval() { // T60
    play(Algorithm.SLIDING, 1);
  }

  @Test
  void fixedNeverLetsMoreThanTwiceMaxPassInAnyInterval() { // T60
    play(Algorithm.FIXED, 2);
  }
}
