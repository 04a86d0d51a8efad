// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.analysis;

import static dev.mcppolicy.engine.analysis.Analysed.rule;
import static dev.mcppolicy.engine.analysis.Analysed.warnings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A rule that can never allow a call, as far as its conditions go. */
final class ContradictionWarningsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{require: [{path: args.a, op: eq, value: x}, {path: args.a, op: eq, value: w}]}",
        "{require: [{path: args.a, op: eq, value: 1}, {path: args.a, op: eq, value: '1'}]}",
        "{require: [{path: args.a, op: lt, value: 5}, {path: args.a, op: gt, value: 5}]}",
        "{require: [{path: args.a, op: lt, value: 5}, {path: args.a, op: gte, value: 5}]}",
        "{require: [{path: args.a, op: gt, value: 5}], deny_if: [{path: args.a, op: gt, value: 4}]}",
        "{require: [{path: args.a, op: gt, value: 5}], deny_if: [{path: args.a, op: gt, value: 5}]}",
        "{require: [{path: args.a, op: in, value: [x, w]}], deny_if: [{path: args.a, op: in, value: [w, x, z]}]}",
        "{require: [{path: args.a, op: eq, value: x}], deny_if: [{path: args.a, op: regex, value: x+}]}",
        "{require: [{path: args.a, op: exists}], deny_if: [{path: args.a, op: exists}]}",
        "{require: [{path: args.a, op: exists, value: false}, {path: args.a, op: neq, value: x}]}",
        "{require: [{path: args.a, op: lt, value: 5}, {path: args.a, op: neq, value: x}]}",
        "{deny_if: [{path: args.a, op: lte, value: 5}, {path: args.a, op: gt, value: 5}]}",
        "{require: [{all: [{path: args.a, op: gt, value: 5}, {path: args.a, op: lt, value: 5}]}]}",
        "{require: [{any: [{path: args.a, op: gt, value: 5}, {path: args.a, op: eq, value: 1}]}, {path: args.a, op: eq, value: 2}]}",
        "{require: [{not: {path: args.a, op: eq, value: x}}, {path: args.a, op: eq, value: x}]}",
        "{require: [{path: grant.name, op: eq, value: x}, {path: grant.name, op: eq, value: w}]}",
        "{require: [{path: grant.labels.team, op: eq, value: x}, {path: grant.labels.team, op: eq, value: w}]}",
        "{require: [{path: workload.name, op: eq, value: x}], deny_if: [{path: workload.name, op: in, value: [x]}]}",
        "{require: [{path: workload.replicas, op: gt, value: 2}, {path: workload.replicas, op: lt, value: 3}]}",
        "{require: [{path: workload.replicas, op: lt, value: 0}]}",
      })
  void warnsOfWhatNoCallCanMeet(String rule) {
    List<String> warnings = warnings(rule("t", rule));
    assertEquals(1, warnings.size(), warnings.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{require: [{path: args.a, op: lte, value: 5}, {path: args.a, op: gte, value: 5}]}",
        "{require: [{path: args.a, op: gt, value: 5}, {path: args.a, op: lt, value: 6}]}",
        "{require: [{path: args.a, op: gt, value: 5}], deny_if: [{path: args.a, op: gt, value: 6}]}",
        "{require: [{path: args.a, op: in, value: [x, w]}], deny_if: [{path: args.a, op: eq, value: x}]}",
        "{require: [{path: args.a, op: eq, value: x, optional: true}, {path: args.a, op: eq, value: w, optional: true}]}",
        "{require: [{path: args.a, op: neq, value: x}, {path: args.a, op: neq, value: w}]}",
        "{require: [{path: args.a, op: regex, value: x+}, {path: args.a, op: regex, value: w+}]}",
        "{require: [{path: args.a, op: contains, value: x}], deny_if: [{path: args.a, op: regex, value: w}]}",
        "{deny_if: [{path: args.a, op: exists}]}",
        "{deny_if: [{path: args.a, op: exists, value: false}]}",
        "{deny_if: [{path: args.a, op: lt, value: 5, optional: true}, {path: args.a, op: gte, value: 5, optional: true}]}",
        "{require: [{path: args.a, op: eq, value: 1}, {path: args.b, op: eq, value: 2}]}",
        "{require: [{path: args.a, op: not_in, value: [a, b]}], deny_if: [{path: args.a, op: eq, value: c}]}",
        "{require: [{path: workload.replicas, op: gte, value: 0}, {path: workload.replicas, op: lte, value: 1}]}",
        "{approval: {approvers: {groups: [a]}, unless: [{path: args.a, op: lt, value: 1}, {path: args.a, op: gt, value: 1}]}}",
      })
  void saysNothingOfWhatSomeCallMeets(String rule) {
    assertEquals(List.of(), warnings(rule("t", rule)));
  }

  @Test
  void namesThePlacesThatContradictEachOther() {
    assertEquals(
        List.of(
            "tools.t.require[0].all[1]: this rule can never allow a call, because no value of"
                + " `args.port` passes `require[0].all[1]`, `deny_if[0].any[0]` together"),
        warnings(
            rule(
                "t",
                "{require: [{all: [{path: args.x, op: eq, value: 1}, {path: /port, op: gt, value: 80}]}],"
                    + " deny_if: [{any: [{path: args.port, op: gte, value: 80}, {path: args.y, op: eq, value: 1, optional: true}]}]}")));
    assertEquals(
        List.of(
            "tools.t.require[0]: this rule can never allow a call, because no value of"
                + " `workload.replicas` passes this condition"),
        warnings(rule("t", "{require: [{path: workload.replicas, op: lt, value: 0}]}")));
  }

  @Test
  void warnsOfADenialThatRepeatsARequirement() {
    String either = "{all: [{path: args.a, op: eq, value: 1}, {path: args.b, op: eq, value: 1}]}";
    String condition = "{not: " + either + "}";
    assertEquals(
        List.of(
            "tools.t.deny_if[0]: this rule can never allow a call, because `require` has the same"
                + " condition"),
        warnings(rule("t", "{require: [" + condition + "], deny_if: [" + condition + "]}")));
  }

  @Test
  void looksAtRulesOfResourcesAndPromptsToo() {
    assertEquals(
        List.of(
            "resources[\"vllm://status\"].require[0]: this rule can never allow a call, because no"
                + " value of `grant.name` passes `require[0]`, `require[1]` together"),
        warnings(
            "{version: '1', default: deny, resources: {'vllm://status': {require: [{path: grant.name, op: eq,"
                + " value: a}, {path: grant.name, op: eq, value: b}]}}}"));
  }

  @Test
  void endsWithTheLargestRules() {
    var values = new StringBuilder("[");
    for (int i = 0; i < 256; i++) {
      values.append(i == 0 ? "" : ", ").append(i);
    }
    values.append("]");
    var rule = new StringBuilder("{require: [");
    for (int i = 0; i < 31; i++) {
      rule.append("{path: args.a, op: not_in, value: ").append(values).append("}, ");
    }
    rule.append("{path: args.a, op: lt, value: 5}]}");
    assertEquals(List.of(), warnings(rule("t", rule.toString())));
  }

  /** Long texts and dear patterns, all within a document: minutes, if each met each. */
  @Test
  void saysNothingOfWhatWouldTakeLongToFindOut() { // T73
    String texts =
        IntStream.range(0, 24)
            .mapToObj(i -> "'" + "a".repeat(8_000) + i + "'")
            .collect(Collectors.joining(", "));
    String patterns =
        IntStream.range(0, 10)
            .mapToObj(i -> "{path: args.a, op: regex, value: '(.*a){200}b" + i + "'}")
            .collect(Collectors.joining(", "));
    String document =
        rule(
            "t",
            "{require: [{path: args.a, op: in, value: ["
                + texts
                + "]}, {not: {path: args.a, op: regex, value: 'a.*'}}], deny_if: ["
                + patterns
                + "]}");
    assertEquals(
        List.of(), assertTimeoutPreemptively(Duration.ofSeconds(20), () -> warnings(document)));
  }
}
