// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.reference;

import dev.mcppolicy.engine.Call;
import dev.mcppolicy.engine.document.Condition;
import dev.mcppolicy.engine.document.Operator;
import dev.mcppolicy.engine.document.ValuePath;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonBoolean;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a condition says of a call. */
final class ReferenceCondition {
  static final int TEXT_MAX = 8_192;

  /** Characters of a text times steps of a pattern. */
  static final int WORK_MAX = 1_000_000;

  /** What stands at a path: a value, nothing, or no such place can be. */
  private sealed interface Found {
    record Value(JsonValue value) implements Found {}

    record Nothing() implements Found {}

    /** Or one that could not be read. */
    record WrongType() implements Found {}
  }

  private final Call call;

  /** What an optional comparison is when its value is absent. */
  private final Ternary absentOptional;

  private ReferenceCondition(Call call, Ternary absentOptional) {
    this.call = call;
    this.absentOptional = absentOptional;
  }

  static Ternary inDenyIf(Condition condition, Call call) {
    return new ReferenceCondition(call, Ternary.NO).of(condition);
  }

  /** In {@code require} and in {@code unless}. */
  static Ternary inRequire(Condition condition, Call call) {
    return new ReferenceCondition(call, Ternary.YES).of(condition);
  }

  /** The value of a cost; empty when it is absent or cannot be. */
  static Optional<JsonValue> argument(ValuePath.Argument path, Call call) {
    return walk(call.arguments(), path.tokens()) instanceof Found.Value(JsonValue value)
        ? Optional.of(value)
        : Optional.empty();
  }

  private Ternary of(Condition condition) {
    return switch (condition) {
      case Condition.All(List<Condition> parts) -> {
        Ternary result = Ternary.YES;
        for (Condition part : parts) {
          result = result.and(of(part));
        }
        yield result;
      }
      case Condition.Any(List<Condition> parts) -> {
        Ternary result = Ternary.NO;
        for (Condition part : parts) {
          result = result.or(of(part));
        }
        yield result;
      }
      case Condition.Not(Condition part) -> of(part).not();
      case Condition.Comparison comparison -> comparison(comparison);
    };
  }

  private Ternary comparison(Condition.Comparison comparison) {
    Found found = find(comparison.path());
    if (comparison.operator() == Operator.EXISTS) {
      boolean wanted = comparison.operand().equals(JsonBoolean.TRUE);
      return Ternary.of(found instanceof Found.Value == wanted);
    }
    return switch (found) {
      case Found.WrongType() -> Ternary.UNDETERMINED;
      case Found.Nothing() -> comparison.optional() ? absentOptional : Ternary.UNDETERMINED;
      case Found.Value(JsonValue value) ->
          compare(value, comparison.operator(), comparison.operand());
    };
  }

  private Found find(ValuePath path) {
    return switch (path) {
      case ValuePath.Argument(List<String> tokens) -> walk(call.arguments(), tokens);
      case ValuePath.GrantName() -> found(Optional.of(JsonValue.of(call.caller().grant().name())));
      case ValuePath.GrantLabel(String key) ->
          found(
              Optional.ofNullable(call.caller().grant().labels().get(key))
                  .map(label -> JsonValue.of(label)));
      case ValuePath.WorkloadName() ->
          found(call.workload().map(workload -> JsonValue.of(workload.name())));
      case ValuePath.WorkloadReplicas() -> {
        Found replicas =
            found(
                call.workload()
                    .flatMap(workload -> workload.replicas())
                    .map(number -> JsonValue.of(number)));
        // Nobody knows: that is not the same as that there are none.
        yield replicas instanceof Found.Nothing && call.workload().isPresent()
            ? new Found.WrongType()
            : replicas;
      }
    };
  }

  private static Found found(Optional<? extends JsonValue> value) {
    return value.isPresent() ? new Found.Value(value.get()) : new Found.Nothing();
  }

