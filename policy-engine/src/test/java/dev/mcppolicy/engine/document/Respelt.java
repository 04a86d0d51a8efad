// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Printed documents in other words that mean the same. */
final class Respelt {
  static final Map<String, String> CAMEL_CASE =
      Map.of(
          "all_tools", "allTools",
          "deny_if", "denyIf",
          "rate_limit", "rateLimit",
          "strict_arguments", "strictArguments",
          "time_zone", "timeZone");

  /** Under these keys stand names and values of the author's, not of the language. */
  private static final Set<String> FREE =
      Set.of("value", "arguments", "labels", "state", "tools", "resources", "prompts");

  private Respelt() {}

  static JsonObject inCamelCase(JsonObject document) {
    return (JsonObject)
        changed(
            document,
            object -> {
              Map<String, JsonValue> members = new LinkedHashMap<>();
              object
                  .members()
                  .forEach(
                      (name, value) -> members.put(CAMEL_CASE.getOrDefault(name, name), value));
              return new JsonObject(members);
            });
  }

  static JsonObject shuffled(JsonObject document, Random random) {
    return (JsonObject)
        changed(
            document,
            object -> {
              var names = new ArrayList<>(object.members().keySet());
              Collections.shuffle(names, random);
              var members = JsonObject.builder();
              names.forEach(name -> members.put(name, object.get(name).orElseThrow()));
              return members.build();
            });
  }

  private static JsonValue changed(JsonValue value, UnaryOperator<JsonObject> change) {
    return switch (value) {
      case JsonObject object -> {
        var members = JsonObject.builder();
        object.members().forEach((name, member) -> members.put(name, changed(member, change)));
        yield change.apply(members.build());
      }
      case JsonArray array ->
          new JsonArray(array.elements().stream().map(one -> changed(one, change)).toList());
      default -> value;
    };
  }

  /** The places of all objects whose keys are those of the language. */
  static List<List<Object>> objectsOfTheLanguage(JsonObject document) {
    var places = new ArrayList<List<Object>>();
    collect(document, List.of(), false, places);
    return places;
  }

  /** The places of all fields, but for those that any value suits: what to compare with. */
  static List<List<Object>> fieldsOfTheLanguage(JsonObject document) {
    var fields = new ArrayList<List<Object>>();
    for (List<Object> steps : objectsOfTheLanguage(document)) {
      JsonObject object = (JsonObject) at(document, steps);
      for (String name : object.members().keySet()) {
        if (!name.equals("value")) {
          fields.add(with(steps, name));
        }
      }
    }
    return fields;
  }

  /** What stands at a place. */
  static JsonValue at(JsonObject document, List<Object> steps) {
    JsonValue value = document;
    for (Object step : steps) {
      value =
          switch (value) {
            case JsonObject object -> object.get(String.valueOf(step)).orElseThrow();
            case JsonArray array -> array.elements().get((Integer) step);
            default -> throw new IllegalArgumentException("nothing at " + steps);
          };
    }
    return value;
  }

  private static void collect(
      JsonValue value, List<Object> steps, boolean isFree, List<List<Object>> places) {
    switch (value) {
      case JsonObject object -> {
        if (!isFree) {
          places.add(steps);
        }
        object
            .members()
            .forEach(
                (name, member) -> {
                  boolean isNamed = !isFree && FREE.contains(name);
                  if (!isNamed || steps.isEmpty()) {
                    collect(member, with(steps, name), isNamed, places);
                  }
                });
      }
      case JsonArray array -> {
        for (int i = 0; i < array.elements().size(); i++) {
          collect(array.elements().get(i), with(steps, i), isFree, places);
        }
      }
      default -> {}
    }
  }

  private static List<Object> with(List<Object> steps, Object step) {
    var longer = new ArrayList<>(steps);
    longer.add(step);
    return longer;
  }
}
