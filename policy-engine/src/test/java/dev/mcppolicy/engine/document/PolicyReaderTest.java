// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PolicyReaderTest {
  private static final String PUBLISHED =
      """
      {"version": "1", "default": "deny",
       "tools": {"stop_vllm": {"limits": [{"counter": "stop_vllm_rate", "window": "minute", "max": 10, "scope": "grant"}]}}}
      """;

  private static final PolicyDocument PUBLISHED_MEANS =
      PolicyDocument.ofTools(
          Action.DENY,
          Map.of(
              "stop_vllm",
              Rule.allow(
                  List.of(
                      new LimitDeclaration(
                          "stop_vllm_rate", new Window.Seconds(60), 10, Set.of(Scope.GRANT))),
                  Optional.empty())));

  private static PolicyDocument valid(String text) {
    PolicyReading reading = PolicyReader.read(text);
    return assertInstanceOf(PolicyReading.Valid.class, reading, reading::toString).document();
  }

  private static List<String> problems(PolicyReading reading) {
    return assertInstanceOf(PolicyReading.Invalid.class, reading).problems().stream()
        .map(Problem::text)
        .toList();
  }

  private static JsonObject object(String json) throws MalformedJsonException {
    JsonValue value =
        new StrictJson(JsonLimits.REQUEST).read(json.getBytes(StandardCharsets.UTF_8));
    return assertInstanceOf(JsonObject.class, value);
  }

  @Test
  void readsThePublishedPolicyAsJson() {
    assertEquals(PUBLISHED_MEANS, valid(PUBLISHED));
  }

  @Test
  void readsThePublishedPolicyWithTabsForIndentation() {
    assertEquals(PUBLISHED_MEANS, valid(PUBLISHED.replace(" ", "\t")));
  }

  @Test
  void readsThePublishedPolicyAsYaml() {
    assertEquals(
        PUBLISHED_MEANS,
        valid(
            """
            # the published policy
            version: "1"
            default: deny
            tools:
              stop_vllm:
                limits:
                - {counter: stop_vllm_rate, window: minute, max: 10, scope: grant}
            """));
  }

  @Test
  void readsThePublishedPolicyAsPartOfASpec() throws MalformedJsonException {
    JsonObject spec =
        object(PUBLISHED).with("servers", object("{}")).with("grants", JsonValue.JsonArray.EMPTY);
    assertEquals(
        new PolicyReading.Valid(PUBLISHED_MEANS),
        PolicyReader.read(spec, Set.of("servers", "grants")));
  }

  @Test
  void namesTheKeysOfTheResourceAmongTheAllowedOnes() throws MalformedJsonException { // T120
    JsonObject spec = object("{\"version\":\"1\",\"default\":\"deny\",\"grant\":[]}");
    assertEquals(
        List.of(
            "grant: `grant` is not a key of a policy; use version, default, mode, audit, hide,"
                + " all_tools, tools, resources, prompts, tests, grants, servers (did you mean"
                + " `grants`?)"),
        problems(PolicyReader.read(spec, Set.of("servers", "grants"))));
  }

  @Test
  void refusesTheKeysOfAResourceInAFile() {
    assertEquals(
        List.of(
            "servers: `servers` is not a key of a policy; use version, default, mode, audit, hide,"
                + " all_tools, tools, resources, prompts, tests"),
        problems(PolicyReader.read("version: '1'\ndefault: deny\nservers: []\n")));
  }

  @Test
  void readsEverySpellingOfAWindowAsOneValue() {
    String policy = "{version: '1', default: deny, tools: {t: {rate_limit: {max: 1, window: %s}}}}";
    for (String minute : List.of("minute", "60", "60s", "1m")) {
      assertEquals(valid(policy.formatted("minute")), valid(policy.formatted(minute)));
    }
    assertEquals(valid(policy.formatted("hour")), valid(policy.formatted("3600")));
    assertEquals(valid(policy.formatted("day")), valid(policy.formatted("24h")));
  }

  @Test
  void readsTheShorthandsAsOneValueInBothSpellings() {
    PolicyDocument expected =
        valid("{version: '1', default: deny, tools: {t: {rate_limit: {max: 10, window: 90}}}}");
    assertEquals(expected, valid("{version: '1', default: deny, tools: {t: {rateLimit: 10/90s}}}"));
    assertEquals(
        new LimitDeclaration("rate_limit/t", new Window.Seconds(90), 10, Set.of(Scope.GRANT)),
        expected.rule(Subject.tool("t")).orElseThrow().rateLimit().orElseThrow());
  }

  @Test
  void readsTheScopeThatAShorthandAsksFor() {
    String policy =
        "{version: '1', default: deny, tools: {t: {rate_limit: {max: 9, window: 60%s}}}}";
    assertEquals(
        Set.of(Scope.SESSION),
        valid(policy.formatted(", scope: session"))
            .rule(Subject.tool("t"))
            .orElseThrow()
            .rateLimit()
            .orElseThrow()
            .scope());
    assertEquals(
        valid(policy.formatted("")), valid(policy.formatted(", scope: [grant]")), "the default");
  }

  @Test
  void allowsLimitsThatShareACounterToDifferInMax() {
    PolicyDocument document =
        valid(
            """
            {version: "1", default: deny, tools: {
              a: {limits: [{counter: c, window: minute, max: 1, scope: [server, grant]}]},
              b: {limits: [{counter: c, window: 60s, max: 2, scope: [grant, server]}]}}}
            """);
    assertEquals(1, document.rule(Subject.tool("a")).orElseThrow().limits().getFirst().max());
    assertEquals(2, document.rule(Subject.tool("b")).orElseThrow().limits().getFirst().max());
  }

  @Test
  void readsQuotedWordsThatOldYamlTakesForBooleans() {
    assertEquals(
        Set.of("on", "no"),
        valid("{version: '1', default: deny, tools: {'on': {}, \"no\": {}}}").tools().keySet());
  }

  @Test
  void refusesAnEmptyDocumentInEveryForm() {
    List<String> missing =
        List.of("version: is missing; use `\"1\"`", "default: is missing; use allow or deny");
    assertEquals(missing, problems(PolicyReader.read(JsonObject.EMPTY)));
    assertEquals(missing, problems(PolicyReader.read("{}")));
    JsonObject spec = JsonObject.builder().put("servers", JsonValue.JsonArray.EMPTY).build();
    assertEquals(missing, problems(PolicyReader.read(spec, Set.of("servers"))));
    for (String nothing : List.of("", " \n\t", "---\n", "null", "[]")) {
      assertEquals(1, problems(PolicyReader.read(nothing)).size(), nothing);
    }
  }

  @Test
  void refusesADocumentOverTheLengthLimitInEveryForm() { // T12
    String reason = "x".repeat(400);
    var tools = JsonObject.builder();
    for (int i = 0; i < 999; i++) {
      tools.put(
          "tool_" + i, JsonObject.builder().put("action", "deny").put("reason", reason).build());
    }
    JsonObject document =
        JsonObject.builder()
            .put("version", "1")
            .put("default", "deny")
            .put("tools", tools.build())
            .build();
    int bytes = JsonText.bytes(document).length;
    String expected = "the document has " + bytes + " bytes, the most allowed is 262144";
    assertEquals(List.of(expected), problems(PolicyReader.read(JsonText.string(document))));
    assertEquals(List.of(expected), problems(PolicyReader.read(document)));
  }

  @Test
  void countsTheLengthInBytes() {
    String text = "version: '1'\ndefault: deny\n#" + "\u00e9".repeat(140_000) + "\n";
    assertTrue(problems(PolicyReader.read(text)).getFirst().startsWith("the document has 280029"));
  }

  @Test
  void refusesMoreRulesAndLimitsThanAllowed() {
    var rules = new StringBuilder("{version: '1', default: deny, tools: {");
    for (int i = 0; i <= PolicyReader.TOOLS_MAX; i++) {
      rules.append("t").append(i).append(": {}, ");
    }
    assertEquals(
        List.of("tools: there are 1001 rules, the most allowed is 1000"),
        problems(PolicyReader.read(rules + "}}")));
    String limit = "{counter: c, window: minute, max: 1, scope: grant}, ";
    assertEquals(
        List.of("tools.t.limits: the list has 17 limits; use 1 to 16"),
        problems(
            PolicyReader.read(
                "{version: '1', default: deny, tools: {t: {limits: ["
                    + limit.repeat(17)
                    + "]}}}")));
  }

  @Test
  void boundsThePatternsOfADocumentTogether() { // T12
    var rules = new StringBuilder("{version: '1', default: deny, tools: {");
    for (int i = 0; i < 30; i++) {
      rules.append(
          "t%d: {require: [{path: args.a, op: regex, value: '%s'}]}, "
              .formatted(i, "a{990}" + "\\pL".repeat(45)));
    }
    List<String> problems = problems(PolicyReader.read(rules + "}}"));
    assertEquals(
        "tools.t25.require[0].value: the patterns of this document have together more than 50000"
            + " steps; use fewer or shorter ones, or split the policy",
        problems.getFirst());
  }

  @Test
  void refusesMoreConditionsThanAllowed() {
    String condition = "{path: args.a, op: exists}, ";
    String nested = "{all: [" + condition.repeat(31) + "]}, ";
    assertEquals(
        List.of(
            "tools.t.require[7].all[31]: this is one condition too many; a rule has at most 256,"
                + " those inside others counted"),
        problems(
            PolicyReader.read(
                "{version: '1', default: deny, tools: {t: {require: ["
                    + nested.repeat(7)
                    + "{all: ["
                    + condition.repeat(32)
                    + "]}]}}}")));
  }

  @Test
  void refusesDeepNestingInJsonAndYaml() { // T12
    assertTrue(PolicyReader.read("{\"a\":".repeat(50_000)) instanceof PolicyReading.Invalid);
    assertEquals(
        List.of("the document is nested deeper than 32 levels"),
        problems(PolicyReader.read("a: " + "[".repeat(200) + "]".repeat(200))));
  }

  @Test
  void refusesABombOfAliases() { // T12
    var bomb = new StringBuilder("a0: &a0 [x]\n");
    for (int i = 1; i < 40; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    assertTrue(PolicyReader.read(bomb.toString()) instanceof PolicyReading.Invalid);
  }

  /** A pattern that looks for a hint would try every blank as the beginning of a word. */
  @Test
  void reportsARateOfBlanksAtOnce() { // T73
    String rate = "1" + " ".repeat(200_000) + "1";
    String text =
        "{\"version\": \"1\", \"default\": \"deny\", \"tools\": {\"t\": {\"rate_limit\": \""
            + rate
            + "\"}}}";
    List<String> problems =
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> problems(PolicyReader.read(text)));
    assertEquals(1, problems.size());
    assertTrue(problems.getFirst().contains("is not a rate"), problems::toString);
  }

  /** In a {@code deny_if} with {@code exists} such a path would let every call through. */
  @Test
  void refusesPathsWithWhatNobodySees() {
    for (String path :
        List.of("args.a ", "args. a", "args.a\u200b", "args.a.b\u00a0", "args.\ta")) {
      JsonObject condition = JsonObject.builder().put("path", path).put("op", "exists").build();
      JsonObject document =
          JsonObject.builder()
              .put("version", "1")
              .put("default", "deny")
              .put(
                  "tools",
                  JsonObject.builder()
                      .put(
                          "t",
                          JsonObject.builder()
                              .put("deny_if", JsonValue.JsonArray.of(condition))
                              .build())
                      .build())
              .build();
      List<String> problems = problems(PolicyReader.read(document));
      assertEquals(1, problems.size());
      assertTrue(
          problems.getFirst().contains("has a part that begins or ends"), problems::toString);
    }
  }
}
