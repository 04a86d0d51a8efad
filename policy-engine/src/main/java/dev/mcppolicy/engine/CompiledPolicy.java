// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.Action;
import dev.mcppolicy.engine.document.LimitDeclaration;
import dev.mcppolicy.engine.document.PolicyDocument;
import dev.mcppolicy.engine.document.Rule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One policy with everything made that does not depend on a call.
 *
 * @param rules by tool name
 */
record CompiledPolicy(BoundPolicy bound, Map<String, CompiledRule> rules) {

  static CompiledPolicy of(BoundPolicy bound) {
    Set<String> shared = sharedCounters(bound.document());
    Map<String, CompiledRule> rules = new HashMap<>();
    bound
        .document()
        .tools()
        .forEach((tool, rule) -> rules.put(tool, rule(bound, tool, rule, shared)));
    return new CompiledPolicy(bound, Collections.unmodifiableMap(rules));
  }

  PolicyId id() {
    return bound.id();
  }

  boolean deniesUnnamed() {
    return bound.document().defaultAction() == Action.DENY;
  }

  private static CompiledRule rule(BoundPolicy policy, String tool, Rule rule, Set<String> shared) {
    String pointer = "/tools/" + tool;
    var limits = new ArrayList<CompiledLimit>();
    for (int i = 0; i < rule.limits().size(); i++) {
      LimitDeclaration declared = rule.limits().get(i);
      limits.add(
          new CompiledLimit(
              policy.id(),
              declared,
              pointer + "/limits/" + i,
              rule.reason(),
              shared.contains(declared.counter())));
    }
    rule.rateLimit()
        .ifPresent(
            declared ->
                limits.add(
                    new CompiledLimit(
                        policy.id(), declared, pointer + "/rate_limit", rule.reason(), false)));
    return new CompiledRule(
        never(policy.id(), tool, rule, limits),
        DecisionText.allowed(tool, policy.id(), pointer),
        limits);
  }

  /** Why a rule can never let a call pass: its action, or a limit of 0. */
  private static Optional<DecisionReason> never(
      PolicyId policy, String tool, Rule rule, List<CompiledLimit> limits) {
    if (rule.action() == Action.DENY) {
      return Optional.of(DecisionText.deniedByRule(tool, policy, "/tools/" + tool, rule.reason()));
    }
    return limits.stream()
        .filter(limit -> limit.max() == 0)
        .findFirst()
        .map(limit -> DecisionText.deniedByRule(tool, policy, limit.rule(), rule.reason()));
  }

  /** Counters that rules of several tools use. */
  private static Set<String> sharedCounters(PolicyDocument document) {
    Set<String> seen = new HashSet<>();
    Set<String> shared = new HashSet<>();
    for (Rule rule : document.tools().values()) {
      for (LimitDeclaration limit : rule.limits()) {
        if (!seen.add(limit.counter())) {
          shared.add(limit.counter());
        }
      }
    }
    return shared;
  }
}
