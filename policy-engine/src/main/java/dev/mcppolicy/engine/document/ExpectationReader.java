// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.engine.document.PolicyTest.Expectation;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads what a test expects. */
record ExpectationReader(Problems problems) {

  Optional<Expectation> read(JsonValue value, Place place) {
    if (value instanceof JsonString) {
      return decision(value, place)
          .map(decision -> new Expectation(decision, Optional.empty(), Optional.empty()));
    }
    return values()
        .object(
            value,
            place,
            Wording.oneOf(PolicyTest.DECISIONS) + ", or an object with decision, reason and rule")
        .flatMap(
            object -> {
              var fields =
                  new Fields(place, object, List.of("decision", "reason", "rule"), problems);
              fields.reportUnknownKeys("an expectation");
              Optional<String> reason =
                  fields.read(
                      "reason",
                      (found, at) ->
                          values()
                              .word(
                                  found,
                                  at,
                                  "a reason of a decision",
                                  PolicyTest.REASONS,
                                  Function.identity()));
              Optional<String> rule = fields.read("rule", this::pointer);
              return fields
                  .required("decision", Wording.oneOf(PolicyTest.DECISIONS), this::decision)
                  .map(decision -> new Expectation(decision, reason, rule));
            });
  }

  private Optional<String> decision(JsonValue value, Place place) {
    return values().word(value, place, "a decision", PolicyTest.DECISIONS, Function.identity());
  }

  private Optional<String> pointer(JsonValue value, Place place) {
    if (value instanceof JsonString(String text)
        && text.startsWith("/")
        && text.length() <= PolicyTest.POINTER_CHARS_MAX) {
      return Optional.of(text);
    }
    problems.add(
        place,
        Values.notA(value, "a place in the document")
            + "; use a JSON Pointer such as /tools/stop_vllm/limits/0 or /default");
    return Optional.empty();
  }

  private Values values() {
    return new Values(problems);
  }
}
