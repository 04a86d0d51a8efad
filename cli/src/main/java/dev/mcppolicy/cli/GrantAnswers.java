// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.engine.Call;
import dev.mcppolicy.engine.ConditionText;
import dev.mcppolicy.engine.Decision;
import dev.mcppolicy.engine.Grant;
import dev.mcppolicy.engine.PolicySet;
import dev.mcppolicy.engine.document.Action;
import dev.mcppolicy.engine.document.Approval;
import dev.mcppolicy.engine.document.Condition;
import dev.mcppolicy.engine.document.LimitDeclaration;
import dev.mcppolicy.engine.document.Mode;
import dev.mcppolicy.engine.document.PolicyDocument;
import dev.mcppolicy.engine.document.Rule;
import dev.mcppolicy.engine.document.Scope;
import dev.mcppolicy.engine.document.Subject;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What each grant of a server may do with one tool.
 *
 * @param expired names of grants whose time is over, with the moment
 * @param policies those that are for the server
 */
record GrantAnswers(
    String server,
    String tool,
    List<Grant> grants,
    Map<String, Instant> expired,
    List<SourceEntry.Policy> policies) {
  /** Stands for the grants that no policy names; no grant can have this name. */
  static final String EVERY_OTHER = "every other grant";

  GrantAnswers {
    grants = List.copyOf(grants);
    expired = Map.copyOf(expired);
    policies = List.copyOf(policies);
  }

  static GrantAnswers none() {
    return new GrantAnswers("", "", List.of(), Map.of(), List.of());
  }

  String text() {
    var text = new StringBuilder("`" + tool + "` of the server `" + server + "`:\n");
    if (grants.isEmpty()) {
      return text.append("\nnobody: the server has no grant\n").toString();
    }
    PolicySet set = PolicySet.compile(policies.stream().map(SourceEntry.Policy::bound).toList());
    for (Grant grant : grants) {
      text.append('\n').append(grant.name()).append(": ");
      Instant end = expired.get(grant.name());
      if (end != null) {
        text.append("may not call it\n    the grant expired at ").append(end).append('\n');
      } else if (set.lists(Subject.tool(tool), grant)) {
        text.append("may call it\n");
        policies.stream()
            .filter(policy -> policy.grants().map(of -> of.contains(grant.name())).orElse(true))
            .forEach(policy -> rule(text, policy));
      } else {
        text.append("may not call it\n    ").append(why(set, grant)).append('\n');
      }
    }
    return text.toString();
  }

  /** The denial that a call without arguments gets. */
  private String why(PolicySet set, Grant grant) {
    Decision decision =
        set.decide(
            Call.ofTool(tool, JsonObject.EMPTY, grant),
            KnownTools.catalogued().catalogue(),
            Instant.EPOCH,
            (_, _) -> 0);
    return decision.reason().text();
  }

  private void rule(StringBuilder text, SourceEntry.Policy policy) {
    PolicyDocument document = policy.document();
    Optional<Rule> rule = document.rule(Subject.tool(tool));
    List<String> lines = new ArrayList<>();
    rule.ifPresent(
        of -> {
          of.require().forEach(condition -> lines.add(condition("only if", condition)));
          of.denyIf().forEach(condition -> lines.add(condition("not if", condition)));
          of.limits().forEach(limit -> lines.add(limit(limit, document)));
          of.rateLimit().ifPresent(limit -> lines.add(limit(limit, document)));
          of.schedule().ifPresent(_ -> lines.add("schedule  at certain times only"));
          of.approval().ifPresent(approval -> lines.add(approval(approval)));
        });
    document.allToolsLimits().forEach(limit -> lines.add(limit(limit, document)));
    Mode mode = rule.flatMap(Rule::mode).orElse(document.mode());
    boolean says = rule.isPresent() || document.defaultAction() == Action.ALLOW;
    if (!says && lines.isEmpty()) {
      return; // another policy allows it, and this one adds nothing
    }
    text.append("  policy ").append(policy.id().display());
    text.append(rule.isPresent() ? "" : says ? ", by its default" : ", which does not name it");
    text.append(mode == Mode.AUDIT ? ", audit mode: nothing is refused" : "");
    text.append(lines.isEmpty() ? ": without conditions\n" : "\n");
    lines.forEach(line -> text.append("    ").append(line).append('\n'));
  }

  private static String condition(String word, Condition condition) {
    boolean isOptional =
        condition instanceof Condition.Comparison comparison && comparison.optional();
    return word
        + " ".repeat(10 - word.length())
        + ConditionText.of(condition)
        + (isOptional ? ", where it is given" : "");
  }

  private String limit(LimitDeclaration limit, PolicyDocument document) {
    List<String> sharing =
        document.tools().entrySet().stream()
            .filter(
                other ->
                    !other.getKey().equals(tool)
                        && other.getValue().limits().stream()
                            .anyMatch(of -> of.counter().equals(limit.counter())))
            .map(other -> "`" + other.getKey() + "`")
            .toList();
    return "limit     "
        + limit.max()
        + " each "
        + limit.window().canonicalName()
        + " for each "
        + String.join(" and ", limit.scope().stream().map(Scope::word).toList())
        + (sharing.isEmpty() ? "" : ", together with " + String.join(", ", sharing));
  }

  private static String approval(Approval approval) {
    List<String> who = new ArrayList<>();
    approval.groups().forEach(group -> who.add("group " + group));
    approval.users().forEach(user -> who.add("user " + user));
    return "approval  of "
        + (who.isEmpty() ? "whoever the cluster gives the right" : String.join(" or ", who))
        + (approval.unless().isEmpty() ? "" : ", unless certain conditions hold");
  }
}
