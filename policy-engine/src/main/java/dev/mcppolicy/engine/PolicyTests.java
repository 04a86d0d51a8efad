// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.PolicyDocument;
import dev.mcppolicy.engine.document.PolicyTest;
import dev.mcppolicy.engine.document.PolicyTest.Expectation;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs the tests of a document, each on its own: the document alone decides, for a grant that it
 * applies to, with counters that hold what the test says.
 */
public final class PolicyTests {
  private PolicyTests() {}

  /**
   * @param known the tools that are known; any other tool is taken as one without a schema
   * @return one result per test, in the order of the document
   */
  public static List<TestResult> run(PolicyDocument document, PolicyId id, ToolCatalogue known) {
    PolicySet policies =
        PolicySet.compile(List.of(new BoundPolicy(id, Optional.empty(), document)));
    ToolCatalogue tools = anyTool(known);
    var results = new ArrayList<TestResult>();
    for (int i = 0; i < document.tests().size(); i++) {
      PolicyTest test = document.tests().get(i);
      Decision decision = policies.decide(call(test), tools, test.at(), usage(test));
      results.add(
          new TestResult(
              "tests[" + i + "]",
              test.name(),
              isAsExpected(test.expect(), decision),
              expected(test.expect()),
              actual(decision)));
    }
    return List.copyOf(results);
  }

  private static ToolCatalogue anyTool(ToolCatalogue known) {
    return name ->
        switch (known.find(name)) {
          case ToolLookup.Known tool -> tool;
          case ToolLookup.Unknown _, ToolLookup.NotLoaded _ ->
              new ToolLookup.Known(
                  new ToolDefinition(name, JsonObject.builder().put("name", name).build()));
        };
  }

  private static Call call(PolicyTest test) {
    return new Call(
        test.subject(),
        test.arguments(),
        new Caller(new Grant(test.grantName(), test.grantLabels()), ""),
        test.workload().map(workload -> new CalledWorkload(workload.name(), workload.replicas())));
  }

  /** In the window of the call; of a sliding one, in its last piece, so that it counts once. */
  private static CounterUsage usage(PolicyTest test) {
    return (counter, window) ->
        window.contains(test.at()) ? test.state().getOrDefault(counter.counter(), 0L) : 0;
  }

  private static boolean isAsExpected(Expectation expected, Decision decision) {
    DecisionReason reason = decision.reason();
    return expected.decision().equals(DecisionJson.outcome(decision))
        && expected.reason().map(reason.code().name()::equals).orElse(true)
        && expected.rule().map(reason.rule()::equals).orElse(true);
  }

  private static String expected(Expectation expected) {
    return expected.decision()
        + expected.reason().map(reason -> " " + reason).orElse("")
        + expected.rule().map(rule -> " by " + rule).orElse("");
  }

  private static String actual(Decision decision) {
    DecisionReason reason = decision.reason();
    String wouldBe =
        decision instanceof Decision.Allow allow
            ? allow.wouldBe().map(other -> "; without audit mode " + actual(other)).orElse("")
            : "";
    return DecisionJson.outcome(decision)
        + " "
        + reason.code().name()
        + (reason.rule().isEmpty() ? "" : " by " + reason.rule())
        + ": "
        + reason.text()
        + wouldBe;
  }
}
