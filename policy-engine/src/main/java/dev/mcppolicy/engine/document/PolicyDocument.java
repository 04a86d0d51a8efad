// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A policy document that was read and found right.
 *
 * @param version always {@code "1"}
 * @param defaultAction for tools that no rule names
 * @param mode of every rule that has none of its own, and of the default
 * @param allToolsLimits limits over every call of a tool
 * @param tools rules by exact tool name, in the order of the document
 */
public record PolicyDocument(
    String version,
    Action defaultAction,
    Mode mode,
    Recording recording,
    Hidden hidden,
    List<LimitDeclaration> allToolsLimits,
    Map<String, Rule> tools,
    RuleSet resources,
    RuleSet prompts,
    List<PolicyTest> tests) {
  public PolicyDocument {
    allToolsLimits = List.copyOf(allToolsLimits);
    tools = Collections.unmodifiableMap(new LinkedHashMap<>(tools));
    tests = List.copyOf(tests);
  }

  /** A document that says something of tools and of nothing else. */
  public static PolicyDocument ofTools(Action defaultAction, Map<String, Rule> tools) {
    return new PolicyDocument(
        "1",
        defaultAction,
        Mode.ENFORCE,
        Recording.BEST_EFFORT,
        Hidden.NOTHING,
        List.of(),
        tools,
        RuleSet.DENY_ALL,
        RuleSet.DENY_ALL,
        List.of());
  }

  /** The rules of one kind, and what holds for those that none names. */
  public RuleSet rules(Subject.Kind kind) {
    return switch (kind) {
      case TOOL -> new RuleSet(defaultAction, tools);
      case RESOURCE -> resources;
      case PROMPT -> prompts;
    };
  }

  /** The rule that names this subject. */
  public Optional<Rule> rule(Subject subject) {
    return Optional.ofNullable(rules(subject.kind()).rules().get(subject.name()));
  }
}
