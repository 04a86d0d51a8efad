// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import static dev.mcppolicy.engine.Fixtures.CATALOGUE;
import static dev.mcppolicy.engine.Fixtures.NOW;
import static dev.mcppolicy.engine.Fixtures.call;
import static dev.mcppolicy.engine.Fixtures.policy;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the author of a rule wants an agent to be told. */
final class RuleReasonTest {
  private static Decision decide(String rule) {
    return PolicySet.compile(
            List.of(
                policy(
                    "p",
                    "{version: '1', default: deny, tools: {t: {reason: ask the on-call, "
                        + rule
                        + "}}}")))
        .decide(call("t"), CATALOGUE, NOW, (_, _) -> 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "action: deny",
        "deny_if: [{path: grant.name, op: exists}]",
        "require: [{path: grant.name, op: eq, value: other}]",
        "schedule: {deny: [{}]}",
        "limits: [{counter: c, window: minute, max: 1, scope: grant}]",
        "limits: [{counter: c, window: minute, max: 0, scope: grant}]",
        "limits: [{counter: c, window: minute, max: 1, scope: grant, cost: 2}]",
        "rate_limit: 1/minute",
        "approval: {}",
      })
  void isToldWhateverPartOfTheRuleDenies(String rule) {
    Decision decision = decide(rule);
    assertFalse(decision instanceof Decision.Allow);
    assertTrue(decision.reason().text().endsWith(" Reason: ask the on-call"), decision::toString);
  }
}
