// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** Reads what a policy says of one tool, resource or prompt. */
record RuleReader(Problems problems, LimitReader limits, PatternBudget patterns) {
  private static final List<String> KEYS =
      List.of(
          "action",
          "reason",
          "require",
          "deny_if",
          "limits",
          "rate_limit",
          "approval",
          "schedule",
          "strict_arguments",
          "mode");
  private static final List<String> KEYS_WITHOUT_SCHEMA =
      KEYS.stream().filter(key -> !key.equals("strict_arguments")).toList();

  Optional<Rule> rule(Subject subject, JsonValue value, Place place) {
    return new Values(problems)
        .object(
            value,
            place,
            "an object, `{}` to allow the " + subject.kind().word() + " without conditions")
        .map(object -> rule(subject, object, place));
  }

  private Rule rule(Subject subject, JsonObject object, Place place) {
    var values = new Values(problems);
    var conditions = new ConditionReader(problems, patterns);
    Fields fields = fields(subject, object, place);
    Action action = fields.read("action", values::action).orElse(Action.ALLOW);
    var rule =
        new Rule(
            action,
            fields.read(
                "reason", (value, at) -> values.line(value, at, PolicyReader.REASON_CHARS_MAX)),
            list(fields, "require", (value, at) -> conditions.conditions(value, at, "require")),
            list(fields, "deny_if", (value, at) -> conditions.conditions(value, at, "deny_if")),
            list(fields, "limits", (value, at) -> limits.limits(value, at, "limits")),
            fields.read(
                "rate_limit",
                (value, at) ->
                    limits.rateLimit(value, at, LimitDeclaration.generatedCounter(subject))),
            fields.read("approval", new ApprovalReader(problems, conditions)::approval),
            fields.read("schedule", new ScheduleReader(problems)::schedule),
            fields.read("strict_arguments", values::flag).orElse(true),
            fields.read("mode", new ModeReader(problems)::mode));
    if (action == Action.DENY) {
      reportBesideDeny(fields);
    }
    return rule;
  }

  private Fields fields(Subject subject, JsonObject object, Place place) {
    if (subject.kind() == Subject.Kind.TOOL) {
      var fields = new Fields(place, object, KEYS, problems);
      fields.reportUnknownKeys("a rule");
      return fields;
    }
    var fields = new Fields(place, object, KEYS_WITHOUT_SCHEMA, problems);
    if (fields.has("strict_arguments")) {
      problems.addUnreadable(
          fields.at("strict_arguments"),
          "only tools have a schema of their arguments; remove `"
              + fields.written("strict_arguments")
              + "`");
    }
    fields.reportUnknownKeys("a rule of a " + subject.kind().word());
    return fields;
  }

  private void reportBesideDeny(Fields fields) {
    for (String key : KEYS) {
      if (!key.equals("action") && !key.equals("reason") && fields.has(key)) {
        problems.add(
            fields.at(key),
            "a rule with action `deny` denies every call; remove `"
                + fields.written(key)
                + "` or the action");
      }
    }
  }

  private static <T> List<T> list(
      Fields fields, String key, BiFunction<JsonValue, Place, List<T>> reader) {
    return fields.read(key, (value, at) -> Optional.of(reader.apply(value, at))).orElse(List.of());
  }
}
