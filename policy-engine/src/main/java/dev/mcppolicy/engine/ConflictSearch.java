// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Finds policies that say opposite things to the same grant. */
final class ConflictSearch {
  static final int CONFLICTS_MAX = 100;

  private ConflictSearch() {}

  /**
   * @param policies in the order of their ids
   */
  static List<Conflict> search(List<CompiledPolicy> policies) {
    var conflicts = new ArrayList<Conflict>();
    pairs(
        policies,
        policy -> !policy.deniesUnnamed(),
        CompiledPolicy::deniesUnnamed,
        "",
        "tools that no rule names are",
        conflicts);
    var tools = new TreeSet<String>();
    policies.forEach(policy -> tools.addAll(policy.rules().keySet()));
    for (String tool : tools) {
      List<CompiledPolicy> naming =
          policies.stream().filter(policy -> policy.rules().containsKey(tool)).toList();
      Predicate<CompiledPolicy> allows = policy -> isAllowed(policy, tool);
      pairs(naming, allows, allows.negate(), tool, "`" + tool + "` is", conflicts);
    }
    return List.copyOf(conflicts);
  }

  private static boolean isAllowed(CompiledPolicy policy, String tool) {
    CompiledRule rule = policy.rules().get(tool);
    return rule != null && rule.never().isEmpty();
  }

  private static void pairs(
      List<CompiledPolicy> policies,
      Predicate<CompiledPolicy> allows,
      Predicate<CompiledPolicy> denies,
      String tool,
      String subject,
      List<Conflict> conflicts) {
    for (CompiledPolicy allowing : policies) {
      for (CompiledPolicy denying : policies) {
        if (conflicts.size() == CONFLICTS_MAX) {
          return;
        }
        if (allows.test(allowing) && denies.test(denying) && shareGrants(allowing, denying)) {
          conflicts.add(
              new Conflict(
                  tool,
                  allowing.id(),
                  denying.id(),
                  subject
                      + " allowed by "
                      + allowing.id().display()
                      + " and denied by "
                      + denying.id().display()
                      + "; the denial holds for their common grants"));
        }
      }
    }
  }

  private static boolean shareGrants(CompiledPolicy a, CompiledPolicy b) {
    return a.bound()
        .grants()
        .flatMap(ofA -> b.bound().grants().map(ofB -> !Collections.disjoint(ofA, ofB)))
        .orElse(true);
  }
}
