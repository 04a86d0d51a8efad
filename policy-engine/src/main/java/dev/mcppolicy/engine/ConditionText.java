// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.Condition;
import dev.mcppolicy.engine.document.Operator;
import dev.mcppolicy.engine.document.ValuePath;
import dev.mcppolicy.engine.document.Wording;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonBoolean;
import dev.mcppolicy.json.JsonValue.JsonNull;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.util.List;
import java.util.stream.Collectors;

/** Says in words what a condition of a document states, and why it cannot be told of a call. */
public final class ConditionText {
  private static final int TEXT_MAX = 400;
  private static final int OPERANDS_MAX = 8;

  /** What can be wrong with a name or a label: that the condition compares with something else. */
  private static final String IS_TEXT = " is a text";

  private ConditionText() {}

  /** For example {@code `args.port` is greater than 9000}; at most about 400 characters. */
  public static String of(Condition condition) {
    String text = unbounded(condition);
    return text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX) + "...";
  }

  private static String unbounded(Condition condition) {
    return switch (condition) {
      case Condition.All(List<Condition> parts) -> joined(parts, " and ");
      case Condition.Any(List<Condition> parts) -> joined(parts, " or ");
      case Condition.Not(Condition part) -> "not (" + unbounded(part) + ")";
      case Condition.Comparison comparison -> path(comparison.path()) + verb(comparison);
    };
  }

  private static String joined(List<Condition> parts, String word) {
    return parts.size() == 1
        ? unbounded(parts.getFirst())
        : parts.stream().map(ConditionText::unbounded).collect(Collectors.joining(word, "(", ")"));
  }

  private static String verb(Condition.Comparison comparison) {
    JsonValue operand = comparison.operand();
    return switch (comparison.operator()) {
      case EQ -> " is " + value(operand);
      case NEQ -> " is not " + value(operand);
      case IN -> " is one of " + value(operand);
      case NOT_IN -> " is none of " + value(operand);
      case LT -> " is less than " + value(operand);
      case LTE -> " is at most " + value(operand);
      case GT -> " is greater than " + value(operand);
      case GTE -> " is at least " + value(operand);
      case REGEX -> " matches " + value(operand);
      case CONTAINS -> " contains " + value(operand);
      case EXISTS -> operand.equals(JsonBoolean.FALSE) ? " is not given" : " is given";
    };
  }

  private static String value(JsonValue value) {
    return switch (value) {
      case JsonString(String text) -> Wording.quoted(text);
      case JsonNumber _, JsonBoolean _, JsonNull _ -> JsonText.string(value);
      case JsonArray(List<JsonValue> elements) ->
          elements.stream()
                  .limit(OPERANDS_MAX)
                  .map(ConditionText::value)
                  .collect(Collectors.joining(", "))
              + (elements.size() > OPERANDS_MAX
                  ? " and " + (elements.size() - OPERANDS_MAX) + " more"
                  : "");
      case JsonObject _ -> Wording.quoted(JsonText.string(value));
    };
  }

  static String path(ValuePath path) {
    return Wording.quoted(
        switch (path) {
          case ValuePath.Argument(List<String> tokens) -> ArgumentPath.text(tokens);
          case ValuePath.GrantName() -> "grant.name";
          case ValuePath.GrantLabel(String key) -> "grant.labels." + key;
          case ValuePath.WorkloadName() -> "workload.name";
          case ValuePath.WorkloadReplicas() -> "workload.replicas";
        });
  }

  /** Why a comparison is undetermined, and never the value that the caller sent. */
  static String why(Condition.Comparison comparison, Call call) {
    String path = path(comparison.path());
    return switch (comparison.path()) {
      case ValuePath.Argument argument -> {
        JsonValue value = new ArgumentPath(argument).resolve(call.arguments());
        if (ArgumentPath.isAbsent(value)) {
          yield path + " is not given";
        }
        yield ArgumentPath.isUnreachable(value)
            ? path + " leads through a value that has no such part"
            : path + ofValue(comparison, value);
      }
      case ValuePath.GrantName() -> path + IS_TEXT;
      case ValuePath.GrantLabel(String key) ->
          path
              + (call.caller().grant().labels().containsKey(key)
                  ? IS_TEXT
                  : " is a label that the grant does not have");
      case ValuePath.WorkloadName() ->
          call.workload().isEmpty() ? "the call acts on no declared workload" : path + IS_TEXT;
      case ValuePath.WorkloadReplicas() ->
          call.workload().isEmpty()
              ? "the call acts on no declared workload"
              : path
                  + (call.workload().get().replicas().isEmpty()
                      ? " could not be read"
                      : " is a number");
    };
  }

  private static String ofValue(Condition.Comparison comparison, JsonValue value) {
    if (value instanceof JsonString(String text) && text.length() > ValueTest.TEXT_CHARS_MAX) {
      return " is longer than " + ValueTest.TEXT_CHARS_MAX + " characters";
    }
    if (value instanceof JsonString && comparison.operator() == Operator.REGEX) {
      return " is too long a text for a pattern of that size";
    }
    return value instanceof JsonArray && comparison.operator() == Operator.CONTAINS
        ? " has elements of another type than the condition compares"
        : " is of type " + value.typeName();
  }
}
