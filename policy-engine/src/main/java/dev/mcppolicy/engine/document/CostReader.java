// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.List;
import java.util.Optional;

/** Reads what a call costs a limit. */
record CostReader(Problems problems) {
  private static final String USE =
      "{\"argument\": \"args.NAME\", \"max\": 100} for what an argument says, or a whole number";

  Optional<Cost> cost(JsonValue value, Place place) {
    var values = new Values(problems);
    return switch (value) {
      case JsonValue.JsonNumber number ->
          values.whole(number, place, "a cost", 0, PolicyReader.MAX_MAX).map(Cost.Units::new);
      case JsonObject object -> {
        var fields = new Fields(place, object, List.of("argument", "max"), problems);
        fields.reportUnknownKeys("a cost");
        Optional<ValuePath.Argument> argument =
            fields.required(
                "argument",
                "the path of an argument, such as args.NAME",
                new ValuePathReader(problems)::argument);
        Optional<Long> max =
            fields.required(
                "max",
                "a whole number from 1 to "
                    + PolicyReader.MAX_MAX
                    + ", the most that one call may cost",
                (found, at) -> values.whole(found, at, "a maximum", 1, PolicyReader.MAX_MAX));
        yield argument.flatMap(path -> max.map(most -> new Cost.Argument(path, most)));
      }
      default -> {
        String hint =
            Values.isQuoted(value, 0, PolicyReader.MAX_MAX) ? " (a number without quotes)" : "";
        problems.add(place, Values.notA(value, "a cost") + "; use " + USE + hint);
        yield Optional.empty();
      }
    };
  }
}
