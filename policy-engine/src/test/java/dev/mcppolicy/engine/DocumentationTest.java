// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.mcppolicy.engine.catalogue.RiskCatalogue;
import dev.mcppolicy.engine.document.PolicyDocument;
import dev.mcppolicy.engine.document.PolicyReader;
import dev.mcppolicy.engine.document.PolicyReading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Holds the policy reference to what the engine does. */
final class DocumentationTest {
  private static final Path REFERENCE = Path.of("..", "docs", "reference", "policy.md");
  private static final Pattern BLOCK =
      Pattern.compile("```(json|yaml|text)\n(.*?)```", Pattern.DOTALL);

  private static List<String> blocks(String... languages) throws IOException {
    var blocks = new ArrayList<String>();
    Matcher block = BLOCK.matcher(Files.readString(REFERENCE));
    while (block.find()) {
      if (List.of(languages).contains(block.group(1))) {
        blocks.add(block.group(2));
      }
    }
    return blocks;
  }

  @TestFactory
  List<DynamicTest> everyPolicyInTheReferenceDoesWhatItsTestsSay() throws IOException {
    List<String> policies = blocks("json", "yaml");
    assertTrue(policies.size() >= 30, "found only " + policies.size());
    return policies.stream()
        .map(text -> dynamicTest(title(text), () -> check(text, policies.getFirst())))
        .toList();
  }

  private static String title(String policy) {
    return policy.lines().skip(2).limit(3).map(String::strip).collect(Collectors.joining(" "));
  }

  private static void check(String text, String withoutTests) {
    PolicyReading reading = PolicyReader.read(text);
    PolicyDocument document =
        assertInstanceOf(PolicyReading.Valid.class, reading, reading::toString).document();
    List<TestResult> results =
        PolicyTests.run(
            document,
            new PolicyId("inference", "example", 1),
            RiskCatalogue.vllm().asToolCatalogue());
    assertTrue(text.equals(withoutTests) || !results.isEmpty(), "the example has no test");
    for (TestResult result : results) {
      assertTrue(result.passed(), result::toString);
    }
  }

  @Test
  void theFirstPolicyInTheReferenceIsThePublishedOne() throws IOException {
    assertEquals(
        Fixtures.document(Fixtures.PUBLISHED), Fixtures.document(blocks("json").getFirst()));
  }

  @Test
  void theReferenceShowsTheVeryTextsOfTheEngine() throws IOException {
    Decision limited =
        PolicySet.compile(List.of(Fixtures.policy("vllm-operations", Fixtures.PUBLISHED)))
            .decide(Fixtures.call("stop_vllm"), Fixtures.CATALOGUE, Fixtures.NOW, (_, _) -> 10);
    var wrong =
        assertInstanceOf(
            PolicyReading.Invalid.class,
            PolicyReader.read(Fixtures.PUBLISHED.replace("minute", "minuet")));
    assertEquals(
        List.of(limited.reason().text() + "\n", wrong.problems().getFirst().text() + "\n"),
        blocks("text"));
  }

  /** A promise about the document itself: the price of fixed windows is told, and the way out. */
  @Test
  void theReferenceSaysThatAFixedWindowMayPassTwiceItsMax() throws IOException {
    String reference = Files.readString(REFERENCE);
    assertTrue(reference.contains("up to twice `max`"));
    assertTrue(reference.contains("or let the window slide"));
  }

  @Test
  void everyReasonIsInTheReference() throws IOException {
    String reference = Files.readString(REFERENCE);
    for (ReasonCode code : ReasonCode.values()) {
      assertTrue(reference.contains("`" + code + "`"), code::toString);
    }
  }
}
