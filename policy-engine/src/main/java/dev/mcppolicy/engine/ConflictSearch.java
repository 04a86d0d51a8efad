// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.Subject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Finds policies that say opposite things to the same grant, of what they enforce. */
final class ConflictSearch {
  static final int CONFLICTS_MAX = 100;

  private static final Comparator<Subject> ORDER =
      Comparator.comparing(Subject::kind).thenComparing(Subject::name);

  private ConflictSearch() {}

  /**
   * @param policies in the order of their ids
   */
  static List<Conflict> search(List<CompiledPolicy> policies) {
    var conflicts = new ArrayList<Conflict>();
    var subjects = new TreeSet<Subject>(ORDER);
    for (CompiledPolicy policy : policies) {
      policy
          .rules()
          .forEach(
              (subject, rule) -> {
                if (!rule.isAudited()) {
                  subjects.add(subject);
                }
              });
    }
    List<CompiledPolicy> enforced =
        policies.stream().filter(policy -> !policy.isAudited()).toList();
    for (Subject.Kind kind : Subject.Kind.values()) {
      pairs(
          enforced,
          policy -> !policy.deniesUnnamed(kind),
          policy -> policy.deniesUnnamed(kind),
          "",
          kind.key() + " that no rule names are",
          conflicts);
      for (Subject subject : subjects) {
        if (subject.kind() == kind) {
          pairs(
              policies,
              policy -> says(policy, subject, true),
              policy -> says(policy, subject, false),
              subject.name(),
              DecisionText.subject(subject) + " is",
              conflicts);
        }
      }
    }
    return List.copyOf(conflicts);
  }

  /** Whether the policy has an enforced rule for the subject, and it can let calls pass or not. */
  private static boolean says(CompiledPolicy policy, Subject subject, boolean allows) {
    return policy
        .rule(subject)
        .filter(rule -> !rule.isAudited())
        .map(rule -> rule.never().isEmpty() == allows)
        .orElse(false);
  }

  private static void pairs(
      List<CompiledPolicy> policies,
      Predicate<CompiledPolicy> allows,
      Predicate<CompiledPolicy> denies,
      String name,
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
                  name,
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

  /** A policy without a list of grants shares them with every policy that is for any. */
  private static boolean shareGrants(CompiledPolicy a, CompiledPolicy b) {
    Optional<Set<String>> ofA = a.bound().grants();
    Optional<Set<String>> ofB = b.bound().grants();
    if (ofA.isPresent() && ofB.isPresent()) {
      return !Collections.disjoint(ofA.get(), ofB.get());
    }
    return ofA.or(() -> ofB).map(grants -> !grants.isEmpty()).orElse(true);
  }
}
