// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the fields of a document. */
record DocumentReader(Problems problems) {
  private static final List<String> KEYS =
      List.of(
          "version",
          "default",
          "mode",
          "audit",
          "hide",
          "all_tools",
          "tools",
          "resources",
          "prompts",
          "tests");

  /** Empty, with problems, when there is no document to speak of. */
  Optional<PolicyDocument> document(JsonObject object, Set<String> besides) {
    var fields = new Fields(Place.DOCUMENT, object, KEYS, problems);
    fields.reportUnknownKeys("a policy", besides);
    Optional<String> version = fields.required("version", "`\"1\"`", this::version);
    Optional<Action> defaultAction =
        fields.required("default", "allow or deny", new Values(problems)::action);
    Mode mode = fields.read("mode", new ModeReader(problems)::mode).orElse(Mode.ENFORCE);
    Recording recording =
        fields.read("audit", new ModeReader(problems)::recording).orElse(Recording.BEST_EFFORT);
    Hidden hidden =
        fields
            .read("hide", (value, at) -> Optional.of(new HiddenReader(problems).hidden(value, at)))
            .orElse(Hidden.NOTHING);
    var limits = new LimitReader(problems);
    List<LimitDeclaration> allTools =
        fields.read("all_tools", (value, at) -> allTools(limits, value, at)).orElse(List.of());
    var rules = new RuleSetReader(problems, new RuleReader(problems, limits, new PatternBudget()));
    Map<String, Rule> tools =
        fields.read("tools", (value, at) -> Optional.of(rules.tools(value, at))).orElse(Map.of());
    RuleSet resources = ruleSet(rules, Subject.Kind.RESOURCE, fields);
    RuleSet prompts = ruleSet(rules, Subject.Kind.PROMPT, fields);
    List<PolicyTest> tests =
        fields
            .read(
                "tests",
                (value, at) ->
                    Optional.of(
                        new PolicyTestReader(problems, limits.counterNames()).tests(value, at)))
            .orElse(List.of());
    return version.flatMap(
        one ->
            defaultAction.map(
                action ->
                    new PolicyDocument(
                        one, action, mode, recording, hidden, allTools, tools, resources, prompts,
                        tests)));
  }

  private Optional<String> version(JsonValue value, Place place) {
    if (value instanceof JsonString(String text) && text.equals("1")) {
      return Optional.of(text);
    }
    String hint =
        value instanceof JsonNumber(String number) && number.equals("1")
            ? " (a text, with quotes)"
            : "";
    problems.add(place, Wording.found(value) + " is not a version; use `\"1\"`" + hint);
    return Optional.empty();
  }

  private Optional<List<LimitDeclaration>> allTools(
      LimitReader limits, JsonValue value, Place place) {
    return new Values(problems)
        .object(value, place, "an object with `limits`")
        .flatMap(
            object -> {
              var fields = new Fields(place, object, List.of("limits"), problems);
              fields.reportUnknownKeys("all_tools");
              return fields.required(
                  "limits",
                  "a list of limits, or leave `all_tools` out",
                  (found, at) -> Optional.of(limits.limits(found, at, "all_tools")));
            });
  }

  private static RuleSet ruleSet(RuleSetReader rules, Subject.Kind kind, Fields fields) {
    return fields
        .read(kind.key(), (value, at) -> Optional.of(rules.ruleSet(kind, value, at)))
        .orElse(RuleSet.DENY_ALL);
  }
}
