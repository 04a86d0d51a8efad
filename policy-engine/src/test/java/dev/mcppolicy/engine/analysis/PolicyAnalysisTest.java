// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.analysis;

import static dev.mcppolicy.engine.analysis.Analysed.forVllm;
import static dev.mcppolicy.engine.analysis.Analysed.rule;
import static dev.mcppolicy.engine.analysis.Analysed.warnings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.engine.catalogue.CatalogueTool;
import dev.mcppolicy.engine.catalogue.RiskCatalogue;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PolicyAnalysisTest {
  private static final Map<String, CatalogueTool> VLLM = RiskCatalogue.vllm().byName();
  private static final String PINNED = "require: [{path: args.container_name, op: eq, value: v}]";

  @Test
  void warnsOfDangerousToolsWithoutALimitOrACondition() {
    assertEquals(
        List.of(
            "tools.stop_vllm: `stop_vllm` is of class execute and allowed without a limit and"
                + " without a condition on its arguments; add `rate_limit` and `require` or"
                + " `deny_if`, or let a person agree with `approval`"),
        forVllm(rule("stop_vllm", "{}")));
    assertEquals(
        List.of(
            "tools.stop_vllm: `stop_vllm` is of class execute and allowed without a limit; add"
                + " `rate_limit`, or let a person agree with `approval`"),
        forVllm(rule("stop_vllm", "{" + PINNED + "}")));
    assertEquals(
        List.of(
            "tools.stop_vllm: `stop_vllm` is of class execute and allowed without a condition on its"
                + " arguments; add `require` or `deny_if` (the first to look at: `container_name`,"
                + " `remove`, `timeout`), or let a person agree with `approval`"),
        forVllm(rule("stop_vllm", "{rate_limit: 10/minute}")));
  }

  @Test
  void isContentWithALimitAndACondition() {
    assertEquals(List.of(), forVllm(rule("stop_vllm", "{rate_limit: 10/minute, " + PINNED + "}")));
    assertEquals(
        List.of(),
        forVllm(
            "{version: '1', default: deny, all_tools: {limits: [{counter: c, window: minute, max: 5,"
                + " scope: grant}]}, tools: {stop_vllm: {"
                + PINNED
                + "}}}"));
    assertEquals(List.of(), forVllm(rule("stop_vllm", "{approval: {approvers: {groups: [ops]}}}")));
    assertEquals(List.of(), forVllm(rule("stop_vllm", "{action: deny}")));
    assertEquals(List.of(), forVllm(rule("vllm_status", "{}")));
    assertEquals(List.of(), warnings(rule("stop_vllm", "{}")));
  }

  @Test
  void wantsALimitWhereAnApprovalCanBeWaived() {
    assertEquals(
        List.of(
            "tools.stop_vllm: `stop_vllm` is of class execute and allowed without a limit; add"
                + " `rate_limit`, or let a person agree with `approval`"),
        forVllm(
            rule("stop_vllm", "{approval: {unless: [{path: args.timeout, op: gt, value: 60}]}}")));
    assertEquals(
        List.of(
            "tools.stop_vllm: `stop_vllm` is of class execute and allowed without a condition on its"
                + " arguments; add `require` or `deny_if` (the first to look at: `container_name`,"
                + " `remove`, `timeout`), or let a person agree with `approval`"),
        forVllm(
            rule(
                "stop_vllm",
                "{rate_limit: 10/minute, require: [{path: grant.name, op: eq, value: a}]}")));
  }

  @Test
  void warnsOfToolsThatTheServerDoesNotHave() {
    assertEquals(
        List.of("tools.stop_vlm: the server has no tool `stop_vlm` (did you mean `stop_vllm`?)"),
        forVllm(rule("stop_vlm", "{action: deny}")));
    assertEquals(
        List.of("hide: the server has no tool `reboot`"),
        forVllm("{version: '1', default: deny, hide: [reboot, stop_vllm]}"));
    assertEquals(List.of(), warnings(rule("stop_vlm", "{}")));
  }

  @Test
  void warnsOfToolsThatNoRuleNames() {
    assertEquals(
        List.of(
            "default: no rule names `vllm_chat`, `vllm_complete`, `list_models`, `get_model_info`,"
                + " `vllm_status` and 6 more, so `default: deny` denies them; to say that this is"
                + " meant, give each a rule with `action: deny`"),
        warnings(rule("stop_vllm", "{action: deny}"), VLLM));
    List<String> open =
        warnings(
            "{version: '1', default: allow, hide: [vllm_chat], tools: {stop_vllm: {action: deny}}}",
            VLLM);
    assertEquals(10, open.size(), open.toString());
    assertTrue(
        open.contains(
            "default: no rule names `start_vllm` (class execute), so `default: allow` lets every"
                + " call of it pass; give it a rule, `{}` to allow it"),
        open.toString());
    assertEquals(List.of(), warnings("{version: '1', default: deny, hide: ['*']}", VLLM));
  }

  @Test
  void warnsOfARuleForAHiddenTool() {
    assertEquals(
        List.of(
            "tools.vllm_status: this rule can never allow a call, because `hide` makes the tool"
                + " unknown; remove the rule, or the tool from `hide`"),
        forVllm("{version: '1', default: deny, hide: [vllm_status], tools: {vllm_status: {}}}"));
  }

  @Test
  void warnsOfArgumentsThatTheSchemaDoesNotHave() {
    assertEquals(
        List.of(
            "tools.get_vllm_logs.require[0].path: the schema of `get_vllm_logs` has no argument"
                + " `tial` (did you mean `tail`?)",
            "tools.get_vllm_logs.deny_if[0].any[0].not.path: the schema of `get_vllm_logs` has no"
                + " argument `container`; its arguments are `container_name`, `tail`",
            "tools.get_vllm_logs.approval.unless[0].path: the schema of `get_vllm_logs` has no"
                + " argument `tail.lines`; its arguments are `container_name`, `tail`",
            "tools.get_vllm_logs.limits[0].cost.argument: the schema of `get_vllm_logs` has no"
                + " argument `lines`; its arguments are `container_name`, `tail`",
            "tools.get_vllm_logs.limits[0].cost: the caller says what a call costs, and one of cost 0"
                + " always passes, also when the limit is used up; require of `args.lines` that it"
                + " is at least 1 (`op: gte`)"),
        forVllm(
            rule(
                "get_vllm_logs",
                "{require: [{path: args.tial, op: lt, value: 1}], deny_if: [{any: [{not: {path:"
                    + " args.container, op: eq, value: x}}, {path: args.tail, op: eq, value: 1}]}],"
                    + " approval: {unless: [{path: /tail/lines, op: eq, value: 1}]}, limits: [{counter: c,"
                    + " window: day, max: 9, scope: grant, cost: {argument: args.lines, max: 5}}]}")));
    assertEquals(
        List.of(
            "tools.vllm_status.deny_if[0].path: the schema of `vllm_status` has no argument `a`; it"
                + " takes no arguments"),
        forVllm(rule("vllm_status", "{deny_if: [{path: args.a, op: exists}]}")));
  }

  @Test
  void knowsWhatIsHonouredWithoutBeingDeclared() {
    assertEquals(
        List.of(),
        forVllm(
            rule(
                "start_vllm",
                "{rate_limit: 1/minute, deny_if: [{path: args.docker_image, op: exists}]}")));
    assertEquals(
        List.of(),
        forVllm(
            rule(
                "vllm_status",
                "{strict_arguments: false, deny_if: [{path: args.a, op: exists}]}")));
    assertEquals(
        List.of(),
        forVllm(
            rule(
                "vllm_chat",
                "{rate_limit: 1/minute, deny_if: [{path: args.messages.0.content, op: contains,"
                    + " value: x, optional: true}]}")));
  }

  @Test
  void warnsOfACostThatSomeToolsCannotHave() {
    List<String> warnings =
        forVllm(
            "{version: '1', default: deny, all_tools: {limits: [{counter: tokens, window: day,"
                + " max: 9, scope: grant, cost: {argument: args.max_tokens, max: 5}}]}}");
    assertEquals(
        List.of(
            "all_tools.limits[0].cost.argument: every call of a tool without this argument is"
                + " denied, as its cost cannot be told: `list_models`, `get_model_info`,"
                + " `vllm_status`, `start_vllm`, `stop_vllm` and 5 more"),
        warnings);
  }

  @Test
  void warnsOfCallsThatCostNothing() {
    String limit =
        "{limits: [{counter: c, window: day, max: 4, scope: grant, cost: %s}], require: [%s]}";
    String byArgument = "{argument: args.n, max: 3}";
    assertEquals(
        List.of(
            "tools.t.limits[0].cost: a call of cost 0 always passes this limit, also when it is used"
                + " up; give `cost` of 1 or more, or leave the limit out"),
        warnings(rule("t", limit.formatted("0", "{path: args.n, op: gte, value: 1}"))));
    for (String tooLittle :
        List.of("op: gte, value: 0", "op: gt, value: -1", "op: lte, value: 1")) {
      assertEquals(
          List.of(
              "tools.t.limits[0].cost: the caller says what a call costs, and one of cost 0 always"
                  + " passes, also when the limit is used up; require of `args.n` that it is at"
                  + " least 1 (`op: gte`)"),
          warnings(rule("t", limit.formatted(byArgument, "{path: args.n, " + tooLittle + "}"))));
    }
    for (String enough : List.of("op: gte, value: 1", "op: gt, value: 0", "op: eq, value: 2")) {
      assertEquals(
          List.of(),
          warnings(rule("t", limit.formatted(byArgument, "{path: args.n, " + enough + "}"))));
    }
  }

  @Test
  void warnsOfEmptyPatternsAndParts() {
    assertEquals(
        List.of(
            "tools.t.require[0].value: an empty pattern matches the empty text alone; write `.*` for"
                + " any text, or `eq` if the empty one is meant",
            "tools.t.require[1].value: every text contains the empty one, so this is true of any;"
                + " name the part that is meant"),
        warnings(
            rule(
                "t",
                "{require: [{path: args.a, op: regex, value: ''}, {path: args.b, op: contains,"
                    + " value: ''}]}")));
  }

  @Test
  void warnsOfLimitsThatLetNothingPass() {
    assertEquals(
        List.of(
            "all_tools.limits[0].max: no tool can ever be called, because `max` is 0; if that is"
                + " meant, write `action: deny` with a reason",
            "tools.t.limits[0].max: this rule can never allow a call, because it costs more than"
                + " `max`; raise `max` or lower `cost`",
            "tools.t.rate_limit.max: this rule can never allow a call, because `max` is 0; if that"
                + " is meant, write `action: deny` with a reason"),
        warnings(
            "{version: '1', default: deny, all_tools: {limits: [{counter: all, window: day, max: 0,"
                + " scope: grant}]}, tools: {t: {limits: [{counter: c, window: day, max: 4, cost: 5,"
                + " scope: grant}], rate_limit: {max: 0, window: 60}}}}"));
  }

  @Test
  void warnsOfLimitsThatANewSessionGetsRoundOf() {
    String session = "{counter: c, window: day, max: 4, scope: session}";
    String both = "{counter: d, window: day, max: 4, scope: [session, grant]}";
    String grant = "{counter: e, window: day, max: 4, scope: grant}";
    String text =
        "each session has a count of its own, and a client makes as many sessions as it likes, so"
            + " this holds nobody back; add a limit with scope `grant`";
    assertEquals(
        List.of("tools.t.limits[0].scope: " + text, "tools.t.limits[1].scope: " + text),
        warnings(rule("t", "{limits: [" + session + ", " + both + "]}")));
    assertEquals(
        List.of("tools.t.rate_limit.scope: " + text),
        warnings(rule("t", "{rate_limit: {max: 4, window: day, scope: session}}")));
    assertEquals(List.of(), warnings(rule("t", "{limits: [" + session + ", " + grant + "]}")));
    assertEquals(
        List.of("all_tools.limits[0].scope: " + text, "tools.t.limits[0].scope: " + text),
        warnings(
            "{version: '1', default: deny, all_tools: {limits: ["
                + both
                + "]}, tools: {t: {limits: ["
                + session
                + "]}}}"));
    assertEquals(
        List.of(),
        warnings(
            "{version: '1', default: deny, all_tools: {limits: ["
                + grant
                + "]}, tools: {t: {limits: ["
                + session
                + "]}}}"));
  }

  @Test
  void warnsOfSchedulesThatNeverOpen() {
    String never =
        "tools.t.schedule: this rule can never allow a call, because `deny` covers every minute of"
            + " the week in which the schedule would be open";
    assertEquals(List.of(never), warnings(rule("t", "{schedule: {deny: [{}]}}")));
    assertEquals(
        List.of(never),
        warnings(
            rule(
                "t",
                "{schedule: {allow: [{days: [sun], from: '22:00', to: '04:00'}], deny: [{days: [sun],"
                    + " from: '20:00'}, {days: [mon], to: '04:00'}]}}")));
    assertEquals(
        List.of(),
        warnings(
            rule(
                "t",
                "{schedule: {allow: [{days: [sun], from: '22:00', to: '04:00'}], deny: [{days: [sun],"
                    + " from: '20:00'}, {days: [mon], to: '03:59'}]}}")));
    assertEquals(List.of(), warnings(rule("t", "{schedule: {except: ['2026-12-24']}}")));
  }

  @Test
  void warnsOfOptionalUnderNot() {
    assertEquals(
        List.of(
            "tools.t.deny_if[0].all[0].not.optional: under `not` this turns round: a call without"
                + " the value is held back instead of excused; write the opposite operator without"
                + " `not`"),
        warnings(
            rule(
                "t",
                "{deny_if: [{all: [{not: {path: args.a, op: eq, value: 1, optional: true}}, {path:"
                    + " args.b, op: eq, value: 1, optional: true}]}]}")));
  }

  @Test
  void boundsItsWarnings() {
    var tools = new StringBuilder();
    for (int i = 0; i < 150; i++) {
      tools.append(i == 0 ? "" : ", ").append("t").append(i).append(": {rate_limit: 0/minute}");
    }
    String document = "{version: '1', default: deny, tools: {" + tools + "}}";
    List<String> warnings = warnings(document.replace("0/minute", "{max: 0, window: 60}"));
    assertEquals(101, warnings.size());
    assertEquals("50 more warnings are not shown", warnings.getLast());
  }

  /** With it a pattern never matches, and what it should deny goes through. */
  @Test
  void warnsOfALineBreakThatABlockOfYamlLeaves() {
    String text =
        """
        version: "1"
        default: deny
        tools:
          t:
            deny_if:
            - path: args.image
              op: regex
              value: |
                evil/.*
            - path: args.image
              op: in
              value: ["a", "b\\n"]
            require:
            - path: args.name
              op: eq
              value: >-
                a
        """;
    String said =
        "the text ends with a line break, as `|` and `>` of YAML leave it, and a value hardly ever"
            + " does; write `|-` or `>-`, or the text in quotes";
    assertEquals(
        List.of("tools.t.deny_if[0].value: " + said, "tools.t.deny_if[1].value: " + said),
        warnings(text));
  }

  /** An agent can always leave an argument out. */
  @Test
  void warnsOfAnApprovalThatIsWaivedForWhatIsNotGiven() {
    assertEquals(
        List.of(
            "tools.t.approval.unless[0].optional: a call without the value passes this as well, so"
                + " whoever leaves it out is not held to it and may need no approval; remove"
                + " `optional`, or say with `exists` what is meant"),
        warnings(
            rule(
                "t",
                "{approval: {unless: [{path: args.m, op: eq, value: safe, optional: true}]},"
                    + " require: [{path: args.n, op: eq, value: 1, optional: true}]}")));
  }
}
