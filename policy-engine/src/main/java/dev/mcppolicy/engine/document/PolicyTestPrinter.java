// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.engine.document.PolicyTest.Expectation;
import dev.mcppolicy.engine.document.PolicyTest.TestWorkload;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.List;

/** Writes the tests of a document in their canonical form. */
final class PolicyTestPrinter {
  private PolicyTestPrinter() {}

  static JsonArray print(List<PolicyTest> tests) {
    return new JsonArray(tests.stream().<JsonValue>map(PolicyTestPrinter::test).toList());
  }

  private static JsonObject test(PolicyTest test) {
    var object = JsonObject.builder();
    test.name().ifPresent(name -> object.put("name", name));
    object.put("call", call(test));
    if (!test.grantLabels().isEmpty()) {
      var labels = JsonObject.builder();
      test.grantLabels().forEach(labels::put);
      object.put(
          "grant",
          JsonObject.builder().put("name", test.grantName()).put("labels", labels.build()).build());
    } else if (!test.grantName().equals(PolicyTest.DEFAULT_GRANT)) {
      object.put("grant", test.grantName());
    }
    if (!test.at().equals(PolicyTest.DEFAULT_AT)) {
      object.put("at", test.at().toString());
    }
    if (!test.state().isEmpty()) {
      var state = JsonObject.builder();
      test.state().forEach(state::put);
      object.put("state", state.build());
    }
    test.workload().ifPresent(workload -> object.put("workload", workload(workload)));
    return object.put("expect", expectation(test.expect())).build();
  }

  private static JsonObject call(PolicyTest test) {
    String key =
        switch (test.subject().kind()) {
          case TOOL -> "name";
          case RESOURCE -> "resource";
          case PROMPT -> "prompt";
        };
    var call = JsonObject.builder().put(key, test.subject().name());
    if (!test.arguments().members().isEmpty()) {
      call.put("arguments", test.arguments());
    }
    return call.build();
  }

  private static JsonObject workload(TestWorkload workload) {
    var object = JsonObject.builder().put("name", workload.name());
    workload.replicas().ifPresent(replicas -> object.put("replicas", replicas));
    return object.build();
  }

  private static JsonValue expectation(Expectation expect) {
    if (expect.reason().isEmpty() && expect.rule().isEmpty()) {
      return JsonValue.of(expect.decision());
    }
    var object = JsonObject.builder().put("decision", expect.decision());
    expect.reason().ifPresent(reason -> object.put("reason", reason));
    expect.rule().ifPresent(rule -> object.put("rule", rule));
    return object.build();
  }
}
