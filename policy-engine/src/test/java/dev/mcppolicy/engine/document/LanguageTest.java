// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.mcppolicy.engine.ReasonCode;
import dev.mcppolicy.engine.document.Condition.Comparison;
import dev.mcppolicy.engine.document.PolicyTest.Expectation;
import dev.mcppolicy.engine.document.PolicyTest.TestWorkload;
import dev.mcppolicy.engine.document.Schedule.Period;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What each field of a document is read as. */
final class LanguageTest {

  private static PolicyDocument document(String fields) {
    PolicyReading reading = PolicyReader.read("{version: '1', default: deny, " + fields + "}");
    return assertInstanceOf(PolicyReading.Valid.class, reading, reading::toString).document();
  }

  private static Rule rule(String rule) {
    return document("tools: {t: " + rule + "}").rule(Subject.tool("t")).orElseThrow();
  }

  private static LimitDeclaration limit(String besides) {
    return rule("{limits: [{counter: c, window: day, max: 5, scope: grant" + besides + "}]}")
        .limits()
        .getFirst();
  }

  private static ValuePath path(String path) {
    var comparison =
        assertInstanceOf(
            Comparison.class,
            rule("{require: [{path: '" + path + "', op: exists}]}").require().getFirst());
    return comparison.path();
  }

  private static ValuePath.Argument argument(String... tokens) {
    return new ValuePath.Argument(List.of(tokens));
  }

  @Test
  void readsTheModesAndWhatIsHidden() {
    PolicyDocument document = document("mode: audit, audit: required, hide: ['*', a, b]");
    assertEquals(Mode.AUDIT, document.mode());
    assertEquals(Recording.REQUIRED, document.recording());
    assertEquals(new Hidden(true, Set.of("a", "b")), document.hidden());
    PolicyDocument plain = document("tools: {t: {}}");
    assertEquals(Mode.ENFORCE, plain.mode());
    assertEquals(Recording.BEST_EFFORT, plain.recording());
    assertEquals(Hidden.NOTHING, plain.hidden());
    assertEquals(Optional.of(Mode.AUDIT), rule("{mode: audit}").mode());
    assertEquals(Optional.empty(), rule("{}").mode());
  }

  @Test
  void readsLimitsOfAllTools() {
    String limits = "{limits: [{counter: c, window: day, max: 5, scope: grant}]}";
    assertEquals(List.of(limit("")), document("all_tools: " + limits).allToolsLimits());
    assertEquals(List.of(limit("")), document("allTools: " + limits).allToolsLimits());
  }

  @Test
  void readsResourcesAndPromptsWithTheirDefault() {
    PolicyDocument document =
        document(
            "resources: {default: allow, 'file:///x': {action: deny}}, prompts: {greet: {}, bye:"
                + " {rate_limit: 1/day}}");
    assertEquals(
        new RuleSet(Action.ALLOW, Map.of("file:///x", Rule.deny(Optional.empty()))),
        document.resources());
    assertEquals(Action.DENY, document.prompts().defaultAction());
    assertEquals(Set.of("greet", "bye"), document.prompts().rules().keySet());
    assertEquals(RuleSet.DENY_ALL, document("tools: {}").resources());
    Rule bye = document.rule(new Subject(Subject.Kind.PROMPT, "bye")).orElseThrow();
    assertEquals("rate_limit/prompts/bye", bye.rateLimit().orElseThrow().counter());
  }

  @Test
  void readsEveryFormOfAPath() {
    assertEquals(argument("a"), path("args.a"));
    assertEquals(argument("a", "b", "0"), path("args.a.b.0"));
    assertEquals(argument("a", "b"), path("/a/b"));
    assertEquals(argument("a.b", "c/d~e", ""), path("/a.b/c~1d~0e/"));
    assertEquals(argument("~1"), path("/~01"));
    assertEquals(new ValuePath.GrantName(), path("grant.name"));
    assertEquals(
        new ValuePath.GrantLabel("example.org/team.x"), path("grant.labels.example.org/team.x"));
    assertEquals(new ValuePath.WorkloadName(), path("workload.name"));
    assertEquals(new ValuePath.WorkloadReplicas(), path("workload.replicas"));
    assertEquals(argument("grant", "name"), path("args.grant.name"));
  }

