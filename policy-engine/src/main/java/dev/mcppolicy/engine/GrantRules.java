// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.Subject;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The policies of a grant, united: their rules together, every condition and limit of each, and a
 * tool is allowed when some policy names it, or all default to allow, and none denies it. For any
 * thread.
 */
final class GrantRules {
  /** Rules kept of tools, resources and prompts that no policy names: callers choose the names. */
  private static final int UNNAMED_KEPT_MAX = 256;

  /** Longer names are no policy's, and keeping them would keep as much as callers care to send. */
  private static final int NAME_CHARS_KEPT_MAX = 2_048;

  /**
   * What holds, and what would hold if nothing were in audit mode.
   *
   * @param everything the very same as {@code enforced} when nothing is
   */
  record Views(UnitedRule enforced, UnitedRule everything) {
    @SuppressWarnings("ReferenceEquality") // one object stands for both
    boolean differ() {
      return enforced != everything;
    }
  }

  private final List<CompiledPolicy> policies;

  /** As many as documents name. */
  private final ConcurrentMap<Subject, Views> named = new ConcurrentHashMap<>();

  private final ConcurrentMap<Subject, Views> unnamed = new ConcurrentHashMap<>();

  /**
   * @param policies those that apply, in the order of their ids
   */
  GrantRules(List<CompiledPolicy> policies) {
    this.policies = List.copyOf(policies);
  }

  Views of(Subject subject, Grant grant) {
    Views kept = named.get(subject);
    if (kept == null) {
      kept = unnamed.get(subject);
    }
    if (kept != null) {
      return kept;
    }
    Views made = unite(subject, grant);
    if (policies.stream().anyMatch(policy -> policy.rules().containsKey(subject))) {
      named.put(subject, made);
    } else if (!policies.isEmpty() // without a policy the reason names the grant
        && subject.name().length() <= NAME_CHARS_KEPT_MAX) {
      if (unnamed.size() >= UNNAMED_KEPT_MAX) {
        unnamed.clear();
      }
      unnamed.put(subject, made);
    }
    return made;
  }

  /** Whether any of a kind may be used, by its name or by default. */
  boolean listsAny(Subject.Kind kind, Grant grant) {
    boolean byDefault =
        !policies.isEmpty()
            && policies.stream()
                .allMatch(policy -> policy.isAudited() || !policy.deniesUnnamed(kind));
    return byDefault
        || policies.stream()
            .flatMap(policy -> policy.rules().keySet().stream())
            .filter(subject -> subject.kind() == kind)
            .map(subject -> of(subject, grant).enforced())
            .anyMatch(rule -> !rule.isHidden() && rule.never().isEmpty());
  }

  private Views unite(Subject subject, Grant grant) {
    UnitedRule enforced =
        UnitedRule.unite(subject, Contribution.ofEnforced(subject, policies), grant);
    boolean isAudited =
        policies.stream()
            .anyMatch(
                policy ->
                    policy.isAudited()
                        || policy.rule(subject).map(CompiledRule::isAudited).orElse(false));
    return new Views(
        enforced,
        isAudited
            ? UnitedRule.unite(subject, Contribution.ofEverything(subject, policies), grant)
            : enforced);
  }
}