  private static Found walk(JsonValue from, List<String> tokens) {
    if (tokens.isEmpty()) {
      return new Found.Value(from);
    }
    String token = tokens.getFirst();
    List<String> rest = tokens.subList(1, tokens.size());
    if (from instanceof JsonObject object) {
      Optional<JsonValue> member = object.get(token);
      return member.isPresent() ? walk(member.get(), rest) : new Found.Nothing();
    }
    if (from instanceof JsonArray array && token.matches("0|[1-9][0-9]*")) {
      for (int i = 0; i < array.elements().size(); i++) {
        if (Integer.toString(i).equals(token)) {
          return walk(array.elements().get(i), rest);
        }
      }
      return new Found.Nothing();
    }
    return new Found.WrongType();
  }

  private static Ternary compare(JsonValue value, Operator operator, JsonValue operand) {
    return switch (operator) {
      case EQ -> equal(value, operand);
      case NEQ -> equal(value, operand).not();
      case IN -> among(value, operand);
      case NOT_IN -> among(value, operand).not();
      case LT, LTE, GT, GTE -> order(value, operator, operand);
      case REGEX -> {
        if (!(value instanceof JsonString(String text)) || text.length() > TEXT_MAX) {
          yield Ternary.UNDETERMINED;
        }
        String pattern = ((JsonString) operand).value();
        long steps = com.google.re2j.Pattern.compile(pattern).programSize();
        yield text.length() * steps > WORK_MAX
            ? Ternary.UNDETERMINED
            : Ternary.of(Pattern.matches(pattern, text));
      }
      case CONTAINS -> {
        if (value instanceof JsonArray(List<JsonValue> elements)) {
          Ternary result = Ternary.NO;
          for (JsonValue element : elements) {
            result = result.or(equal(element, operand));
          }
          yield result;
        }
        yield value instanceof JsonString(String text)
                && operand instanceof JsonString(String part)
                && text.length() <= TEXT_MAX
            ? Ternary.of(text.contains(part))
            : Ternary.UNDETERMINED;
      }
      case EXISTS -> throw new AssertionError("looked at before");
    };
  }

  private static Ternary order(JsonValue value, Operator operator, JsonValue operand) {
    if (!(value instanceof JsonNumber(String left))
        || !(operand instanceof JsonNumber(String right))) {
      return Ternary.UNDETERMINED;
    }
    int order = ReferenceNumber.of(left).compareTo(ReferenceNumber.of(right));
    return Ternary.of(
        switch (operator) {
          case LT -> order < 0;
          case LTE -> order <= 0;
          case GT -> order > 0;
          case GTE -> order >= 0;
          case EQ, NEQ, IN, NOT_IN, REGEX, CONTAINS, EXISTS -> throw new AssertionError(operator);
        });
  }

  private static Ternary equal(JsonValue value, JsonValue operand) {
    if (!value.typeName().equals(operand.typeName())
        || (value instanceof JsonString(String text) && text.length() > TEXT_MAX)) {
      return Ternary.UNDETERMINED;
    }
    return Ternary.of(same(value, operand));
  }

  private static Ternary among(JsonValue value, JsonValue operand) {
    Ternary result = Ternary.UNDETERMINED;
    for (JsonValue element : ((JsonArray) operand).elements()) {
      Ternary equal = equal(value, element);
      if (equal == Ternary.YES) {
        return Ternary.YES;
      }
      if (equal == Ternary.NO) {
        result = Ternary.NO;
      }
    }
    return result;
  }

  /** Whether two values are the same, numbers by what they are worth. */
  private static boolean same(JsonValue a, JsonValue b) {
    if (a instanceof JsonNumber(String left) && b instanceof JsonNumber(String right)) {
      return ReferenceNumber.of(left).compareTo(ReferenceNumber.of(right)) == 0;
    }
    if (a instanceof JsonArray(List<JsonValue> left)
        && b instanceof JsonArray(List<JsonValue> right)) {
      boolean same = left.size() == right.size();
      for (int i = 0; same && i < left.size(); i++) {
        same = same(left.get(i), right.get(i));
      }
      return same;
    }
    if (a instanceof JsonObject left && b instanceof JsonObject right) {
      boolean same = left.members().keySet().equals(right.members().keySet());
      for (String name : left.members().keySet()) {
        same = same && same(left.get(name).orElseThrow(), right.get(name).orElseThrow());
      }
      return same;
    }
    return a.equals(b);
  }
}
