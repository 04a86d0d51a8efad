// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import static dev.mcppolicy.engine.Fixtures.AGENT;
import static dev.mcppolicy.engine.Fixtures.CATALOGUE;
import static dev.mcppolicy.engine.Fixtures.NOW;
import static dev.mcppolicy.engine.Fixtures.call;
import static dev.mcppolicy.engine.Fixtures.policy;
import static dev.mcppolicy.engine.Fixtures.policyFor;
import static dev.mcppolicy.engine.Fixtures.set;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.engine.document.Subject;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HiddenToolTest {
  private static Decision decide(PolicySet set, String tool) {
    return set.decide(call(tool, "{\"undeclared\":1}"), CATALOGUE, NOW, (_, _) -> 0);
  }

  @Test
  void aHiddenToolIsAnsweredLikeOneThatTheServerDoesNotHave() { // T23
    PolicySet set =
        PolicySet.compile(
            List.of(
                policy(
                    "p",
                    "{version: '1', default: allow, hide: [stop_vllm], tools: {stop_vllm: {}}}")));
    Decision hidden = decide(set, "stop_vllm");
    assertEquals(
        decide(set, "no_such_tool").reason().text().replace("no_such_tool", "stop_vllm"),
        hidden.reason().text());
    assertEquals(ReasonCode.UnknownTool, hidden.reason().code());
    assertEquals("", hidden.reason().rule());
    assertTrue(hidden.reason().policy().isEmpty());
    assertTrue(set.hides("stop_vllm", AGENT));
    assertFalse(set.lists(Subject.tool("stop_vllm"), AGENT));
    assertFalse(set.hides("start_vllm", AGENT));
    assertTrue(set.lists(Subject.tool("start_vllm"), AGENT));
  }

  @Test
  void whileToolsAreNotKnownAHiddenOneIsAnsweredLikeAnyOther() {
    PolicySet set =
        PolicySet.compile(
            List.of(policy("p", "{version: '1', default: allow, hide: [not_loaded]}")));
    assertEquals(ReasonCode.CatalogueNotLoaded, decide(set, "not_loaded").reason().code());
  }

  @Test
  void aStarHidesEveryTool() {
    PolicySet set = set("{version: '1', default: allow, hide: ['*']}");
    assertEquals(ReasonCode.UnknownTool, decide(set, "stop_vllm").reason().code());
    assertTrue(set.hides("anything", AGENT));
  }

  @Test
  void oneOfSeveralPoliciesHidesForItsGrants() {
    PolicySet set =
        PolicySet.compile(
            List.of(
                policy("p", "{version: '1', default: deny, tools: {stop_vllm: {}}}"),
                policyFor("q", "{version: '1', default: deny, hide: [stop_vllm]}", "other")));
    assertTrue(set.hides("stop_vllm", new Grant("other")));
    assertFalse(set.hides("stop_vllm", AGENT));
    assertInstanceOf(
        Decision.Allow.class, set.decide(call("stop_vllm"), CATALOGUE, NOW, (_, _) -> 0));
  }

  @Test
  void looksAtReplicasOnlyWhereACallCanGetThatFar() {
    PolicySet set =
        PolicySet.compile(
            List.of(
                policy(
                    "p",
                    """
                    version: "1"
                    default: deny
                    tools:
                      a: {deny_if: [{any: [{path: workload.replicas, op: eq, value: 0}]}]}
                      b: {approval: {unless: [{path: workload.replicas, op: eq, value: 0}]}}
                      c: {require: [{path: workload.name, op: exists}]}
                    """)));
    assertTrue(set.looksAtReplicas(Subject.tool("a"), AGENT));
    assertTrue(set.looksAtReplicas(Subject.tool("b"), AGENT));
    assertFalse(set.looksAtReplicas(Subject.tool("c"), AGENT));
    assertFalse(set.looksAtReplicas(Subject.tool("unnamed"), AGENT));
  }
}
