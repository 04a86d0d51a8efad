// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.api.v1alpha1.McpPolicy;
import dev.mcppolicy.engine.document.PolicyReader;
import dev.mcppolicy.engine.document.PolicyReading;
import dev.mcppolicy.operator.Resources;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PolicyChecksTest {

  @Test
  void runsTheTestsOfAGenerationOnce() {
    List<Long> ran = new ArrayList<>();
    var checks =
        new PolicyChecks(
            (document, id) -> {
              ran.add(id.generation());
              return List.of();
            });
    for (long generation : List.of(1L, 1L, 2L, 2L, 1L)) {
      assertInstanceOf(PolicyCheck.Valid.class, checks.of(policy(generation, "allow")));
    }
    assertEquals(List.of(1L, 2L, 1L), ran);
  }

  @Test
  void runsNothingForAPolicyWithoutTests() {
    var checks =
        new PolicyChecks(
            (document, id) -> {
              throw new AssertionError("there is nothing to run");
            });
    assertInstanceOf(
        PolicyCheck.Valid.class,
        checks.of(
            Resources.policy("p", 1, "{servers: [{name: vllm}], version: \"1\", default: deny}")));
  }

  @Test
  void saysWhichTestFailsWithWhatWasExpectedAndWhatIs() {
    var failed =
        assertInstanceOf(
            PolicyCheck.TestsFailed.class,
            new PolicyChecks(TestRun.LIKE_THE_COMMAND).of(policy(1, "allow")));
    assertEquals(1, failed.failures().size());
    String line = failed.failures().getFirst();
    assertTrue(line.startsWith("spec.tests[0]: `night`: expected allow, but it is deny"), line);
  }

  @Test
  void takesThePublishedPolicyPastedIntoASpec() {
    String published =
        """
        "version": "1", "default": "deny",
         "tools": {"stop_vllm": {"limits": [{"counter": "stop_vllm_rate", "window": "minute", "max": 10, "scope": "grant"}]}}}
        """;
    var valid =
        assertInstanceOf(
            PolicyCheck.Valid.class,
            PolicyCheck.reading(
                Resources.policy("p", 1, "{\"servers\": [{\"name\": \"vllm\"}], " + published)));
    assertEquals(PolicyReader.read("{" + published), new PolicyReading.Valid(valid.read()));
  }

  @Test
  void takesBothSpellings() {
    for (String all : List.of("allTools", "all_tools")) {
      assertInstanceOf(
          PolicyCheck.Valid.class,
          PolicyCheck.reading(
              Resources.policy(
                  "p",
                  1,
                  "{servers: [{name: vllm}], version: \"1\", default: deny, %s: {limits: [{counter: c, window: minute, max: 9, scope: grant}]}}"
                      .formatted(all))),
          all);
    }
    PolicyCheck both =
        PolicyCheck.reading(
            Resources.policy(
                "p",
                1,
                "{servers: [{name: vllm}], version: \"1\", default: deny, allTools: {limits: []}, all_tools: {limits: []}}"));
    assertInstanceOf(PolicyCheck.Invalid.class, both, "never both at once in one place");
  }

  private static McpPolicy policy(long generation, String expected) {
    return Resources.policy(
        "p",
        generation,
        "{servers: [{name: vllm}], version: \"1\", default: deny, tests: [{name: night, call: {name: stop_vllm}, expect: %s}]}"
            .formatted(expected));
  }
}
