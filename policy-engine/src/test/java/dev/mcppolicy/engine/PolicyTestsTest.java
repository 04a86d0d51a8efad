// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import static dev.mcppolicy.engine.Fixtures.CATALOGUE;
import static dev.mcppolicy.engine.Fixtures.document;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PolicyTestsTest {
  private static final PolicyId FILE = new PolicyId("", "policy.yaml", 0);

  private static List<TestResult> run(String tests) {
    return PolicyTests.run(
        document(
            """
            version: "1"
            default: deny
            tools:
              start_vllm:
                deny_if: [{path: args.port, op: lt, value: 1024, optional: true}]
                schedule: {allow: [{from: "09:00", to: "17:00"}]}
              vllm_chat: {rate_limit: 3/minute}
              stop_vllm:
                limits:
                  - {counter: slide, window: 50s, max: 3, scope: session, algorithm: sliding}
                require: [{path: grant.labels.team, op: eq, value: sre}]
              restart:
                approval: {unless: [{path: workload.replicas, op: eq, value: 0}]}
            resources: {"file:///a": {}}
            prompts: {greet: {require: [{path: args.lang, op: eq, value: de}]}}
            tests:
            """
                + tests.indent(2)),
        FILE,
        CATALOGUE);
  }

  private static void assertPasses(String test) {
    TestResult result = run(test).getFirst();
    assertTrue(result.passed(), result::actual);
  }

  @Test
  void runsATestWithItsCallTimeGrantAndState() {
    assertPasses(
        """
        - {call: {name: start_vllm, arguments: {model: m, port: 8000}}, at: "2026-11-18T10:00:00Z", expect: allow}
        """);
    assertPasses(
        """
        - call: {name: start_vllm, arguments: {model: m}}
          at: "2026-11-18T17:00:00Z"
          expect: {decision: deny, reason: OutsideSchedule, rule: /tools/start_vllm/schedule}
        """);
    assertPasses(
        """
        - {call: {name: stop_vllm}, grant: {name: a, labels: {team: sre}}, expect: allow}
        """);
    assertPasses("- {call: {name: stop_vllm}, grant: a, expect: deny}");
    assertPasses("- {call: {name: restart}, workload: {name: w, replicas: 0}, expect: allow}");
    assertPasses(
        "- {call: {name: restart}, workload: {name: w, replicas: 2}, expect: needs_approval}");
    assertPasses("- {call: {resource: 'file:///a'}, expect: allow}");
    assertPasses("- {call: {prompt: greet, arguments: {lang: de}}, expect: allow}");
    assertPasses("- {call: {prompt: greet, arguments: {lang: fr}}, expect: deny}");
  }

  @Test
  void theStateIsThatOfTheWindowAndScopeOfTheCall() {
    assertPasses("- {call: {name: vllm_chat}, state: {rate_limit/vllm_chat: 2}, expect: allow}");
    assertPasses(
        "- {call: {name: vllm_chat}, state: {rate_limit/vllm_chat: 3}, expect: rate_limited}");
    String sliding =
        "- {call: {name: stop_vllm}, grant: {name: a, labels: {team: sre}}, state: {slide: %d},"
            + " expect: %s}";
    assertPasses(sliding.formatted(2, "allow"));
    assertPasses(sliding.formatted(3, "rate_limited"));
  }

  @Test
  void eachTestBeginsAnew() {
    List<TestResult> results =
        run(
            """
            - {call: {name: vllm_chat}, state: {rate_limit/vllm_chat: 2}, expect: allow}
            - {call: {name: vllm_chat}, state: {rate_limit/vllm_chat: 2}, expect: allow}
            """);
    assertTrue(results.stream().allMatch(TestResult::passed));
  }

  @Test
  void saysWhatWasExpectedAndWhatCameInstead() {
    TestResult result =
        run("""
                - {call: {name: vllm_chat}, expect: allow}
                - name: low ports
                  call: {name: start_vllm, arguments: {model: m, port: 22}}
                  expect: {decision: allow, reason: Allowed, rule: /tools/start_vllm}
                """)
            .get(1);
    assertEquals(
        new TestResult(
            "tests[1]",
            Optional.of("low ports"),
            false,
            "allow Allowed by /tools/start_vllm",
            "deny DeniedByCondition by /tools/start_vllm/deny_if/0: Denied by policy: `start_vllm`"
                + " may not be called when `args.port` is less than 1024 (policy policy.yaml)."),
        result);
  }

  @Test
  void aWrongReasonOrRuleFailsToo() {
    assertFalse(
        run("- {call: {name: other}, expect: {decision: deny, reason: DeniedByRule}}")
            .getFirst()
            .passed());
    assertFalse(
        run("- {call: {name: other}, expect: {decision: deny, rule: /tools/other}}")
            .getFirst()
            .passed());
    assertPasses(
        "- {call: {name: other}, expect: {decision: deny, reason: NotAllowed, rule: /default}}");
  }

  @Test
  void aToolThatIsNotKnownIsOneWithoutASchema() {
    assertPasses("- {call: {name: no_such_tool}, expect: {decision: deny, reason: NotAllowed}}");
  }
}
