// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.analysis;

import dev.mcppolicy.engine.BoundPolicy;
import dev.mcppolicy.engine.Call;
import dev.mcppolicy.engine.CalledWorkload;
import dev.mcppolicy.engine.Caller;
import dev.mcppolicy.engine.Decision;
import dev.mcppolicy.engine.Grant;
import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.engine.PolicySet;
import dev.mcppolicy.engine.ReasonCode;
import dev.mcppolicy.engine.ToolDefinition;
import dev.mcppolicy.engine.ToolLookup;
import dev.mcppolicy.engine.document.Action;
import dev.mcppolicy.engine.document.Condition;
import dev.mcppolicy.engine.document.Operator;
import dev.mcppolicy.engine.document.PolicyDocument;
import dev.mcppolicy.engine.document.Rule;
import dev.mcppolicy.engine.document.Subject;
import dev.mcppolicy.engine.document.ValuePath;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonNull;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Looks for a value of one path that conditions about it let pass, by letting the engine itself
 * decide on one value of each kind that they can tell apart.
 *
 * @param required must hold
 * @param denying must not hold
 */
record ValueSearch(ValuePath path, List<Condition> required, List<Condition> denying) {
  /** Values to try; with more, nothing is said. */
  private static final int VALUES_MAX = 1_000;

  /** Characters of values, each counted for each pattern; with more, nothing is said. */
  private static final long MATCHED_CHARS_MAX = 200_000;

  private static final String TOOL = "tool";
  private static final Instant ANY_TIME = Instant.EPOCH;

  /** A text that no document has, as control characters are refused there. */
  private static final JsonString OTHER_TEXT = new JsonString("\u0001other");

  /** Whether it is certain that no value passes, and none at all neither. */
  boolean findsNone() {
    List<JsonValue> operands = new ArrayList<>();
    boolean isTold = collect(required, operands) && collect(denying, operands);
    boolean isOneOfFew = required.stream().anyMatch(ValueSearch::isOneOfFew);
    if (operands.size() > VALUES_MAX || (!isTold && !isOneOfFew) || takesLong(operands)) {
      return false;
    }
    PolicySet policies = policies();
    if (passes(policies, Optional.empty())) {
      return false;
    }
    for (JsonValue value : isOneOfFew ? operands : withOthers(operands)) {
      if (passes(policies, Optional.of(value))) {
        return false;
      }
    }
    return true;
  }

  private boolean takesLong(List<JsonValue> operands) {
    long chars = 0;
    for (JsonValue operand : operands) {
      chars += operand instanceof JsonString(String text) ? text.length() : 0;
    }
    return chars * (patterns(required) + patterns(denying)) > MATCHED_CHARS_MAX;
  }

  private static long patterns(List<Condition> conditions) {
    long patterns = 0;
    for (Condition condition : conditions) {
      patterns +=
          switch (condition) {
            case Condition.All(List<Condition> parts) -> patterns(parts);
            case Condition.Any(List<Condition> parts) -> patterns(parts);
            case Condition.Not(Condition part) -> patterns(List.of(part));
            case Condition.Comparison comparison -> comparison.operator() == Operator.REGEX ? 1 : 0;
          };
    }
    return patterns;
  }

  /** Whether only a value of the condition's own can make it true. */
  private static boolean isOneOfFew(Condition condition) {
    return condition instanceof Condition.Comparison comparison
        && (comparison.operator() == Operator.EQ || comparison.operator() == Operator.IN);
  }

  /** False when there is an operator that tells apart more values than could be tried. */
  private static boolean collect(List<Condition> conditions, List<JsonValue> operands) {
    boolean isTold = true;
    for (Condition condition : conditions) {
      isTold &=
          switch (condition) {
            case Condition.All(List<Condition> parts) -> collect(parts, operands);
            case Condition.Any(List<Condition> parts) -> collect(parts, operands);
            case Condition.Not(Condition part) -> collect(List.of(part), operands);
            case Condition.Comparison comparison -> collect(comparison, operands);
          };
    }
    return isTold;
  }

  private static boolean collect(Condition.Comparison comparison, List<JsonValue> operands) {
    return switch (comparison.operator()) {
      case EQ, NEQ, LT, LTE, GT, GTE -> operands.add(comparison.operand());
      case IN, NOT_IN ->
          comparison.operand() instanceof JsonArray(List<JsonValue> values)
              && operands.addAll(values);
      case EXISTS -> true;
      case REGEX, CONTAINS -> false;
    };
  }

