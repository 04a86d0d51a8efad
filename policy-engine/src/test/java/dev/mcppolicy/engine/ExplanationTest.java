// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import static dev.mcppolicy.engine.Fixtures.CATALOGUE;
import static dev.mcppolicy.engine.Fixtures.NOW;
import static dev.mcppolicy.engine.Fixtures.call;
import static dev.mcppolicy.engine.Fixtures.policy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ExplanationTest {
  private static final PolicySet SET =
      PolicySet.compile(
          List.of(
              policy(
                  "p",
                  """
                  version: "1"
                  default: deny
                  tools:
                    t:
                      strict_arguments: false
                      deny_if: [{path: args.port, op: gt, value: 9000}]
                      require: [{path: args.model, op: in, value: [a, b], optional: true}]
                      schedule: {time_zone: Europe/Berlin, allow: [{from: "09:00", to: "17:00"}]}
                      limits: [{counter: c, window: minute, max: 3, scope: grant}]
                      approval: {unless: [{path: args.port, op: lt, value: 100}]}
                  """)));

  private static Explanation explain(String arguments, long used) {
    Call call = call("t", arguments);
    Explanation explanation = SET.explain(call, CATALOGUE, NOW, (_, _) -> used);
    assertEquals(SET.decide(call, CATALOGUE, NOW, (_, _) -> used), explanation.decision());
    return explanation;
  }

  @Test
  void takesEveryStepOfAnAllowedCallInOrder() {
    Explanation explanation = explain("{\"port\":80}", 2);
    assertEquals(
        List.of(
            "tool",
            "policy",
            "action",
            "arguments",
            "deny_if",
            "require",
            "schedule",
            "limits",
            "approval",
            "allow"),
        explanation.steps().stream().map(ExplainedStep::step).toList());
    assertEquals(
        List.of("allow"),
        explanation.steps().stream()
            .filter(ExplainedStep::decided)
            .map(ExplainedStep::step)
            .toList());
  }

  @Test
  void stopsAtTheStepThatDecides() {
    ExplainedStep last = explain("{\"port\":\"80\"}", 0).steps().getLast();
    assertEquals(
        new ExplainedStep(
            "deny_if",
            true,
            List.of(
                "inference/p/tools/t/deny_if/0: `args.port` is greater than 9000: undetermined"
                    + " (`args.port` is of type string)")),
        last);
  }

  private static List<String> details(Explanation explanation, String step) {
    return explanation.steps().stream()
        .filter(one -> one.step().equals(step))
        .findFirst()
        .orElseThrow()
        .details();
  }

  @Test
  void saysWhatEachStepSaw() {
    Explanation explanation = explain("{\"port\":8000}", 2);
    assertEquals(
        List.of("inference/p/tools/t/deny_if/0: `args.port` is greater than 9000: false"),
        details(explanation, "deny_if"));
    assertEquals(
        List.of("inference/p/tools/t/require/0: `args.model` is one of `a`, `b`: true"),
        details(explanation, "require"));
    assertEquals(
        List.of(
            "inference/p/tools/t/schedule: open at Wed 2026-11-18 11:30:19 +01:00 [Europe/Berlin]"),
        details(explanation, "schedule"));
    assertEquals(
        List.of(
            "inference/p/tools/t/limits/0: counter `c` (`grant=agent`): used 2 of 3, this call costs"
                + " 1, window until 2026-11-18T10:31:00Z"),
        details(explanation, "limits"));
    assertEquals(
        List.of(
            "inference/p/tools/t/approval: needed",
            "inference/p/tools/t/approval/unless/0: `args.port` is less than 100: false"),
        details(explanation, "approval"));
  }

  @Test
  void saysWhenALimitHasRoomAgain() {
    String line = details(explain("{\"port\":80}", 3), "limits").getFirst();
    assertTrue(line.endsWith("room again at 2026-11-18T10:31:00Z"), line);
  }

  @Test
  void tellsWhatWouldHoldWithoutAuditMode() {
    PolicySet set =
        PolicySet.compile(
            List.of(
                policy(
                    "p",
                    """
                    version: "1"
                    mode: audit
                    default: deny
                    tools:
                      t: {deny_if: [{path: grant.name, op: eq, value: agent}]}
                    """)));
    Explanation explanation = set.explain(call("t"), CATALOGUE, NOW, (_, _) -> 0);
    assertEquals(set.decide(call("t"), CATALOGUE, NOW, (_, _) -> 0), explanation.decision());
    assertEquals(
        new ExplainedStep(
            "without audit mode: deny_if",
            true,
            List.of("inference/p/tools/t/deny_if/0: `grant.name` is `agent`: true")),
        explanation.steps().getLast());
  }

  @Test
  void explainsDenialsOfEveryStep() {
    for (String tool : List.of("no_such_tool", "not_loaded", "unnamed", "no_schema")) {
      Call call = call(tool, "{\"x\":1}");
      Explanation explanation = SET.explain(call, CATALOGUE, NOW, (_, _) -> 0);
      assertEquals(SET.decide(call, CATALOGUE, NOW, (_, _) -> 0), explanation.decision());
      assertTrue(explanation.steps().getLast().decided());
    }
  }

  @Test
  void explainsWithoutAnyPolicy() {
    Explanation explanation =
        PolicySet.compile(List.of()).explain(call("t"), CATALOGUE, NOW, (_, _) -> 0);
    assertEquals(
        new ExplainedStep("policy", true, List.of("no policy applies to this grant")),
        explanation.steps().getLast());
  }
}
