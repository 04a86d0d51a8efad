// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.engine.PolicyTests;
import dev.mcppolicy.engine.TestResult;
import dev.mcppolicy.engine.document.Action;
import dev.mcppolicy.engine.document.LimitDeclaration;
import dev.mcppolicy.engine.document.PolicyDocument;
import dev.mcppolicy.engine.document.PolicyReader;
import dev.mcppolicy.engine.document.PolicyReading;
import dev.mcppolicy.engine.document.PolicyTest;
import dev.mcppolicy.engine.document.Rule;
import dev.mcppolicy.engine.document.Subject;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What templates claim, by the catalogue; {@code TemplatesIT} holds them against the server. */
final class PolicyTemplateTest {
  private static final List<String> INTERRUPTING =
      List.of("stop_vllm", "start_vllm", "restart_vllm");

  private static PolicyDocument document(PolicyTemplate template) {
    return assertInstanceOf(
            PolicyReading.Valid.class,
            PolicyReader.read(template.text()),
            () -> PolicyReader.read(template.text()).toString())
        .document();
  }

  @ParameterizedTest
  @EnumSource
  void isFoundByItsName(PolicyTemplate template) {
    assertEquals(Optional.of(template), PolicyTemplate.named(template.word()));
    assertEquals(Optional.empty(), PolicyTemplate.named(template.word() + "s"));
  }

  @ParameterizedTest
  @EnumSource
  void namesEveryToolOfTheCatalogueAndNoOther(PolicyTemplate template) {
    assertEquals(
        new TreeSet<>(RiskCatalogue.vllm().byName().keySet()),
        new TreeSet<>(document(template).tools().keySet()));
    assertEquals(Action.DENY, document(template).defaultAction());
  }

  @ParameterizedTest
  @EnumSource
  void passesItsOwnTests(PolicyTemplate template) {
    List<TestResult> results =
        PolicyTests.run(
            document(template),
            new PolicyId("", template.word(), 1),
            RiskCatalogue.vllm().asToolCatalogue());
    assertTrue(results.size() >= 10);
    assertEquals(List.of(), results.stream().filter(result -> !result.passed()).toList());
  }

  @ParameterizedTest
  @EnumSource
  void testsEveryDangerousTool(PolicyTemplate template) {
    Set<String> tested =
        document(template).tests().stream()
            .map(PolicyTest::subject)
            .filter(subject -> subject.kind() == Subject.Kind.TOOL)
            .map(Subject::name)
            .collect(Collectors.toSet());
    var untested = new HashSet<String>();
    for (CatalogueTool tool : RiskCatalogue.vllm().tools()) {
      if (tool.level() == RiskLevel.HIGH && !tested.contains(tool.name())) {
        untested.add(tool.name());
      }
    }
    assertEquals(Set.of(), untested);
  }

  @ParameterizedTest
  @EnumSource
  void allowsNothingDangerousWithoutALimitAndConditions(PolicyTemplate template) {
    document(template)
        .tools()
        .forEach(
            (name, rule) -> {
              CatalogueTool tool = RiskCatalogue.vllm().tool(name).orElseThrow();
              if (rule.action() == Action.ALLOW && tool.riskClass().isDangerous()) {
                assertFalse(rule.limits().isEmpty(), name);
                assertFalse(rule.require().isEmpty(), name);
              }
            });
  }

  @ParameterizedTest
  @EnumSource
  void explainsItselfInPlainWords(PolicyTemplate template) {
    assertTrue(template.text().startsWith("# "));
    assertTrue(template.text().endsWith("\n"));
    assertTrue(template.text().lines().allMatch(line -> line.length() <= 160));
  }

  @Test
  void operationsCountsStopStartAndRestartTogether() {
    PolicyDocument operations = document(PolicyTemplate.OPERATIONS);
    Set<LimitDeclaration> limits = new HashSet<>();
    for (String name : INTERRUPTING) {
      limits.addAll(operations.rule(Subject.tool(name)).orElseThrow().limits());
    }
    assertEquals(1, limits.size(), limits::toString);
  }

  @Test
  void approvalRequiredAsksAPersonForWhateverIsOfHighRisk() {
    PolicyDocument approval = document(PolicyTemplate.APPROVAL_REQUIRED);
    for (CatalogueTool tool : RiskCatalogue.vllm().tools()) {
      Rule rule = approval.rule(Subject.tool(tool.name())).orElseThrow();
      assertEquals(tool.level() == RiskLevel.HIGH, rule.approval().isPresent(), tool.name());
    }
  }

  @Test
  void readOnlyAllowsNothingButReadingAndLockedNothing() {
    document(PolicyTemplate.READ_ONLY)
        .tools()
        .forEach(
            (name, rule) ->
                assertTrue(
                    rule.action() == Action.DENY
                        || RiskCatalogue.vllm().tool(name).orElseThrow().riskClass()
                            == RiskClass.READ,
                    name));
    document(PolicyTemplate.LOCKED)
        .tools()
        .forEach((name, rule) -> assertEquals(Action.DENY, rule.action(), name));
  }
}