  /** The operands, numbers between and beyond them, and one other value of each type. */
  private static Set<JsonValue> withOthers(List<JsonValue> operands) {
    Set<JsonValue> all = new LinkedHashSet<>(operands);
    var numbers = new TreeSet<BigDecimal>();
    for (JsonValue operand : operands) {
      if (operand instanceof JsonNumber number) {
        numbers.add(number.decimal());
      }
    }
    if (numbers.isEmpty()) {
      numbers.add(BigDecimal.ZERO);
    }
    all.add(number(numbers.first().subtract(BigDecimal.ONE)));
    all.add(number(numbers.last().add(BigDecimal.ONE)));
    BigDecimal before = numbers.first();
    for (BigDecimal number : numbers) {
      all.add(number(number));
      all.add(number(number.add(before).divide(BigDecimal.TWO)));
      before = number;
    }
    all.addAll(
        List.of(
            OTHER_TEXT,
            JsonValue.of(true),
            JsonValue.of(false),
            JsonNull.NULL,
            JsonArray.of(OTHER_TEXT),
            new JsonObject(Map.of("\u0001other", OTHER_TEXT))));
    return all;
  }

  private static JsonNumber number(BigDecimal value) {
    return new JsonNumber(value.toString());
  }

  private PolicySet policies() {
    Rule allow = Rule.ALLOW;
    var rule =
        new Rule(
            Action.ALLOW,
            Optional.empty(),
            required,
            denying,
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            allow.mode());
    return PolicySet.compile(
        List.of(
            new BoundPolicy(
                new PolicyId("", "analysis", 0),
                Optional.empty(),
                PolicyDocument.ofTools(Action.DENY, Map.of(TOOL, rule)))));
  }

  /** True also when it cannot be told: then nothing is said. */
  private boolean passes(PolicySet policies, Optional<JsonValue> value) {
    Optional<Call> call = call(value);
    if (call.isEmpty()) {
      return false; // no such call can be made
    }
    var tool = new ToolLookup.Known(new ToolDefinition(TOOL, JsonObject.EMPTY));
    Decision decision = policies.decide(call.get(), name -> tool, ANY_TIME, (counter, window) -> 0);
    return decision instanceof Decision.Allow || decision.reason().code() == ReasonCode.PolicyError;
  }

  /** The call that has this value at the path; empty when the path cannot have such a value. */
  private Optional<Call> call(Optional<JsonValue> value) {
    var grant = new Grant("analysis");
    return switch (path) {
      case ValuePath.Argument(List<String> tokens) ->
          Optional.of(
              call(value.map(some -> nested(tokens, some)).orElse(JsonObject.EMPTY), grant));
      case ValuePath.GrantName() ->
          text(value).map(name -> call(JsonObject.EMPTY, new Grant(name)));
      case ValuePath.GrantLabel(String key) ->
          value.isEmpty()
              ? Optional.of(call(JsonObject.EMPTY, grant))
              : text(value)
                  .map(label -> call(JsonObject.EMPTY, new Grant("analysis", Map.of(key, label))));
      case ValuePath.WorkloadName() ->
          value.isEmpty()
              ? Optional.of(call(JsonObject.EMPTY, grant))
              : text(value).map(name -> on(new CalledWorkload(name, Optional.of(1L))));
      case ValuePath.WorkloadReplicas() ->
          value.isEmpty()
              ? Optional.of(call(JsonObject.EMPTY, grant))
              : replicas(value.get()).map(count -> on(new CalledWorkload("w", Optional.of(count))));
    };
  }

  private static Call call(JsonObject arguments, Grant grant) {
    return Call.ofTool(TOOL, arguments, grant);
  }

  private static Call on(CalledWorkload workload) {
    return new Call(
        Subject.tool(TOOL),
        JsonObject.EMPTY,
        new Caller(new Grant("analysis"), ""),
        Optional.of(workload));
  }

  private static Optional<String> text(Optional<JsonValue> value) {
    return value.isPresent() && value.get() instanceof JsonString(String text)
        ? Optional.of(text)
        : Optional.empty();
  }

  private static Optional<Long> replicas(JsonValue value) {
    return value instanceof JsonNumber number
        ? number.integer().filter(count -> count >= 0)
        : Optional.empty();
  }

  private static JsonObject nested(List<String> tokens, JsonValue value) {
    JsonValue inner = value;
    for (String token : tokens.reversed()) {
      inner = new JsonObject(Map.of(token, inner));
    }
    return (JsonObject) inner;
  }
}
