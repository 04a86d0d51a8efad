// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.check;

import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.engine.PolicyTests;
import dev.mcppolicy.engine.TestResult;
import dev.mcppolicy.engine.catalogue.RiskCatalogue;
import dev.mcppolicy.engine.document.PolicyDocument;
import java.util.List;
import java.util.Optional;

/** Runs the tests of a policy. */
@FunctionalInterface
public interface TestRun {
  /** As {@code mcp-policy test} does, so that a test passes here when it passes there. */
  TestRun LIKE_THE_COMMAND =
      (document, id) ->
          PolicyTests.run(document, id, RiskCatalogue.vllm().asToolCatalogue()).stream()
              .filter(result -> !result.passed())
              .map(TestRun::line)
              .toList();

  /**
   * @return one line for each test that fails, which begins with its place
   */
  List<String> failures(PolicyDocument document, PolicyId id);

  private static String line(TestResult result) {
    Optional<String> name = result.name();
    return PolicyCheck.place(result.place())
        + name.map(n -> "`" + n + "`: ").orElse("")
        + "expected "
        + result.expected()
        + ", but it is "
        + result.actual();
  }
}
