// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.analysis;

import dev.mcppolicy.engine.catalogue.CatalogueTool;
import dev.mcppolicy.engine.document.Action;
import dev.mcppolicy.engine.document.Place;
import dev.mcppolicy.engine.document.PolicyDocument;
import dev.mcppolicy.engine.document.Problem;
import dev.mcppolicy.engine.document.Rule;
import dev.mcppolicy.engine.document.Subject;
import java.util.List;
import java.util.Map;

/** Looks through a document that is right for what its author probably did not mean. */
public final class PolicyAnalysis {
  /** Warnings that are listed; the rest is counted. */
  public static final int WARNINGS_MAX = 100;

  private PolicyAnalysis() {}

  /**
   * The warnings, each with its place, in the order of the document; the document is valid with
   * them. At most 100, and a last one that counts the rest.
   *
   * <p>With an empty {@code known} nothing is said that needs to know the server: tools that it
   * does not have, arguments that they do not have, dangerous tools, tools that no rule names.
   *
   * @param known the tools of the server by name, all of them
   */
  public static List<Problem> warnings(PolicyDocument document, Map<String, CatalogueTool> known) {
    var warnings = new Warnings();
    var limits = new LimitWarnings(document, warnings);
    var tools = new ToolWarnings(document, known, warnings);
    tools.ofDefault();
    tools.ofHidden();
    limits.ofAllTools();
    new ArgumentWarnings(known, warnings).ofAllTools(document);
    for (Subject.Kind kind : Subject.Kind.values()) {
      Place rules = Place.DOCUMENT.member(kind.key());
      document
          .rules(kind)
          .rules()
          .forEach(
              (name, rule) ->
                  ofRule(document, known, warnings, kind, name, rule, rules.member(name)));
    }
    return warnings.list();
  }

  private static void ofRule(
      PolicyDocument document,
      Map<String, CatalogueTool> known,
      Warnings warnings,
      Subject.Kind kind,
      String name,
      Rule rule,
      Place place) {
    if (kind == Subject.Kind.TOOL) {
      new ToolWarnings(document, known, warnings).ofRule(name, rule, place);
    }
    if (rule.action() == Action.DENY) {
      return;
    }
    if (kind == Subject.Kind.TOOL) {
      new ArgumentWarnings(known, warnings).ofRule(name, rule, place);
    }
    new ConditionWarnings(warnings).ofRule(rule, place);
    new LimitWarnings(document, warnings).ofRule(kind, rule, place);
    new ScheduleWarnings(warnings).ofRule(rule, place);
    new ContradictionWarnings(warnings).ofRule(rule, place);
  }
}
