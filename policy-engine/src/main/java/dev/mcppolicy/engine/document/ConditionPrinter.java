// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonBoolean;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.List;

/** Writes conditions and their paths in their canonical form. */
final class ConditionPrinter {
  private ConditionPrinter() {}

  static JsonArray print(List<Condition> conditions) {
    return new JsonArray(conditions.stream().<JsonValue>map(ConditionPrinter::condition).toList());
  }

  private static JsonObject condition(Condition condition) {
    var object = JsonObject.builder();
    switch (condition) {
      case Condition.All(List<Condition> conditions) -> object.put("all", print(conditions));
      case Condition.Any(List<Condition> conditions) -> object.put("any", print(conditions));
      case Condition.Not(Condition negated) -> object.put("not", condition(negated));
      case Condition.Comparison comparison -> {
        object.put("path", path(comparison.path())).put("op", comparison.operator().word());
        boolean isDefault =
            comparison.operator() == Operator.EXISTS
                && comparison.operand().equals(JsonBoolean.TRUE);
        if (!isDefault) {
          object.put("value", comparison.operand());
        }
        if (comparison.optional()) {
          object.put("optional", true);
        }
      }
    }
    return object.build();
  }

  /** With dots where no name has one, else as a JSON Pointer. */
  static String path(ValuePath path) {
    return switch (path) {
      case ValuePath.GrantName() -> "grant.name";
      case ValuePath.GrantLabel(String key) -> "grant.labels." + key;
      case ValuePath.WorkloadName() -> "workload.name";
      case ValuePath.WorkloadReplicas() -> "workload.replicas";
      case ValuePath.Argument(List<String> tokens) ->
          tokens.stream().anyMatch(token -> token.isEmpty() || token.contains("."))
              ? pointer(tokens)
              : "args." + String.join(".", tokens);
    };
  }

  private static String pointer(List<String> tokens) {
    var pointer = new StringBuilder();
    for (String token : tokens) {
      pointer.append('/').append(token.replace("~", "~0").replace("/", "~1"));
    }
    return pointer.toString();
  }
}
