// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * What all policies of a grant say together: their rules are united, every limit of each holds, and
 * a tool is allowed when some policy names it, or all default to allow, and none denies it.
 */
final class GrantRules {
  private final List<CompiledPolicy> policies;

  /**
   * Rules of tools that some policy names, made when first asked for: as many as documents name.
   */
  private final ConcurrentMap<String, CompiledRule> byTool = new ConcurrentHashMap<>();

  /**
   * @param policies those that apply, in the order of their ids
   */
  GrantRules(List<CompiledPolicy> policies) {
    this.policies = List.copyOf(policies);
  }

  CompiledRule rule(String tool, Grant grant) {
    CompiledRule made = byTool.get(tool);
    if (made != null) {
      return made;
    }
    Optional<CompiledRule> named =
        policies.stream()
            .flatMap(policy -> Optional.ofNullable(policy.rules().get(tool)).stream())
            .reduce(CompiledRule::and);
    named.ifPresent(rule -> byTool.put(tool, rule));
    return named.orElseGet(() -> unnamed(tool, grant));
  }

  private CompiledRule unnamed(String tool, Grant grant) {
    if (policies.isEmpty()) {
      DecisionReason none = DecisionText.noPolicy(grant);
      return new CompiledRule(Optional.of(none), none, List.of());
    }
    List<PolicyId> denying =
        policies.stream().filter(CompiledPolicy::deniesUnnamed).map(CompiledPolicy::id).toList();
    return new CompiledRule(
        denying.isEmpty() ? Optional.empty() : Optional.of(DecisionText.notAllowed(tool, denying)),
        DecisionText.allowed(tool, policies.getFirst().id(), "/default"),
        List.of());
  }
}
