// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads the rules of one kind of subject. */
record RuleSetReader(Problems problems, RuleReader rules) {
  private static final String DEFAULT = "default";

  /** Tools by name. */
  Map<String, Rule> tools(JsonValue value, Place place) {
    return new Values(problems)
        .object(value, place, "an object with a rule for each tool, such as {\"stop_vllm\": {}}")
        .map(object -> rules(Subject.Kind.TOOL, object, place))
        .orElse(Map.of());
  }

  /** Resources or prompts, with the default action among them. */
  RuleSet ruleSet(Subject.Kind kind, JsonValue value, Place place) {
    return new Values(problems)
        .object(
            value,
            place,
            "an object with `default` and a rule for each "
                + kind.word()
                + ", such as {\"default\": \"deny\"}")
        .map(
            object ->
                new RuleSet(
                    object
                        .get(DEFAULT)
                        .flatMap(found -> defaultAction(kind, found, place.member(DEFAULT)))
                        .orElse(Action.DENY),
                    rules(kind, object.without(DEFAULT), place)))
        .orElse(RuleSet.DENY_ALL);
  }

  private Optional<Action> defaultAction(Subject.Kind kind, JsonValue value, Place place) {
    if (value instanceof JsonObject) {
      problems.add(
          place,
          "found an object; `default` is the action for every "
              + kind.word()
              + " that no rule names, allow or deny, so no rule can be for a "
              + kind.word()
              + " of that name");
      return Optional.empty();
    }
    return new Values(problems).action(value, place);
  }

  private Map<String, Rule> rules(Subject.Kind kind, JsonObject object, Place place) {
    Map<String, JsonValue> members = object.members();
    if (members.size() > PolicyReader.TOOLS_MAX) {
      problems.add(
          place,
          "there are " + members.size() + " rules, the most allowed is " + PolicyReader.TOOLS_MAX);
      return Map.of();
    }
    var read = new LinkedHashMap<String, Rule>();
    var names = new SubjectNames(problems);
    members.forEach(
        (name, value) -> {
          Place at = place.member(name);
          var subject = new Subject(kind, name);
          names.check(subject, at);
          rules.rule(subject, value, at).ifPresent(rule -> read.put(name, rule));
        });
    return read;
  }
}
