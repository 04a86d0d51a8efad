// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Changes one place of a document, as its author would. */
final class Edit {
  private static final Pattern STEP =
      Pattern.compile("\\.?([A-Za-z0-9_-]+)|\\[([0-9]+)\\]|\\[\"((?:[^\"\\\\]|\\\\.)*)\"\\]");

  private Edit() {}

  /** The names and indexes of a place as messages write it. */
  static List<Object> steps(String place) {
    var steps = new ArrayList<Object>();
    Matcher step = STEP.matcher(place);
    int at = 0;
    while (at < place.length() && step.find(at) && step.start() == at) {
      if (step.group(2) != null) {
        steps.add(Integer.valueOf(step.group(2)));
      } else if (step.group(3) != null) {
        steps.add(unescaped(step.group(3)));
      } else {
        steps.add(step.group(1));
      }
      at = step.end();
    }
    return steps;
  }

  private static String unescaped(String text) {
    return Pattern.compile("\\\\u([0-9a-f]{4})")
        .matcher(text)
        .replaceAll(
            match ->
                Matcher.quoteReplacement(
                    String.valueOf((char) Integer.parseInt(match.group(1), 16))));
  }

  /** With what the function makes of the value at that place; empty in or out: no value there. */
  static JsonValue at(
      JsonValue value,
      List<Object> steps,
      Function<Optional<JsonValue>, Optional<JsonValue>> change) {
    if (steps.isEmpty()) {
      return change.apply(Optional.of(value)).orElseThrow();
    }
    List<Object> rest = steps.subList(1, steps.size());
    return switch (value) {
      case JsonObject object -> {
        String name = String.valueOf(steps.getFirst());
        Optional<JsonValue> changed = changed(object.get(name), rest, change);
        yield changed.isPresent() ? object.with(name, changed.get()) : object.without(name);
      }
      case JsonArray(List<JsonValue> elements) -> {
        int index = (Integer) steps.getFirst();
        var copy = new ArrayList<>(elements);
        Optional<JsonValue> changed = changed(Optional.of(copy.remove(index)), rest, change);
        changed.ifPresent(element -> copy.add(index, element));
        yield new JsonArray(copy);
      }
      default -> throw new IllegalArgumentException("nothing at " + steps);
    };
  }

  private static Optional<JsonValue> changed(
      Optional<JsonValue> value,
      List<Object> rest,
      Function<Optional<JsonValue>, Optional<JsonValue>> change) {
    return rest.isEmpty()
        ? change.apply(value)
        : Optional.of(at(value.orElseThrow(), rest, change));
  }

  /** With the last step of the place called otherwise, where it stands. */
  static JsonValue renamed(JsonValue value, List<Object> steps, String name) {
    String old = String.valueOf(steps.getLast());
    return at(
        value,
        steps.subList(0, steps.size() - 1),
        parent -> {
          Map<String, JsonValue> members = new LinkedHashMap<>();
          ((JsonObject) parent.orElseThrow())
              .members()
              .forEach((key, member) -> members.put(key.equals(old) ? name : key, member));
          return Optional.of(new JsonObject(members));
        });
  }
}
