// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import static dev.mcppolicy.engine.Fixtures.AGENT;
import static dev.mcppolicy.engine.Fixtures.CATALOGUE;
import static dev.mcppolicy.engine.Fixtures.NOW;
import static dev.mcppolicy.engine.Fixtures.call;
import static dev.mcppolicy.engine.Fixtures.policy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.engine.document.Subject;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decide, record what would have happened, let the call go. */
final class AuditModeTest {
  private static PolicySet set(String... documents) {
    return PolicySet.compile(
        IntStream.range(0, documents.length).mapToObj(i -> policy("p" + i, documents[i])).toList());
  }

  private static Decision decide(PolicySet set, Call call, long used) {
    return set.decide(call, CATALOGUE, NOW, (_, _) -> used);
  }

  private static Decision wouldBe(Decision decision) {
    return assertInstanceOf(Decision.Allow.class, decision).wouldBe().orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "deny_if: [{path: args.container_name, op: eq, value: x}]",
        "require: [{path: args.container_name, op: eq, value: w}]",
        "schedule: {deny: [{from: '00:00', to: '24:00'}]}",
        "approval: {}",
        "limits: [{counter: c, window: minute, max: 1, scope: grant}]",
        "limits: [{counter: c, window: minute, max: 0, scope: grant}]",
        "limits: [{counter: c, window: minute, max: 1, scope: grant,"
            + " cost: {argument: args.n, max: 1}}]",
      })
  void whatARuleInAuditModeWouldDenyGoesThroughAndIsTold(String rule) {
    Call call = call("t", "{\"container_name\":\"x\"}");
    Decision enforced = decide(set(document("", "", rule)), call, 1);
    assertFalse(enforced instanceof Decision.Allow);
    assertEquals(enforced, wouldBe(decide(set(document("", "mode: audit, ", rule)), call, 1)));
    assertEquals(enforced, wouldBe(decide(set(document("mode: audit, ", "", rule)), call, 1)));
    assertEquals(
        enforced, decide(set(document("mode: audit, ", "mode: enforce, ", rule)), call, 1));
  }

  private static String document(String ofDocument, String ofRule, String rule) {
    return "{version: '1', default: deny, " + ofDocument + "tools: {t: {" + ofRule + rule + "}}}";
  }

  @Test
  void whatWouldBeAllowedAnywayIsNotTold() {
    PolicySet set = set("{version: '1', mode: audit, default: deny, tools: {t: {}}}");
    var allow = assertInstanceOf(Decision.Allow.class, decide(set, call("t"), 0));
    assertEquals(Optional.empty(), allow.wouldBe());
  }

  @Test
  void theDefaultOfADocumentInAuditModeAllows() {
    PolicySet set = set("{version: '1', mode: audit, default: deny}");
    assertEquals(ReasonCode.NotAllowed, wouldBe(decide(set, call("t"), 0)).reason().code());
    assertTrue(set.lists(Subject.tool("t"), AGENT));
  }

  @Test
  void aDocumentInAuditModeHidesNothing() {
    PolicySet set = set("{version: '1', mode: audit, default: allow, hide: [t]}");
    assertEquals(ReasonCode.UnknownTool, wouldBe(decide(set, call("t"), 0)).reason().code());
    assertTrue(set.lists(Subject.tool("t"), AGENT));
    assertFalse(set.hides("t", AGENT));
  }

  @Test
  void aRuleInAuditModeThatDeniesIsAsIfItWereNotThere() {
    String denying = "{version: '1', mode: audit, default: allow, tools: {t: {action: deny}}}";
    assertEquals(
        ReasonCode.DeniedByRule, wouldBe(decide(set(denying), call("t"), 0)).reason().code());
    PolicySet unnamed = set(denying, "{version: '1', default: deny}");
    assertEquals(ReasonCode.NotAllowed, decide(unnamed, call("t"), 0).reason().code());
    assertFalse(unnamed.lists(Subject.tool("t"), AGENT));
  }

  @Test
  void aRuleInAuditModeThatAllowsStillNamesTheTool() {
    PolicySet set =
        set(
            "{version: '1', default: deny, tools: {t: {mode: audit, deny_if: [{path: grant.name,"
                + " op: exists}]}}}");
    assertInstanceOf(Decision.Allow.class, decide(set, call("t"), 0));
    assertTrue(set.lists(Subject.tool("t"), AGENT));
  }

  @Test
  void anEnforcedDenialOutweighsAuditMode() {
    PolicySet set =
        set(
            "{version: '1', mode: audit, default: deny, tools: {t: {}}}",
            "{version: '1', default: allow, tools: {t: {action: deny}}}");
    assertEquals(ReasonCode.DeniedByRule, decide(set, call("t"), 0).reason().code());
  }

  @Test
  void theDefaultOfAnEnforcedDocumentHoldsBesideOneInAuditMode() {
    PolicySet set =
        set("{version: '1', mode: audit, default: allow}", "{version: '1', default: deny}");
    assertEquals(ReasonCode.NotAllowed, decide(set, call("t"), 0).reason().code());
  }

  @Test
  void aDocumentInAuditModeOpensNoToolThatAnEnforcedOneLeavesShut() {
    PolicySet set =
        set(
            "{version: '1', mode: audit, default: deny, tools: {t: {require: [{path: grant.name,"
                + " op: eq, value: nobody}]}}}",
            "{version: '1', default: deny}");
    assertEquals(ReasonCode.NotAllowed, decide(set, call("t"), 0).reason().code());
    assertFalse(set.lists(Subject.tool("t"), AGENT));
  }

  @Test
  void limitsInAuditModeAreCountedAndNeverRefuse() {
    PolicySet set =
        set(
            """
            version: "1"
            mode: audit
            default: deny
            all_tools: {limits: [{counter: all, window: minute, max: 1, scope: grant}]}
            tools:
              t: {limits: [{counter: c, window: minute, max: 1, scope: grant}]}
            """);
    var allow = assertInstanceOf(Decision.Allow.class, decide(set, call("t"), 5));
    assertEquals(
        List.of("all", "c"),
        allow.charges().stream().map(charge -> charge.counter().counter()).toList());
    assertTrue(allow.charges().stream().noneMatch(Charge::isEnforced));
    assertInstanceOf(Decision.RateLimited.class, wouldBe(allow));
  }

  @Test
  void aLimitInAuditModeWithoutAValidCostCountsNothing() {
    PolicySet set =
        set(
            "{version: '1', default: deny, tools: {t: {mode: audit, limits: [{counter: c, window:"
                + " minute, max: 1, scope: grant, cost: {argument: args.n, max: 5}}]}}}");
    var allow = assertInstanceOf(Decision.Allow.class, decide(set, call("t"), 0));
    assertEquals(List.of(), allow.charges());
    assertEquals(ReasonCode.InvalidCost, wouldBe(allow).reason().code());
  }

  @Test
  void argumentsThatDoNotFitTheSchemaGoThroughInAuditModeAloneAndAreTold() {
    Call call = call("t", "{\"x\":1}");
    for (String document :
        List.of(
            "{version: '1', mode: audit, default: allow}",
            "{version: '1', default: deny, tools: {t: {mode: audit}}}")) {
      assertEquals(
          ReasonCode.UndeclaredArgument, wouldBe(decide(set(document), call, 0)).reason().code());
    }
  }

  @Test
  void auditModeNeverLiftsAnotherPolicysCheckOfArguments() {
    String enforced = "{version: '1', default: allow, tools: {t: {}}}";
    String audited =
        "{version: '1', mode: audit, default: allow, tools: {t: {strict_arguments: false}}}";
    assertEquals(
        ReasonCode.UndeclaredArgument,
        decide(set(enforced, audited), call("t", "{\"x\":1}"), 0).reason().code());
  }

  @Test
  void anUnknownToolStaysUnknownAndNoPolicyStaysADenial() {
    PolicySet set = set("{version: '1', mode: audit, default: allow}");
    assertEquals(ReasonCode.UnknownTool, decide(set, call("no_such_tool"), 0).reason().code());
    assertEquals(ReasonCode.NoPolicy, decide(set(), call("t"), 0).reason().code());
  }

  @Test
  void auditRequiredOfAnyPolicyHolds() {
    String plain = "{version: '1', default: allow}";
    String required = "{version: '1', default: allow, audit: required, mode: audit}";
    assertFalse(
        assertInstanceOf(Decision.Allow.class, decide(set(plain), call("t"), 0)).mustBeRecorded());
    assertTrue(
        assertInstanceOf(Decision.Allow.class, decide(set(plain, required), call("t"), 0))
            .mustBeRecorded());
  }

  @Test
  void reportsNoConflictWithWhatIsInAuditMode() {
    PolicySet set =
        set(
            "{version: '1', default: allow, tools: {t: {}}}",
            "{version: '1', mode: audit, default: deny, tools: {t: {action: deny}}}");
    assertEquals(List.of(), set.conflicts());
  }

  @Test
  void looksAtReplicasThatADenialInAuditModeDoesNotKeepFromBeingLookedAt() {
    PolicySet set =
        set(
            "{version: '1', mode: audit, default: deny, tools: {t: {action: deny}}}",
            "{version: '1', default: deny, tools: {t: {require: [{path: workload.replicas, op: lte,"
                + " value: 3}]}}}");
    assertTrue(set.looksAtReplicas(Subject.tool("t"), AGENT));
  }

  @Test
  void looksAtReplicasForWhatItWouldDecideToo() {
    PolicySet set =
        set(
            "{version: '1', default: deny, tools: {t: {mode: audit, require: [{not: {path:"
                + " workload.replicas, op: eq, value: 0}}]}, w: {}}}");
    assertTrue(set.looksAtReplicas(Subject.tool("t"), AGENT));
    assertFalse(set.looksAtReplicas(Subject.tool("w"), AGENT));
  }
}
