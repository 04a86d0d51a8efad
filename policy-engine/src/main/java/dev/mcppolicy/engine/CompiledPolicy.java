// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.CompiledLimit.Reach;
import dev.mcppolicy.engine.document.Action;
import dev.mcppolicy.engine.document.LimitDeclaration;
import dev.mcppolicy.engine.document.Mode;
import dev.mcppolicy.engine.document.PolicyDocument;
import dev.mcppolicy.engine.document.Recording;
import dev.mcppolicy.engine.document.Rule;
import dev.mcppolicy.engine.document.Subject;
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
 * @param allToolsLimits those over every call of a tool
 */
record CompiledPolicy(
    BoundPolicy bound, Map<Subject, CompiledRule> rules, List<CompiledLimit> allToolsLimits) {

  /**
   * @param paths those of all policies that are compiled together
   */
  static CompiledPolicy of(BoundPolicy bound, Map<Subject, ArgumentPaths> paths) {
    PolicyDocument document = bound.document();
    Set<String> shared = sharedCounters(document);
    Map<Subject, CompiledRule> rules = new HashMap<>();
    for (Subject.Kind kind : Subject.Kind.values()) {
      for (Map.Entry<String, Rule> rule : document.rules(kind).rules().entrySet()) {
        var subject = new Subject(kind, rule.getKey());
        rules.put(
            subject,
            CompiledRule.of(
                bound.id(),
                subject,
                rule.getValue(),
                document.mode(),
                shared,
                paths.computeIfAbsent(subject, _ -> new ArgumentPaths())));
      }
    }
    var allTools = new ArrayList<CompiledLimit>();
    for (int i = 0; i < document.allToolsLimits().size(); i++) {
      allTools.add(
          new CompiledLimit(
              bound.id(),
              document.allToolsLimits().get(i),
              "/all_tools/limits/" + i,
              Optional.empty(),
              Reach.ALL_TOOLS,
              true));
    }
    return new CompiledPolicy(bound, Collections.unmodifiableMap(rules), List.copyOf(allTools));
  }

  PolicyId id() {
    return bound.id();
  }

  Optional<CompiledRule> rule(Subject subject) {
    return Optional.ofNullable(rules.get(subject));
  }

  /** Limits over every call of that kind. */
  List<CompiledLimit> limitsOverAll(Subject.Kind kind) {
    return switch (kind) {
      case TOOL -> allToolsLimits;
      case RESOURCE, PROMPT -> List.of();
    };
  }

  /** Whether everything that the document says apart from its rules is in audit mode. */
  boolean isAudited() {
    return bound.document().mode() == Mode.AUDIT;
  }

  boolean mustBeRecorded() {
    return bound.document().recording() == Recording.REQUIRED;
  }

  boolean hides(Subject subject) {
    return switch (subject.kind()) {
      case TOOL -> bound.document().hidden().hides(subject.name());
      case RESOURCE, PROMPT -> false;
    };
  }

  boolean deniesUnnamed(Subject.Kind kind) {
    return bound.document().rules(kind).defaultAction() == Action.DENY;
  }

  /** Counters that several rules use, or a rule and the limits over all tools. */
  private static Set<String> sharedCounters(PolicyDocument document) {
    Set<String> seen = new HashSet<>();
    document.allToolsLimits().forEach(limit -> seen.add(limit.counter()));
    Set<String> shared = new HashSet<>();
    for (Subject.Kind kind : Subject.Kind.values()) {
      for (Rule rule : document.rules(kind).rules().values()) {
        for (LimitDeclaration limit : rule.limits()) {
          if (!seen.add(limit.counter())) {
            shared.add(limit.counter());
          }
        }
      }
    }
    return shared;
  }
}
