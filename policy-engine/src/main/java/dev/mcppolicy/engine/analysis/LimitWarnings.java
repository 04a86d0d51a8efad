// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.analysis;

import dev.mcppolicy.engine.document.Condition;
import dev.mcppolicy.engine.document.Cost;
import dev.mcppolicy.engine.document.LimitDeclaration;
import dev.mcppolicy.engine.document.Operator;
import dev.mcppolicy.engine.document.Place;
import dev.mcppolicy.engine.document.PolicyDocument;
import dev.mcppolicy.engine.document.Rule;
import dev.mcppolicy.engine.document.Scope;
import dev.mcppolicy.engine.document.Subject;
import dev.mcppolicy.engine.document.ValuePath;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** Limits that let nothing pass, or hold nobody back. */
record LimitWarnings(PolicyDocument document, Warnings warnings) {

  record Placed(LimitDeclaration declared, Place place) {}

  /** All limits of a rule, the shorthand among them. */
  static List<Placed> placed(Rule rule, Place place) {
    var all = new ArrayList<Placed>();
    for (int i = 0; i < rule.limits().size(); i++) {
      all.add(new Placed(rule.limits().get(i), place.member("limits").element(i)));
    }
    rule.rateLimit().ifPresent(limit -> all.add(new Placed(limit, place.member("rate_limit"))));
    return all;
  }

  static Place allTools(int index) {
    return Place.DOCUMENT.member("all_tools").member("limits").element(index);
  }

  void ofAllTools() {
    for (int i = 0; i < document.allToolsLimits().size(); i++) {
      LimitDeclaration limit = document.allToolsLimits().get(i);
      if (isNeverEnough(limit)) {
        warnings.add(allTools(i).member("max"), never(limit, "no tool can ever be called"));
      }
      boolean isOnlySessions =
          document.allToolsLimits().stream().allMatch(LimitWarnings::isBySession);
      if (isFree(limit)) {
        warnings.add(allTools(i).member("cost"), FREE);
      }
      if (isBySession(limit) && isOnlySessions) {
        warnings.add(allTools(i).member("scope"), BY_SESSION);
      }
    }
  }

  void ofRule(Subject.Kind kind, Rule rule, Place place) {
    List<Placed> limits = placed(rule, place);
    boolean hasOthers =
        limits.stream().anyMatch(limit -> !isBySession(limit.declared()))
            || (kind == Subject.Kind.TOOL
                && document.allToolsLimits().stream().anyMatch(limit -> !isBySession(limit)));
    for (Placed limit : limits) {
      if (isNeverEnough(limit.declared())) {
        warnings.add(
            limit.place().member("max"),
            never(limit.declared(), "this rule can never allow a call"));
      }
      if (isFree(limit.declared())) {
        warnings.add(limit.place().member("cost"), FREE);
      }
      if (limit.declared().cost() instanceof Cost.Argument(ValuePath.Argument path, long _)
          && rule.require().stream().noneMatch(condition -> isAtLeastOne(condition, path))) {
        warnings.add(
            limit.place().member("cost"),
            "the caller says what a call costs, and one of cost 0 always passes, also when the limit"
                + " is used up; require of "
                + PathText.of(path)
                + " that it is at least 1 (`op: gte`)");
      }
      if (isBySession(limit.declared()) && !hasOthers) {
        warnings.add(limit.place().member("scope"), BY_SESSION);
      }
    }
  }

  private static final String BY_SESSION =
      "each session has a count of its own, and a client makes as many sessions as it likes, so this"
          + " holds nobody back; add a limit with scope `grant`";

  private static final String FREE =
      "a call of cost 0 always passes this limit, also when it is used up; give `cost` of 1 or more,"
          + " or leave the limit out";

  private static boolean isAtLeastOne(Condition condition, ValuePath.Argument path) {
    return condition
            instanceof
            Condition.Comparison(ValuePath of, Operator operator, JsonNumber least, boolean _)
        && of.equals(path)
        && (operator == Operator.GTE || operator == Operator.GT || operator == Operator.EQ)
        && least.decimal().compareTo(operator == Operator.GT ? BigDecimal.ZERO : BigDecimal.ONE)
            >= 0;
  }

  private static boolean isFree(LimitDeclaration limit) {
    return limit.cost().equals(new Cost.Units(0));
  }

  private static boolean isBySession(LimitDeclaration limit) {
    return limit.scope().contains(Scope.SESSION);
  }

  private static boolean isNeverEnough(LimitDeclaration limit) {
    return limit.max() == 0
        || (limit.cost() instanceof Cost.Units(long units) && units > limit.max());
  }

  private static String never(LimitDeclaration limit, String consequence) {
    return limit.max() == 0
        ? consequence + ", because `max` is 0; if that is meant, write `action: deny` with a reason"
        : consequence + ", because it costs more than `max`; raise `max` or lower `cost`";
  }
}
