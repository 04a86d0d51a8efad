// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import static dev.mcppolicy.engine.Fixtures.AGENT;
import static dev.mcppolicy.engine.Fixtures.CATALOGUE;
import static dev.mcppolicy.engine.Fixtures.NOW;
import static dev.mcppolicy.engine.Fixtures.PUBLISHED;
import static dev.mcppolicy.engine.Fixtures.call;
import static dev.mcppolicy.engine.Fixtures.document;
import static dev.mcppolicy.engine.Fixtures.policy;
import static dev.mcppolicy.engine.Fixtures.policyFor;
import static dev.mcppolicy.engine.Fixtures.set;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.engine.document.ChargedOn;
import dev.mcppolicy.engine.document.Subject;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PolicySetTest {
  private static final CounterUsage UNUSED = (_, _) -> 0;

  private static Charge onlyCharge(PolicySet set, Grant grant, Instant now) {
    Decision decision =
        set.decide(Call.ofTool("stop_vllm", JsonObject.EMPTY, grant), CATALOGUE, now, UNUSED);
    List<Charge> charges = assertInstanceOf(Decision.Allow.class, decision).charges();
    assertEquals(1, charges.size());
    return charges.getFirst();
  }

  @Test
  void chargesTheWindowOfTheInstantOfTheDecision() { // T60
    Charge charge = onlyCharge(set(PUBLISHED), AGENT, NOW);
    assertEquals(
        new Charge(
            new CounterKey("inference", "p", "stop_vllm_rate", "minute", List.of("grant=agent")),
            new FixedWindow(
                Instant.parse("2026-11-18T10:30:00Z"), Instant.parse("2026-11-18T10:31:00Z")),
            0,
            10,
            1,
            true,
            ChargedOn.ATTEMPT,
            new PolicyId("inference", "p", 7),
            "/tools/stop_vllm/limits/0"),
        charge);
  }

  /** Charges are kept between calls; what is kept must not outlive its window or cross grants. */
  @Test
  void chargesTheRightWindowAndGrantHoweverCallsFollow() { // T60
    PolicySet set = set(PUBLISHED);
    Instant end = Instant.parse("2026-11-18T10:31:00Z");
    for (Instant now : List.of(NOW, end.minusNanos(1), end, NOW, end.plusSeconds(3_600), NOW)) {
      for (String grant : List.of("agent", "b", "agent")) {
        Charge charge = onlyCharge(set, new Grant(grant), now);
        assertTrue(charge.window().contains(now), charge::toString);
        assertEquals(List.of("grant=" + grant), charge.counter().scopeValues());
      }
    }
  }

  @Test
  void keepsTheCounterOverGenerationsAndMaxima() { // T72
    PolicySet before = set(PUBLISHED);
    PolicySet after =
        PolicySet.compile(
            List.of(
                new BoundPolicy(
                    new PolicyId("inference", "p", 8),
                    Optional.empty(),
                    document(PUBLISHED.replace("10", "3")))));
    assertEquals(onlyCharge(before, AGENT, NOW).counter(), onlyCharge(after, AGENT, NOW).counter());
  }

  @Test
  void separatesCountersByPolicyNamespaceGrantAndWindow() { // T69, T72
    Charge here = onlyCharge(set(PUBLISHED), AGENT, NOW);
    Charge otherPolicy = onlyCharge(PolicySet.compile(List.of(policy("q", PUBLISHED))), AGENT, NOW);
    Charge otherNamespace =
        onlyCharge(
            PolicySet.compile(
                List.of(
                    new BoundPolicy(
                        new PolicyId("team-b", "p", 7), Optional.empty(), document(PUBLISHED)))),
            AGENT,
            NOW);
    Charge otherGrant = onlyCharge(set(PUBLISHED), new Grant("agent2"), NOW);
    Charge otherWindow = onlyCharge(set(PUBLISHED.replace("minute", "hour")), AGENT, NOW);
    for (Charge other : List.of(otherPolicy, otherNamespace, otherGrant, otherWindow)) {
      assertNotEquals(here.counter(), other.counter());
    }
  }

  @Test
  void rulesOfOnePolicyShareTheCounterThatTheyName() {
    String limits = "{limits: [{counter: %s, window: minute, max: %d, scope: grant}]}";
    PolicySet set =
        PolicySet.compile(
            List.of(
                policy(
                    "p",
                    "{version: '1', default: deny, tools: {a: %s, b: %s, c: %s}}"
                        .formatted(
                            limits.formatted("one", 1),
                            limits.formatted("one", 2),
                            limits.formatted("other", 2)))));
    CounterKey a = onlyCharge(set, "a").counter();
    assertEquals(a, onlyCharge(set, "b").counter());
    assertNotEquals(a, onlyCharge(set, "c").counter());
  }

  private static Charge onlyCharge(PolicySet set, String tool) {
    Decision decision = set.decide(call(tool), CATALOGUE, NOW, UNUSED);
    List<Charge> charges = assertInstanceOf(Decision.Allow.class, decision).charges();
    assertEquals(1, charges.size());
    return charges.getFirst();
  }

  @Test
  void everyLimitOfEveryPolicyHolds() {
    PolicySet set = PolicySet.compile(List.of(policy("p", PUBLISHED), policy("q", PUBLISHED)));
    for (String used : List.of("p", "q")) {
      var limited =
          assertInstanceOf(
              Decision.RateLimited.class,
              set.decide(
                  call("stop_vllm"),
                  CATALOGUE,
                  NOW,
                  (counter, _) -> counter.policyName().equals(used) ? 10 : 0));
      assertEquals(used, limited.reason().policy().orElseThrow().name());
    }
  }

  @Test
  void countsAllGrantsTogetherInTheScopeServer() { // T70
    PolicySet set = set(PUBLISHED.replace("grant", "server"));
    assertEquals(
        onlyCharge(set, AGENT, NOW).counter(), onlyCharge(set, new Grant("b"), NOW).counter());
    assertEquals(List.of("server"), onlyCharge(set, AGENT, NOW).counter().scopeValues());
  }

  @Test
  void namesTheLimitWhoseLastUnitOthersTook() { // T59
    PolicySet set = PolicySet.compile(List.of(policy("vllm-operations", PUBLISHED)));
    Charge charge = onlyCharge(set, AGENT, NOW);
    Decision.RateLimited lost = set.exhausted(charge, 10, call("stop_vllm"), NOW);
    assertEquals(set.decide(call("stop_vllm"), CATALOGUE, NOW, (_, _) -> 10), lost);
    assertEquals(charge.window().end(), lost.resetsAt());
  }

  @Test
  void refusesToExplainAChargeOfAnotherSet() {
    PolicySet set = set(PUBLISHED);
    Charge foreign = onlyCharge(PolicySet.compile(List.of(policy("q", PUBLISHED))), AGENT, NOW);
    assertThrows(
        IllegalArgumentException.class, () -> set.exhausted(foreign, 10, call("stop_vllm"), NOW));
  }

  @Test
  void deniesAndReportsTheFaultWhenDecidingFails() { // T76
    var faults = new ArrayList<Throwable>();
    PolicySet set = PolicySet.compile(List.of(policy("p", PUBLISHED)), faults::add);
    var broken = new IllegalStateException("secret detail");
    CounterUsage usage =
        (_, _) -> {
          throw broken;
        };
    Decision decision = set.decide(call("stop_vllm"), CATALOGUE, NOW, usage);
    assertEquals(ReasonCode.PolicyError, decision.reason().code());
    assertInstanceOf(Decision.Deny.class, decision);
    assertFalse(decision.reason().text().contains("secret"));
    assertSame(broken, faults.getFirst());
  }

  @Test
  void deniesWhenTheCatalogueFails() { // T76
    ToolCatalogue tools =
        _ -> {
          throw new IllegalStateException("broken");
        };
    Decision decision = set(PUBLISHED).decide(call("stop_vllm"), tools, NOW, UNUSED);
    assertEquals(ReasonCode.PolicyError, decision.reason().code());
  }

  @Test
  void listsWhatTheGrantMayEverCall() {
    PolicySet set =
        PolicySet.compile(
            List.of(
                policy("p", PUBLISHED),
                policyFor(
                    "q",
                    """
                    version: "1"
                    default: deny
                    tools:
                      start_vllm: {}
                      never: {rate_limit: {max: 0, window: 60}}
                      denied: {action: deny}
                    """,
                    "operator")));
    var operator = new Grant("operator");
    assertTrue(set.lists(Subject.tool("stop_vllm"), AGENT));
    assertFalse(set.lists(Subject.tool("start_vllm"), AGENT));
    assertTrue(set.lists(Subject.tool("stop_vllm"), operator));
    assertTrue(set.lists(Subject.tool("start_vllm"), operator));
    assertFalse(set.lists(Subject.tool("never"), operator));
    assertFalse(set.lists(Subject.tool("denied"), operator));
    assertFalse(set.lists(Subject.tool("vllm_status"), operator));
  }

  @Test
  void listsNothingWithoutAPolicyAndNoImpossibleName() {
    assertFalse(PolicySet.compile(List.of()).lists(Subject.tool("stop_vllm"), AGENT));
    PolicySet open = set("{version: '1', default: allow}");
    assertTrue(open.lists(Subject.tool("stop_vllm"), AGENT));
    assertFalse(open.lists(Subject.tool("stop_vllm\n"), AGENT));
  }

  @Test
  void refusesTwoPoliciesOfOneName() {
    assertThrows(
        IllegalArgumentException.class,
        () -> PolicySet.compile(List.of(policy("p", PUBLISHED), policy("p", PUBLISHED))));
  }

  @Test
  void reportsPoliciesThatContradictEachOther() {
    PolicySet set =
        PolicySet.compile(
            List.of(
                policy("open", "{version: '1', default: allow, tools: {stop_vllm: {}}}"),
                policyFor(
                    "strict",
                    "{version: '1', default: deny, tools: {stop_vllm: {action: deny}}}",
                    "agent")));
    assertEquals(
        List.of(
            "tools that no rule names are allowed by inference/open and denied by inference/strict;"
                + " the denial holds for their common grants",
            "`stop_vllm` is allowed by inference/open and denied by inference/strict; the denial"
                + " holds for their common grants"),
        set.conflicts().stream().map(Conflict::text).toList());
  }

  @Test
  void reportsNoConflictWithAPolicyThatIsForNoGrant() {
    PolicySet set =
        PolicySet.compile(
            List.of(
                policy("a", "{version: '1', default: allow}"),
                policyFor("b", "{version: '1', default: deny}")));
    assertEquals(List.of(), set.conflicts());
  }

  @Test
  void reportsNoConflictBetweenPoliciesOfDifferentGrants() {
    PolicySet set =
        PolicySet.compile(
            List.of(
                policyFor("a", "{version: '1', default: allow, tools: {t: {}}}", "a"),
                policyFor("b", "{version: '1', default: deny, tools: {t: {action: deny}}}", "b")));
    assertEquals(List.of(), set.conflicts());
  }
}
