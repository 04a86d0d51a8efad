// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import static dev.mcppolicy.engine.Fixtures.CATALOGUE;
import static dev.mcppolicy.engine.Fixtures.NOW;
import static dev.mcppolicy.engine.Fixtures.call;
import static dev.mcppolicy.engine.Fixtures.policy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ApprovalTest {
  private static BoundPolicy of(String name, String rule) {
    return policy(
        name, "{version: '1', default: deny, tools: {t: {strict_arguments: false, " + rule + "}}}");
  }

  private static Decision decide(List<BoundPolicy> policies, String arguments, long used) {
    return PolicySet.compile(policies).decide(call("t", arguments), CATALOGUE, NOW, (_, _) -> used);
  }

  @Test
  void asksForAPersonAndSaysWho() {
    BoundPolicy policy =
        of(
            "p",
            "reason: ask first, approval: {approvers: {groups: [sre], users: [ann]}, ttl: 5m,"
                + " reason: stops production}");
    var needs = assertInstanceOf(Decision.NeedsApproval.class, decide(List.of(policy), "{}", 0));
    assertEquals(
        List.of(
            new ApprovalNeed(
                policy.id(),
                "/tools/t/approval",
                Set.of("sre"),
                Set.of("ann"),
                Duration.ofMinutes(5),
                Optional.of("stops production"))),
        needs.approvals());
    assertEquals(ReasonCode.ApprovalNeeded, needs.reason().code());
    assertEquals("/tools/t/approval", needs.reason().rule());
    assertEquals(
        "Denied by policy: `t` needs the approval of a person, such as a member of `sre` or `ann`"
            + " (policy inference/p). Nothing was done. Reason: ask first",
        needs.reason().text());
  }

  @Test
  void anEmptyApprovalIsForWhomTheClusterGivesTheRight() {
    var needs =
        assertInstanceOf(
            Decision.NeedsApproval.class, decide(List.of(of("p", "approval: {}")), "{}", 0));
    assertEquals(Set.of(), needs.approvals().getFirst().groups());
    assertEquals(Set.of(), needs.approvals().getFirst().users());
    assertEquals(Duration.ofMinutes(10), needs.approvals().getFirst().ttl());
  }

  @ParameterizedTest(name = "with {0} the decision is {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\":1,\"b\":1}|Allow",
        "{\"a\":1,\"b\":2}|NeedsApproval",
        "{\"a\":2,\"b\":1}|NeedsApproval",
        "{\"a\":1}|NeedsApproval", // undetermined
        "{\"a\":1,\"b\":\"1\"}|NeedsApproval",
        "{\"b\":1}|Allow", // a is optional
      })
  void isWaivedOnlyWhenAllConditionsAreTrue(String arguments, String decision) {
    BoundPolicy policy =
        of(
            "p",
            "approval: {unless: [{path: args.a, op: eq, value: 1, optional: true},"
                + " {path: args.b, op: eq, value: 1}]}");
    assertEquals(decision, decide(List.of(policy), arguments, 0).getClass().getSimpleName());
  }

  @Test
  void anExhaustedLimitDeniesBeforeAPersonIsAsked() {
    BoundPolicy policy =
        of("p", "approval: {}, limits: [{counter: c, window: minute, max: 1, scope: grant}]");
    assertInstanceOf(Decision.RateLimited.class, decide(List.of(policy), "{}", 1));
    assertInstanceOf(Decision.NeedsApproval.class, decide(List.of(policy), "{}", 0));
  }

  @Test
  void aConditionDeniesBeforeAPersonIsAsked() {
    BoundPolicy policy = of("p", "approval: {}, deny_if: [{path: args.a, op: exists}]");
    assertInstanceOf(Decision.Deny.class, decide(List.of(policy), "{\"a\":1}", 0));
  }

  @Test
  void theApprovalsOfAllPoliciesAreNeeded() {
    BoundPolicy first = of("a", "approval: {approvers: {groups: [sre]}}");
    BoundPolicy second = of("b", "approval: {approvers: {groups: [security]}}");
    BoundPolicy third = of("c", "approval: {unless: [{path: args.a, op: eq, value: 1}]}");
    var needs =
        assertInstanceOf(
            Decision.NeedsApproval.class, decide(List.of(third, second, first), "{\"a\":1}", 0));
    assertEquals(
        List.of(first.id(), second.id()),
        needs.approvals().stream().map(ApprovalNeed::policy).toList());
    assertTrue(needs.reason().text().contains("and by 1 more that must agree"));
  }
}
