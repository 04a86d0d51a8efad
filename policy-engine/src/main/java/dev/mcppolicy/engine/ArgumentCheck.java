// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Holds the arguments of a call against the top level of the tool's schema: declared names,
 * required ones, plain types. A server may honour arguments that it does not declare, so those
 * never pass; deeper constraints are the server's own to check.
 */
final class ArgumentCheck {
  private ArgumentCheck() {}

  /** The first thing wrong with the arguments; empty when they fit, or when it is no tool. */
  static Optional<DecisionReason> check(Evaluation call) {
    if (!call.isOfTool()) {
      return Optional.empty();
    }
    if (!(call.lookup() instanceof ToolLookup.Known(ToolDefinition tool))) {
      throw new IllegalStateException("arguments are looked at once the tool is known");
    }
    return check(tool, call.call().arguments(), call.rule().isStrict());
  }

  private static Optional<DecisionReason> check(
      ToolDefinition tool, JsonObject arguments, boolean isStrict) {
    Optional<JsonObject> schema = tool.inputSchema();
    if (schema.isEmpty()) {
      return arguments.members().isEmpty() || !isStrict
          ? Optional.empty()
          : Optional.of(DecisionText.schemaUnknown(tool.name()));
    }
    JsonObject properties = schema.get().object("properties").orElse(JsonObject.EMPTY);
    for (Map.Entry<String, JsonValue> argument : arguments.members().entrySet()) {
      String name = argument.getKey();
      Optional<JsonValue> property = properties.get(name);
      if (property.isEmpty() && isStrict) {
        return Optional.of(
            DecisionText.undeclaredArgument(
                tool.name(), name, List.copyOf(properties.members().keySet())));
      }
      List<String> types =
          property.isPresent() && property.get() instanceof JsonObject declared
              ? types(declared)
              : List.of();
      if (!types.isEmpty() && !hasType(argument.getValue(), types)) {
        return Optional.of(
            DecisionText.wrongType(
                tool.name(), name, argument.getValue().typeName(), String.join(" or ", types)));
      }
    }
    return missing(schema.get(), arguments)
        .map(name -> DecisionText.missingArgument(tool.name(), name));
  }

  private static Optional<String> missing(JsonObject schema, JsonObject arguments) {
    for (JsonValue name : schema.array("required").orElse(JsonArray.EMPTY).elements()) {
      if (name instanceof JsonString(String required) && !arguments.has(required)) {
        return Optional.of(required);
      }
    }
    return Optional.empty();
  }

  /** The types of JSON Schema that a property states; empty when it states none that we know. */
  private static List<String> types(JsonObject property) {
    var types = new ArrayList<String>();
    switch (property.get("type").orElse(JsonValue.JsonNull.NULL)) {
      case JsonString(String type) -> types.add(type);
      case JsonArray(List<JsonValue> several) -> {
        for (JsonValue type : several) {
          if (type instanceof JsonString(String word)) {
            types.add(word);
          }
        }
      }
      case JsonValue other -> {
        return List.of();
      }
    }
    for (String type : types) {
      switch (type) {
        case "object", "array", "string", "number", "integer", "boolean", "null" -> {}
        default -> {
          return List.of();
        }
      }
    }
    return types;
  }

  private static boolean hasType(JsonValue value, List<String> types) {
    return types.contains(value.typeName())
        || (value instanceof JsonNumber number && types.contains("integer") && isWhole(number));
  }

  private static boolean isWhole(JsonNumber number) {
    BigDecimal value = number.decimal();
    return value.signum() == 0 || value.stripTrailingZeros().scale() <= 0;
  }
}
