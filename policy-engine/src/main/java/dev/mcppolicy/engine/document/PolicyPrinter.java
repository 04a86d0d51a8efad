// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.List;
import java.util.Set;

/**
 * Writes a document in its canonical form: published spelling, defaults left away, windows by their
 * canonical names. Reading it again gives an equal document, and pointers to rules are pointers
 * into it.
 */
public final class PolicyPrinter {
  private PolicyPrinter() {}

  public static JsonObject print(PolicyDocument document) {
    var tools = JsonObject.builder();
    document.tools().forEach((name, rule) -> tools.put(name, rule(rule)));
    return JsonObject.builder()
        .put("version", document.version())
        .put("default", document.defaultAction().word())
        .put("tools", tools.build())
        .build();
  }

  private static JsonObject rule(Rule rule) {
    var object = JsonObject.builder();
    if (rule.action() == Action.DENY) {
      object.put("action", rule.action().word());
    }
    rule.reason().ifPresent(reason -> object.put("reason", reason));
    if (!rule.limits().isEmpty()) {
      List<JsonValue> limits = rule.limits().stream().<JsonValue>map(PolicyPrinter::limit).toList();
      object.put("limits", new JsonArray(limits));
    }
    rule.rateLimit()
        .ifPresent(
            limit ->
                object.put(
                    "rate_limit",
                    JsonObject.builder()
                        .put("max", limit.max())
                        .put("window", limit.window().canonicalName())
                        .build()));
    return object.build();
  }

  private static JsonObject limit(LimitDeclaration limit) {
    return JsonObject.builder()
        .put("counter", limit.counter())
        .put("window", limit.window().canonicalName())
        .put("max", limit.max())
        .put("scope", scope(limit.scope()))
        .build();
  }

  private static JsonValue scope(Set<Scope> scope) {
    List<JsonValue> words = scope.stream().<JsonValue>map(one -> JsonValue.of(one.word())).toList();
    return words.size() == 1 ? words.getFirst() : new JsonArray(words);
  }
}
