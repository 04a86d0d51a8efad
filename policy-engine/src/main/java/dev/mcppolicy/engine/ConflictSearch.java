// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.Subject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Finds policies that say opposite things to the same grant, of what they enforce. */
final class ConflictSearch {
  static final int CONFLICTS_MAX = 100;

  private static final Comparator<Subject> ORDER =
      Comparator.comparing(Subject::kind).thenComparing(Subject::name);

  private ConflictSearch() {}

  /** Those that may let calls of a subject pass, and those that let none. */
  private record Sides(List<CompiledPolicy> allowing, List<CompiledPolicy> denying) {
    Sides() {
      this(new ArrayList<>(), new ArrayList<>());
    }

    void add(CompiledPolicy policy, boolean allows) {
      (allows ? allowing : denying).add(policy);
    }
  }

  /**
   * @param policies in the order of their ids
   */
  static List<Conflict> search(List<CompiledPolicy> policies) {
    Map<Subject, Sides> named = named(policies);
    var conflicts = new ArrayList<Conflict>();
    for (Subject.Kind kind : Subject.Kind.values()) {
      pairs(unnamed(policies, kind), "", kind.key() + " that no rule names are", conflicts);
      named.forEach(
          (subject, sides) -> {
            if (subject.kind() == kind) {
              pairs(sides, subject.name(), DecisionText.subject(subject) + " is", conflicts);
            }
          });
    }
    return List.copyOf(conflicts);
  }

  /** By every subject that some policy has an enforced rule for. */
  private static Map<Subject, Sides> named(List<CompiledPolicy> policies) {
    var named = new TreeMap<Subject, Sides>(ORDER);
    for (CompiledPolicy policy : policies) {
      policy
          .rules()
          .forEach(
              (subject, rule) -> {
                if (!rule.isAudited()) {
                  named
                      .computeIfAbsent(subject, _ -> new Sides())
                      .add(policy, rule.never().isEmpty());
                }
              });
    }
    return named;
  }

  private static Sides unnamed(List<CompiledPolicy> policies, Subject.Kind kind) {
    var sides = new Sides();
    for (CompiledPolicy policy : policies) {
      if (!policy.isAudited()) {
        sides.add(policy, !policy.deniesUnnamed(kind));
      }
    }
    return sides;
  }

  private static void pairs(Sides sides, String name, String subject, List<Conflict> conflicts) {
    for (CompiledPolicy allowing : sides.allowing()) {
      for (CompiledPolicy denying : sides.denying()) {
        if (conflicts.size() == CONFLICTS_MAX) {
          return;
        }
        if (shareGrants(allowing, denying)) {
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
