// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import static dev.mcppolicy.engine.Fixtures.CATALOGUE;
import static dev.mcppolicy.engine.Fixtures.NOW;
import static dev.mcppolicy.engine.Fixtures.call;
import static dev.mcppolicy.engine.Fixtures.object;
import static dev.mcppolicy.engine.Fixtures.set;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class DecisionJsonTest {
  private static void assertJson(String document, String json) {
    Decision decision = set(document).decide(call("t"), CATALOGUE, NOW, (_, _) -> 1);
    assertEquals(object(json), DecisionJson.of(decision));
  }

  @Test
  void writesAnAllowedCall() {
    assertJson(
        "{version: '1', default: allow}",
        """
        {"outcome":"allow","reason":"Allowed","text":"`t` is allowed (policy inference/p).",
         "policy":"inference/p","generation":7,"rule":"/default"}
        """);
  }

  @Test
  void writesADenial() {
    assertJson(
        "{version: '1', default: allow, hide: [t]}",
        """
        {"outcome":"deny","reason":"UnknownTool","text":"Unknown tool: t"}
        """);
  }

  @Test
  void writesAnExhaustedLimitInAuditMode() {
    assertJson(
        """
        {version: "1", mode: audit, default: deny, tools: {t: {rate_limit: "1/minute"}}}
        """,
        """
        {"outcome":"allow","reason":"Allowed","text":"`t` is allowed (policy inference/p).",
         "policy":"inference/p","generation":7,"rule":"/tools/t",
         "wouldBe":{"outcome":"rate_limited","reason":"LimitExhausted",
           "text":"Denied by policy: `t` is limited to 1 call a minute for this grant (policy inference/p). Next call possible in 41 s.",
           "policy":"inference/p","generation":7,"rule":"/tools/t/rate_limit",
           "counter":"rate_limit/t","window":"minute","used":1,"max":1,
           "resetsAt":"2026-11-18T10:31:00Z"}}
        """);
  }

  @Test
  void writesTheApprovalsThatAreNeeded() {
    assertJson(
        """
        {version: "1", default: deny, tools: {t: {approval: {approvers: {groups: [z, a]}, reason: why}}}}
        """,
        """
        {"outcome":"needs_approval","reason":"ApprovalNeeded",
         "text":"Denied by policy: `t` needs the approval of a person, such as a member of `a` or a member of `z` (policy inference/p). Nothing was done.",
         "policy":"inference/p","generation":7,"rule":"/tools/t/approval",
         "approvals":[{"policy":"inference/p","generation":7,"rule":"/tools/t/approval",
           "groups":["a","z"],"users":[],"ttl":"PT10M","reason":"why"}]}
        """);
  }
}
