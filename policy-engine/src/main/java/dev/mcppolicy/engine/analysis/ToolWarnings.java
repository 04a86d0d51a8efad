// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.analysis;

import dev.mcppolicy.engine.catalogue.CatalogueTool;
import dev.mcppolicy.engine.document.Action;
import dev.mcppolicy.engine.document.Approval;
import dev.mcppolicy.engine.document.Place;
import dev.mcppolicy.engine.document.PolicyDocument;
import dev.mcppolicy.engine.document.Rule;
import dev.mcppolicy.engine.document.ValuePath;
import dev.mcppolicy.engine.document.Wording;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tools that the server does not have, that nobody looked at, or that are dangerous. */
record ToolWarnings(PolicyDocument document, Map<String, CatalogueTool> known, Warnings warnings) {
  private static final int NAMES_MAX = 5;

  /** Tools that no rule names, which the default decides. */
  void ofDefault() {
    List<CatalogueTool> unnamed =
        known.values().stream()
            .filter(tool -> !document.tools().containsKey(tool.name()))
            .filter(tool -> !document.hidden().hides(tool.name()))
            .toList();
    if (unnamed.isEmpty()) {
      return;
    }
    Place place = Place.DOCUMENT.member("default");
    if (document.defaultAction() == Action.DENY) {
      warnings.add(
          place,
          "no rule names "
              + names(unnamed.stream().map(CatalogueTool::name).toList())
              + ", so `default: deny` denies "
              + (unnamed.size() == 1 ? "it" : "them")
              + "; to say that this is meant, give each a rule with `action: deny`");
      return;
    }
    for (CatalogueTool tool : unnamed) {
      warnings.add(
          place,
          "no rule names "
              + Wording.quoted(tool.name())
              + " (class "
              + tool.riskClass().word()
              + "), so `default: allow` lets every call of it pass; give it a rule, `{}` to allow it");
    }
  }

  void ofHidden() {
    for (String name : document.hidden().names()) {
      if (!known.isEmpty() && !known.containsKey(name)) {
        warnings.add(Place.DOCUMENT.member("hide"), notThere(name));
      }
    }
  }

  void ofRule(String name, Rule rule, Place place) {
    if (!known.isEmpty() && !known.containsKey(name)) {
      warnings.add(place, notThere(name));
      return;
    }
    if (rule.action() == Action.DENY) {
      return;
    }
    if (document.hidden().hides(name)) {
      warnings.add(
          place,
          "this rule can never allow a call, because `hide` makes the tool unknown; remove the rule,"
              + " or the tool from `hide`");
      return;
    }
    CatalogueTool tool = known.get(name);
    if (tool != null && tool.riskClass().isDangerous()) {
      dangerous(tool, rule, place);
    }
  }

  private void dangerous(CatalogueTool tool, Rule rule, Place place) {
    Optional<Approval> approval = rule.approval();
    boolean isAlwaysAsked = approval.isPresent() && approval.get().unless().isEmpty();
    boolean hasLimit =
        isAlwaysAsked
            || !rule.limits().isEmpty()
            || rule.rateLimit().isPresent()
            || !document.allToolsLimits().isEmpty();
    boolean hasCondition =
        isAlwaysAsked
            || takesNoArguments(tool)
            || PlacedConditions.comparisons(rule, place).stream()
                .anyMatch(found -> found.comparison().path() instanceof ValuePath.Argument);
    String dangerous =
        Wording.quoted(tool.name()) + " is of class " + tool.riskClass().word() + " and allowed ";
    if (!hasLimit && !hasCondition) {
      warnings.add(
          place,
          dangerous
              + "without a limit and without a condition on its arguments; add `rate_limit` and"
              + " `require` or `deny_if`, or let a person agree with `approval`");
    } else if (!hasLimit) {
      warnings.add(
          place,
          dangerous + "without a limit; add `rate_limit`, or let a person agree with `approval`");
    } else if (!hasCondition) {
      warnings.add(
          place,
          dangerous
              + "without a condition on its arguments; add `require` or `deny_if`"
              + look(tool)
              + ", or let a person agree with `approval`");
    }
  }

  private static String look(CatalogueTool tool) {
    List<String> arguments = tool.dangerousArguments();
    return arguments.isEmpty() ? "" : " (the first to look at: " + names(arguments) + ")";
  }

  private static boolean takesNoArguments(CatalogueTool tool) {
    return tool.dangerousArguments().isEmpty()
        && DeclaredArguments.of(tool).map(DeclaredArguments::takesNone).orElse(false);
  }

  private String notThere(String name) {
    return "the server has no tool "
        + Wording.quoted(name)
        + Wording.didYouMean(name, known.keySet());
  }

  static String names(List<String> names) {
    String shown = String.join(", ", names.stream().limit(NAMES_MAX).map(Wording::quoted).toList());
    return names.size() > NAMES_MAX
        ? shown + " and " + (names.size() - NAMES_MAX) + " more"
        : shown;
  }
}