  @Test
  void readsEveryOperator() {
    for (Operator operator : Operator.values()) {
      String operand =
          switch (operator) {
            case IN, NOT_IN -> "[1.50, a, true, null]";
            case LT, LTE, GT, GTE -> "1.50";
            case REGEX -> "'[a-z]+'";
            case EXISTS -> "false";
            case EQ, NEQ, CONTAINS -> "{a: [1.50]}";
          };
      Condition read =
          rule("{denyIf: [{path: /a, op: " + operator.word() + ", value: " + operand + "}]}")
              .denyIf()
              .getFirst();
      Comparison comparison = assertInstanceOf(Comparison.class, read);
      assertEquals(operator, comparison.operator());
      JsonNumber number = new JsonNumber("1.50");
      assertEquals(
          switch (operator) {
            case IN, NOT_IN ->
                JsonArray.of(
                    number, JsonValue.of("a"), JsonValue.of(true), JsonValue.JsonNull.NULL);
            case LT, LTE, GT, GTE -> number;
            case REGEX -> JsonValue.of("[a-z]+");
            case EXISTS -> JsonValue.of(false);
            case EQ, NEQ, CONTAINS -> JsonObject.builder().put("a", JsonArray.of(number)).build();
          },
          comparison.operand());
    }
  }

  @Test
  void readsConditionsInsideConditions() {
    var comparison = new Comparison(argument("a"), Operator.EXISTS, JsonValue.of(true), true);
    String text = "{path: args.a, op: exists, optional: true}";
    assertEquals(
        List.of(
            new Condition.All(List.of(comparison, new Condition.Not(comparison))),
            new Condition.Any(List.of(comparison))),
        rule("{require: [{all: [%s, {not: %s}]}, {any: [%s]}]}".formatted(text, text, text))
            .require());
  }

  @Test
  void readsTheFurtherFieldsOfALimit() {
    assertEquals(Algorithm.FIXED, limit("").algorithm());
    assertEquals(ZoneOffset.UTC, limit("").timeZone());
    assertEquals(Cost.ONE, limit("").cost());
    assertEquals(ChargedOn.ATTEMPT, limit("").chargedOn());
    assertEquals(Algorithm.SLIDING, limit(", algorithm: sliding").algorithm());
    assertEquals(ZoneId.of("Europe/Berlin"), limit(", time_zone: Europe/Berlin").timeZone());
    assertEquals(ZoneOffset.UTC, limit(", timeZone: Etc/UTC").timeZone());
    assertEquals(new Cost.Units(0), limit(", cost: 0").cost());
    assertEquals(
        new Cost.Argument(argument("n"), 100),
        limit(", cost: {argument: args.n, max: 100}").cost());
    assertEquals(ChargedOn.SUCCESS, limit(", charge: success").chargedOn());
    assertEquals(
        EnumSet.of(Scope.SESSION, Scope.WORKLOAD),
        rule("{limits: [{counter: c, window: day, max: 5, scope: [workload, session]}]}")
            .limits()
            .getFirst()
            .scope());
  }

  @Test
  void readsAnApproval() {
    assertEquals(
        Optional.of(
            new Approval(Set.of(), Set.of(), Duration.ofMinutes(10), Optional.empty(), List.of())),
        rule("{approval: {}}").approval());
    assertEquals(
        Optional.of(
            new Approval(
                Set.of("sre"),
                Set.of("anna", "ben"),
                Duration.ofHours(2),
                Optional.of("costs money"),
                List.of(
                    new Comparison(
                        new ValuePath.WorkloadReplicas(), Operator.EQ, JsonValue.of(0), false)))),
        rule("{approval: {approvers: {groups: [sre], users: [anna, ben]}, ttl: 2h, reason: costs"
                + " money, unless: [{path: workload.replicas, op: eq, value: 0}]}}")
            .approval());
    assertEquals(
        Duration.ofSeconds(90), rule("{approval: {ttl: 90}}").approval().orElseThrow().ttl());
  }

