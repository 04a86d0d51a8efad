// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import static dev.mcppolicy.engine.Fixtures.AGENT;
import static dev.mcppolicy.engine.Fixtures.CATALOGUE;
import static dev.mcppolicy.engine.Fixtures.NOW;
import static dev.mcppolicy.engine.Fixtures.call;
import static dev.mcppolicy.engine.Fixtures.object;
import static dev.mcppolicy.engine.Fixtures.policy;
import static dev.mcppolicy.engine.Fixtures.set;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.engine.document.ChargedOn;
import dev.mcppolicy.engine.document.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LimitTest {
  /** Counters that take what is charged, as a store does. */
  private static final class Counted implements CounterUsage {
    private final Map<CounterKey, Map<FixedWindow, Long>> used = new HashMap<>();

    @Override
    public long used(CounterKey key, FixedWindow window) {
      return used.getOrDefault(key, Map.of()).getOrDefault(window, 0L);
    }

    void add(Decision decision) {
      for (Charge charge : assertInstanceOf(Decision.Allow.class, decision).charges()) {
        used.computeIfAbsent(charge.counter(), _ -> new HashMap<>())
            .merge(charge.window(), charge.cost(), Long::sum);
      }
    }
  }

  private static PolicySet withLimits(String limits) {
    return PolicySet.compile(
        List.of(
            policy(
                "p",
                "{version: '1', default: deny, tools: {t: {strict_arguments: false, limits: ["
                    + limits
                    + "]}}}")));
  }

  private static Decision decide(PolicySet set, Call call, Instant now, CounterUsage usage) {
    return set.decide(call, CATALOGUE, now, usage);
  }

  private static List<Charge> charges(PolicySet set, Call call) {
    return assertInstanceOf(Decision.Allow.class, decide(set, call, NOW, (_, _) -> 0)).charges();
  }

  private static Call in(String session, String workload) {
    return new Call(
        Subject.tool("t"),
        object("{}"),
        new Caller(AGENT, session),
        workload.isEmpty()
            ? Optional.empty()
            : Optional.of(new CalledWorkload(workload, Optional.empty())));
  }

  @ParameterizedTest(name = "scope {0} counts per {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "grant|[grant=agent]",
        "server|[server]",
        "session|[session=s1]",
        "workload|[workload=llama]",
        "[workload, grant]|[grant=agent, workload=llama]",
        "[session, server, grant]|[grant=agent, server, session=s1]",
      })
  void countsWhatTheScopeSays(String scope, String values) {
    PolicySet set = withLimits("{counter: c, window: minute, max: 1, scope: " + scope + "}");
    Charge charge = charges(set, in("s1", "llama")).getFirst();
    assertEquals(values, charge.counter().scopeValues().toString());
  }

  /** What is kept between calls must not cross sessions and workloads (T70). */
  @Test
  void countsSessionsAndWorkloadsApart() {
    PolicySet set = withLimits("{counter: c, window: minute, max: 1, scope: [session, workload]}");
    for (String session : List.of("a", "b", "a", "")) {
      for (String workload : List.of("x", "w", "")) {
        assertEquals(
            List.of("session=" + session, "workload=" + workload),
            charges(set, in(session, workload)).getFirst().counter().scopeValues());
      }
    }
  }

  @Test
  void keepsTheRightChargesForMoreSessionsThanItRemembers() {
    PolicySet set = withLimits("{counter: c, window: minute, max: 1, scope: session}");
    for (int i = 0; i < 2_000; i++) {
      assertEquals(
          List.of("session=s" + i),
          charges(set, in("s" + i, "")).getFirst().counter().scopeValues());
    }
  }

  @Test
  void chargesWhatTheLimitDeclares() {
    Charge charge =
        charges(
                withLimits(
                    "{counter: c, window: minute, max: 9, scope: grant, cost: 3, charge: success}"),
                call("t"))
            .getFirst();
    assertEquals(3, charge.cost());
    assertEquals(9, charge.max());
    assertEquals(0, charge.windowsBefore());
    assertTrue(charge.isEnforced());
    assertEquals(ChargedOn.SUCCESS, charge.chargedOn());
  }

  @Test
  void aCostOfSeveralUnitsNeedsRoomForAll() {
    PolicySet set = withLimits("{counter: c, window: minute, max: 10, scope: grant, cost: 4}");
    assertInstanceOf(Decision.Allow.class, decide(set, call("t"), NOW, (_, _) -> 6));
    assertEquals(
        "Denied by policy: `t` is limited to 10 units a minute for this grant, of which 3 are left"
            + " and this call takes 4 (policy inference/p). Next call possible in 41 s.",
        decide(set, call("t"), NOW, (_, _) -> 7).reason().text());
  }

  private static final String BY_ARGUMENT =
      "{counter: c, window: minute, max: 100, scope: grant,"
          + " cost: {argument: args.tokens, max: 60}}";

  @ParameterizedTest
  @ValueSource(strings = {"0", "60", "6e1", "60.0", "-0"})
  void anArgumentMaySayTheCost(String tokens) {
    Charge charge =
        charges(withLimits(BY_ARGUMENT), call("t", "{\"tokens\":" + tokens + "}")).getFirst();
    assertEquals(Double.valueOf(tokens).longValue(), charge.cost());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"tokens\":-1}",
        "{\"tokens\":0.5}",
        "{\"tokens\":61}",
        "{\"tokens\":1e300}",
        "{\"tokens\":99999999999999999999}",
        "{\"tokens\":\"5\"}",
        "{\"tokens\":null}",
        "{\"tokens\":true}",
        "{\"tokens\":[5]}"
      })
  void aCostThatIsNoWholeNumberInRangeIsDenied(String arguments) { // T64
    Decision decision = decide(withLimits(BY_ARGUMENT), call("t", arguments), NOW, (_, _) -> 0);
    assertInstanceOf(Decision.Deny.class, decision);
    assertEquals(ReasonCode.InvalidCost, decision.reason().code());
    assertEquals("/tools/t/limits/0", decision.reason().rule());
    assertEquals(
        "Denied by policy: `args.tokens` says what `t` costs, and must be a whole number from 0 to"
            + " 60 (policy inference/p).",
        decision.reason().text());
  }

  @Test
  void aCostOverTheLimitsMaxIsInvalidAndNotLimited() {
    PolicySet set =
        withLimits(
            "{counter: c, window: minute, max: 50, scope: grant,"
                + " cost: {argument: args.tokens, max: 60}}");
    Decision decision = decide(set, call("t", "{\"tokens\":51}"), NOW, (_, _) -> 0);
    assertEquals(ReasonCode.InvalidCost, decision.reason().code());
    assertTrue(decision.reason().text().contains("from 0 to 50"));
    Decision fixed =
        decide(
            withLimits("{counter: c, window: minute, max: 2, scope: grant, cost: 3}"),
            call("t"),
            NOW,
            (_, _) -> 0);
    assertEquals(ReasonCode.InvalidCost, fixed.reason().code());
  }

  @Test
  void anInvalidCostIsToldBeforeAnExhaustedLimit() {
    PolicySet set =
        withLimits("{counter: a, window: minute, max: 1, scope: grant}, " + BY_ARGUMENT);
    assertEquals(ReasonCode.InvalidCost, decide(set, call("t"), NOW, (_, _) -> 1).reason().code());
  }

  @Test
  void aCallThatCostsNothingPassesAnExhaustedLimit() {
    Decision decision =
        decide(withLimits(BY_ARGUMENT), call("t", "{\"tokens\":0}"), NOW, (_, _) -> 1_000);
    assertEquals(0, assertInstanceOf(Decision.Allow.class, decision).charges().getFirst().cost());
    PolicySet none = withLimits("{counter: c, window: minute, max: 0, scope: grant, cost: 0}");
    assertEquals(
        ReasonCode.DeniedByRule, decide(none, call("t"), NOW, (_, _) -> 0).reason().code());
  }

  @Test
  void everyCallHasItsOwnCost() {
    PolicySet set =
        withLimits(BY_ARGUMENT + ", {counter: d, window: minute, max: 5, scope: grant}");
    for (long tokens : new long[] {5, 60, 0, 5}) {
      List<Charge> charges = charges(set, call("t", "{\"tokens\":" + tokens + "}"));
      assertEquals(List.of(tokens, 1L), charges.stream().map(Charge::cost).toList());
    }
  }

  // sliding

  private static final String SLIDING =
      "{counter: c, window: 50s, max: 5, scope: grant, algorithm: sliding}";

  @Test
  void aSlidingWindowIsCutIntoFiftyPieces() {
    Charge charge = charges(withLimits(SLIDING), call("t")).getFirst();
    assertEquals(50, charge.windowsBefore());
    assertEquals(
        Duration.ofSeconds(1), Duration.between(charge.window().start(), charge.window().end()));
    assertTrue(charge.window().contains(NOW));
  }

  @Test
  void countsThePresentPieceAndTheFiftyBeforeIt() {
    PolicySet set = withLimits(SLIDING);
    Instant second = Instant.parse("2026-11-18T10:30:19Z");
    for (long back : new long[] {0, 1, 49, 50}) {
      CounterUsage old = usedAt(second.minusSeconds(back), 5);
      assertInstanceOf(
          Decision.RateLimited.class, decide(set, call("t"), NOW, old), () -> back + " s");
    }
    for (long back : new long[] {51, -1}) {
      CounterUsage other = usedAt(second.minusSeconds(back), 5);
      assertInstanceOf(Decision.Allow.class, decide(set, call("t"), NOW, other));
    }
  }

  private static CounterUsage usedAt(Instant instant, long units) {
    return (_, window) -> window.contains(instant) ? units : 0;
  }

  @Test
  void neverPassesMoreThanMaxInAnySpanOfTheWindow() { // T60
    PolicySet set = withLimits(SLIDING);
    var counters = new Counted();
    var passed = new ArrayList<Instant>();
    Instant start = Instant.parse("2026-11-18T10:30:19.700Z");
    for (int tenth = 0; tenth < 3_000; tenth++) {
      Instant now = start.plusMillis(tenth * 100L);
      Decision decision = decide(set, call("t"), now, counters);
      if (decision instanceof Decision.Allow) {
        counters.add(decision);
        passed.add(now);
      }
    }
    assertTrue(passed.size() >= 25, () -> "only " + passed.size());
    for (int i = 5; i < passed.size(); i++) {
      Duration span = Duration.between(passed.get(i - 5), passed.get(i));
      assertTrue(span.compareTo(Duration.ofSeconds(50)) > 0, span::toString);
      assertTrue(span.compareTo(Duration.ofSeconds(52)) < 0, span::toString);
    }
  }

  @Test
  void saysWhenASlidingWindowHasRoomAgainAndThenItHas() {
    PolicySet set = withLimits(SLIDING.replace("scope: grant", "scope: grant, cost: 2"));
    Instant second = Instant.parse("2026-11-18T10:30:19Z");
    // 1 unit 30 s ago, 1 unit 20 s ago, 3 units now: two must go before two fit
    CounterUsage usage =
        (_, window) ->
            window.contains(second.minusSeconds(30)) || window.contains(second.minusSeconds(20))
                ? 1
                : window.contains(second) ? 3 : 0;
    var limited = assertInstanceOf(Decision.RateLimited.class, decide(set, call("t"), NOW, usage));
    assertEquals(5, limited.used());
    assertEquals(second.plusSeconds(31), limited.resetsAt());
    assertInstanceOf(Decision.Allow.class, decide(set, call("t"), limited.resetsAt(), usage));
    assertInstanceOf(
        Decision.RateLimited.class,
        decide(set, call("t"), limited.resetsAt().minusNanos(1), usage));
  }

  @Test
  void saysThatAWindowSlides() {
    assertEquals(
        "Denied by policy: `t` is limited to 5 calls in any 50 s for this grant (policy"
            + " inference/p). Next call possible in 51 s.",
        decide(withLimits(SLIDING), call("t"), NOW, usedAt(NOW, 5)).reason().text());
  }

  @Test
  void aSlidingCounterThatAnswersNonsenseHasNoRoom() {
    var limited =
        assertInstanceOf(
            Decision.RateLimited.class, decide(withLimits(SLIDING), call("t"), NOW, (_, _) -> -1));
    assertTrue(limited.resetsAt().isAfter(NOW));
    assertInstanceOf(
        Decision.RateLimited.class,
        decide(withLimits(SLIDING), call("t"), NOW, (_, _) -> Long.MAX_VALUE));
  }

  // time zones

  @Test
  void aWindowInATimeZoneBeginsOnItsWallClock() {
    PolicySet set =
        withLimits("{counter: c, window: day, max: 1, scope: grant, time_zone: Europe/Berlin}");
    assertEquals(
        new FixedWindow(
            Instant.parse("2026-11-17T23:00:00Z"), Instant.parse("2026-11-18T23:00:00Z")),
        charges(set, call("t")).getFirst().window());
  }

  // all_tools

  private static final String ALL_TOOLS =
      """
      version: "1"
      default: %s
      all_tools: {limits: [{counter: all, window: minute, max: %d, scope: grant}]}
      tools:
        t: {limits: [{counter: c, window: minute, max: 5, scope: grant}]}
        w: {}
      """;

  @Test
  void allToolsCountsEveryCallOfEveryToolWhetherNamedOrNot() {
    PolicySet set = set(ALL_TOOLS.formatted("allow", 3));
    assertEquals(
        List.of("all", "c"),
        charges(set, call("t")).stream().map(charge -> charge.counter().counter()).toList());
    CounterKey all = charges(set, call("t")).getFirst().counter();
    for (String tool : List.of("t", "w", "unnamed")) {
      assertEquals(all, charges(set, call(tool)).getFirst().counter());
    }
    Decision exhausted = decide(set, call("unnamed"), NOW, (_, _) -> 3);
    assertEquals("/all_tools/limits/0", exhausted.reason().rule());
    assertEquals(
        "Denied by policy: all tools together are limited to 3 calls a minute for this grant"
            + " (policy inference/p). Next call possible in 41 s.",
        exhausted.reason().text());
  }

  @Test
  void allToolsOfZeroDeniesEveryTool() {
    PolicySet set = set(ALL_TOOLS.formatted("allow", 0));
    Decision decision = decide(set, call("w"), NOW, (_, _) -> 0);
    assertEquals(ReasonCode.DeniedByRule, decision.reason().code());
    assertEquals("/all_tools/limits/0", decision.reason().rule());
    assertFalse(set.lists(Subject.tool("w"), AGENT));
  }

  @Test
  void allToolsOfAPolicyCountsToolsThatOnlyAnotherPolicyNames() {
    PolicySet set =
        PolicySet.compile(
            List.of(
                policy("p", ALL_TOOLS.formatted("deny", 3)),
                policy("q", "{version: '1', default: deny, tools: {other: {}}}")));
    assertEquals(
        List.of("all"),
        charges(set, call("other")).stream().map(charge -> charge.counter().counter()).toList());
  }

  @Test
  void aCounterOfAllToolsAndOfARuleIsChargedOnce() {
    PolicySet set =
        PolicySet.compile(
            List.of(
                policy(
                    "p",
                    """
                    version: "1"
                    default: deny
                    all_tools: {limits: [{counter: c, window: minute, max: 9, scope: grant}]}
                    tools:
                      t: {limits: [{counter: c, window: minute, max: 5, scope: grant, cost: 2}]}
                    """)));
    Charge charge = charges(set, call("t")).getFirst();
    assertEquals(1, charges(set, call("t")).size());
    assertEquals(2, charge.cost());
    assertEquals(5, charge.max());
    assertEquals("/tools/t/limits/0", charge.rule());
    assertInstanceOf(Decision.RateLimited.class, decide(set, call("t"), NOW, (_, _) -> 4));
    assertEquals("/tools/t/limits/0", set.exhausted(charge, 5, call("t"), NOW).reason().rule());
  }

  @Test
  void aSharedCounterIsLookedAtWithTheCostThatIsCharged() {
    String shared =
        """
        version: "1"
        default: deny
        all_tools: {limits: [{counter: c, window: minute, max: 9, scope: grant, cost: 3}]}
        tools:
          t: {limits: [{counter: c, window: minute, max: %d, scope: grant}]}
        """;
    PolicySet never = set(shared.formatted(2));
    assertEquals(
        ReasonCode.InvalidCost, decide(never, call("t"), NOW, (_, _) -> 0).reason().code());
    PolicySet set = set(shared.formatted(5));
    assertInstanceOf(Decision.Allow.class, decide(set, call("t"), NOW, (_, _) -> 2));
    assertInstanceOf(Decision.RateLimited.class, decide(set, call("t"), NOW, (_, _) -> 3));
  }

  @Test
  void whatOnlyCountsHasNoSayInASharedCounter() {
    PolicySet set =
        PolicySet.compile(
            List.of(
                policy(
                    "p",
                    """
                    version: "1"
                    default: deny
                    all_tools: {limits: [{counter: c, window: minute, max: 3, scope: grant}]}
                    tools:
                      t:
                        mode: audit
                        limits: [{counter: c, window: minute, max: 9, scope: grant, cost: 4}]
                    """)));
    Charge charge = charges(set, call("t")).getFirst();
    assertEquals(1, charge.cost());
    assertEquals(3, charge.max());
    assertTrue(charge.isEnforced());
  }

  @Test
  void allToolsDoesNotCountResourcesAndPrompts() {
    PolicySet set =
        PolicySet.compile(
            List.of(
                policy(
                    "p",
                    """
                    version: "1"
                    default: deny
                    all_tools: {limits: [{counter: all, window: minute, max: 3, scope: grant}]}
                    prompts: {default: allow}
                    """)));
    Call prompt =
        new Call(
            new Subject(Subject.Kind.PROMPT, "greet"),
            object("{}"),
            new Caller(AGENT, ""),
            Optional.empty());
    assertEquals(List.of(), charges(set, prompt));
  }

  @Test
  void namesTheLimitOfAllToolsWhoseLastUnitOthersTook() {
    PolicySet set = set(ALL_TOOLS.formatted("allow", 3));
    Charge charge = charges(set, call("unnamed")).getFirst();
    assertEquals(
        "/all_tools/limits/0", set.exhausted(charge, 3, call("unnamed"), NOW).reason().rule());
  }

  // several

  @Test
  void theLimitThatHasRoomAgainLastDecidesWhateverItsOrder() {
    for (String limits :
        List.of(
            "{counter: a, window: hour, max: 1, scope: grant},"
                + " {counter: b, window: minute, max: 1, scope: grant}",
            "{counter: b, window: hour, max: 1, scope: grant},"
                + " {counter: a, window: minute, max: 1, scope: grant}")) {
      var limited =
          assertInstanceOf(
              Decision.RateLimited.class, decide(withLimits(limits), call("t"), NOW, (_, _) -> 1));
      assertEquals("hour", limited.counter().window());
    }
  }

  @Test
  void scheduleIsLookedAtBeforeLimits() {
    PolicySet set =
        PolicySet.compile(
            List.of(
                policy(
                    "p",
                    """
                    version: "1"
                    default: deny
                    tools:
                      t:
                        schedule: {allow: [{from: "00:00", to: "01:00"}]}
                        limits: [{counter: c, window: minute, max: 1, scope: grant}]
                    """)));
    assertEquals(
        ReasonCode.OutsideSchedule, decide(set, call("t"), NOW, (_, _) -> 9).reason().code());
  }
}
