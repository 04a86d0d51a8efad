// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.analysis;

import dev.mcppolicy.engine.catalogue.CatalogueTool;
import dev.mcppolicy.engine.document.Cost;
import dev.mcppolicy.engine.document.LimitDeclaration;
import dev.mcppolicy.engine.document.Place;
import dev.mcppolicy.engine.document.PolicyDocument;
import dev.mcppolicy.engine.document.Rule;
import dev.mcppolicy.engine.document.ValuePath;
import dev.mcppolicy.engine.document.Wording;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Paths to arguments that the tool's schema does not have. */
record ArgumentWarnings(Map<String, CatalogueTool> known, Warnings warnings) {

  void ofRule(String name, Rule rule, Place place) {
    CatalogueTool tool = known.get(name);
    Optional<DeclaredArguments> declared =
        tool == null ? Optional.empty() : DeclaredArguments.of(tool);
    // without strict arguments, what is not declared may come all the same
    if (declared.isEmpty() || !rule.strictArguments()) {
      return;
    }
    for (PlacedConditions.Comparison found : PlacedConditions.comparisons(rule, place)) {
      if (found.comparison().path() instanceof ValuePath.Argument(List<String> tokens)) {
        check(name, declared.get(), tokens, found.place().member("path"));
      }
    }
    LimitWarnings.placed(rule, place)
        .forEach(
            limit -> {
              if (limit.declared().cost() instanceof Cost.Argument cost) {
                List<String> tokens = cost.path().tokens();
                check(
                    name, declared.get(), tokens, limit.place().member("cost").member("argument"));
              }
            });
  }

  private void check(String name, DeclaredArguments declared, List<String> tokens, Place place) {
    if (declared.mayHave(tokens)) {
      return;
    }
    List<String> arguments = declared.schema().declared();
    String first = tokens.getFirst();
    String suggestion = arguments.contains(first) ? "" : Wording.didYouMean(first, arguments);
    String use =
        arguments.isEmpty()
            ? "; it takes no arguments"
            : "; its arguments are " + ToolWarnings.names(arguments);
    warnings.add(
        place,
        "the schema of "
            + Wording.quoted(name)
            + " has no argument "
            + Wording.quoted(String.join(".", tokens))
            + (suggestion.isEmpty() ? use : suggestion));
  }

  /** A limit over all tools whose cost is an argument that some do not have. */
  void ofAllTools(PolicyDocument document) {
    List<LimitDeclaration> limits = document.allToolsLimits();
    for (int i = 0; i < limits.size(); i++) {
      if (limits.get(i).cost() instanceof Cost.Argument cost) {
        List<String> without =
            known.values().stream()
                .filter(
                    tool ->
                        DeclaredArguments.of(tool)
                            .map(declared -> !declared.mayHave(cost.path().tokens()))
                            .orElse(false))
                .map(CatalogueTool::name)
                .toList();
        if (!without.isEmpty()) {
          warnings.add(
              LimitWarnings.allTools(i).member("cost").member("argument"),
              "every call of a tool without this argument is denied, as its cost cannot be told: "
                  + ToolWarnings.names(without));
        }
      }
    }
  }
}
