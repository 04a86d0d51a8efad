// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;

/** Writes limits in their canonical form. */
final class LimitPrinter {
  private LimitPrinter() {}

  static JsonArray print(List<LimitDeclaration> limits) {
    return new JsonArray(limits.stream().<JsonValue>map(LimitPrinter::limit).toList());
  }

  static JsonObject rateLimit(LimitDeclaration limit) {
    var object =
        JsonObject.builder().put("max", limit.max()).put("window", limit.window().canonicalName());
    if (!limit.scope().equals(Set.of(Scope.GRANT))) {
      object.put("scope", scope(limit.scope()));
    }
    return object.build();
  }

  private static JsonObject limit(LimitDeclaration limit) {
    var object =
        JsonObject.builder()
            .put("counter", limit.counter())
            .put("window", limit.window().canonicalName())
            .put("max", limit.max())
            .put("scope", scope(limit.scope()));
    if (limit.algorithm() != Algorithm.FIXED) {
      object.put("algorithm", limit.algorithm().word());
    }
    if (!limit.timeZone().equals(ZoneOffset.UTC)) {
      object.put("time_zone", zone(limit.timeZone()));
    }
    if (!limit.cost().equals(Cost.ONE)) {
      object.put("cost", cost(limit.cost()));
    }
    if (limit.chargedOn() != ChargedOn.ATTEMPT) {
      object.put("charge", limit.chargedOn().word());
    }
    return object.build();
  }

  static JsonValue scope(Set<Scope> scope) {
    List<JsonValue> words = scope.stream().<JsonValue>map(one -> JsonValue.of(one.word())).toList();
    return words.size() == 1 ? words.getFirst() : new JsonArray(words);
  }

  private static JsonValue cost(Cost cost) {
    return switch (cost) {
      case Cost.Units(long units) -> JsonValue.of(units);
      case Cost.Argument(ValuePath.Argument path, long max) ->
          JsonObject.builder().put("argument", ConditionPrinter.path(path)).put("max", max).build();
    };
  }

  static String zone(ZoneId zone) {
    return zone.equals(ZoneOffset.UTC) ? "UTC" : zone.getId();
  }
}