  @Test
  void readsASchedule() {
    Set<DayOfWeek> everyDay = EnumSet.allOf(DayOfWeek.class);
    assertEquals(
        Optional.of(
            new Schedule(
                ZoneId.of("Europe/Berlin"),
                List.of(
                    new Period(EnumSet.of(DayOfWeek.MONDAY, DayOfWeek.SUNDAY), 540, 1_020),
                    new Period(everyDay, 1_320, 360),
                    new Period(everyDay, 1_320, 1_440),
                    new Period(everyDay, 0, 1_440)),
                List.of(new Period(everyDay, 0, 1)),
                Set.of(LocalDate.of(2026, 12, 24)))),
        rule("""
                {schedule: {timeZone: Europe/Berlin,
                  allow: [{days: [mon, sunday], from: "09:00", to: "17:00"},
                          {from: "22:00", to: "06:00"}, {from: "22:00", to: "00:00"}, {to: "24:00"}],
                  deny: [{to: "00:01"}], except: ["2026-12-24"]}}
                """)
            .schedule());
    assertEquals(
        ZoneOffset.UTC, rule("{schedule: {allow: [{}]}}").schedule().orElseThrow().timeZone());
  }

  @Test
  void readsWhetherArgumentsAreStrict() {
    assertEquals(false, rule("{strictArguments: false}").strictArguments());
    assertEquals(true, rule("{}").strictArguments());
  }

  @Test
  void readsTests() {
    PolicyDocument document =
        document(
            """
            tools: {t: {limits: [{counter: c, window: day, max: 5, scope: grant}], rate_limit: 1/day}},
            tests: [
              {call: {name: t}, expect: allow},
              {name: all of it, call: {name: t, arguments: {a: 1}}, grant: {name: g, labels: {team: x}},
               at: "2026-07-01T12:00:00+02:00", state: {c: 5, rate_limit/t: 0},
               workload: {name: w, replicas: 2},
               expect: {decision: deny, reason: LimitExhausted, rule: /tools/t/limits/0}},
              {call: {resource: "file:///x"}, grant: g, expect: needs_approval},
              {call: {prompt: p, arguments: {b: x}}, expect: rate_limited}]
            """);
    assertEquals(
        new PolicyTest(
            Optional.empty(),
            Subject.tool("t"),
            JsonObject.EMPTY,
            "test",
            Map.of(),
            Instant.parse("2026-01-01T00:00:00Z"),
            Map.of(),
            Optional.empty(),
            new Expectation("allow", Optional.empty(), Optional.empty())),
        document.tests().getFirst());
    assertEquals(
        new PolicyTest(
            Optional.of("all of it"),
            Subject.tool("t"),
            JsonObject.builder().put("a", 1).build(),
            "g",
            Map.of("team", "x"),
            Instant.parse("2026-07-01T10:00:00Z"),
            Map.of("c", 5L, "rate_limit/t", 0L),
            Optional.of(new TestWorkload("w", Optional.of(2L))),
            new Expectation(
                "deny", Optional.of("LimitExhausted"), Optional.of("/tools/t/limits/0"))),
        document.tests().get(1));
    assertEquals(
        new Subject(Subject.Kind.RESOURCE, "file:///x"), document.tests().get(2).subject());
    assertEquals("g", document.tests().get(2).grantName());
    assertEquals(new Subject(Subject.Kind.PROMPT, "p"), document.tests().get(3).subject());
  }

  @Test
  void knowsTheReasonsOfDecisions() {
    assertEquals(Arrays.stream(ReasonCode.values()).map(Enum::name).toList(), PolicyTest.REASONS);
  }
}
