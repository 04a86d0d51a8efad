// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.reference;

import dev.mcppolicy.engine.Call;
import dev.mcppolicy.engine.document.Condition;
import dev.mcppolicy.engine.document.Operator;
import dev.mcppolicy.engine.document.ValuePath;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Conditions about a call, most of them with something to say of it. */
final class ConditionDice {
  private final Dice dice;
  private final ValueDice values;
  private final Call call;

  ConditionDice(Dice dice, Call call) {
    this.dice = dice;
    this.values = new ValueDice(dice);
    this.call = call;
  }

  /**
   * Conditions of which three in four times none is in the way.
   *
   * @param isWanted whether a condition lets the call pass
   */
  List<Condition> list(Predicate<Condition> isWanted) {
    boolean isFavourable = !dice.oneIn(4);
    List<Condition> list = new ArrayList<>();
    for (int i = dice.of(0, 0, 1, 1, 2, 3); i > 0; i--) {
      Condition condition = condition(3);
      for (int tries = 0; isFavourable && !isWanted.test(condition) && tries < 6; tries++) {
        condition = condition(3);
      }
      if (!isFavourable || isWanted.test(condition)) {
        list.add(condition);
      }
    }
    return list;
  }

  Condition condition(int depth) {
    if (depth > 0) {
      switch (dice.upTo(8)) {
        case 0 -> {
          return new Condition.All(dice.times(1 + dice.upTo(3), () -> condition(depth - 1)));
        }
        case 1 -> {
          return new Condition.Any(dice.times(1 + dice.upTo(3), () -> condition(depth - 1)));
        }
        case 2 -> {
          return new Condition.Not(condition(depth - 1));
        }
        default -> {}
      }
    }
    return comparison();
  }

  private Condition comparison() {
    ValuePath path = path();
    Optional<JsonValue> there = there(path);
    Operator operator =
        there.isPresent() && !dice.oneIn(4) ? fitting(there.get()) : dice.of(Operator.values());
    boolean optional = operator != Operator.EXISTS && dice.oneIn(3);
    return new Condition.Comparison(path, operator, operand(operator, there), optional);
  }

  private Operator fitting(JsonValue value) {
    return switch (value) {
      case JsonNumber _ ->
          dice.of(
              Operator.EQ,
              Operator.NEQ,
              Operator.IN,
              Operator.NOT_IN,
              Operator.LT,
              Operator.LTE,
              Operator.GT,
              Operator.GTE);
      case JsonString _ ->
          dice.of(
              Operator.EQ,
              Operator.NEQ,
              Operator.IN,
              Operator.NOT_IN,
              Operator.REGEX,
              Operator.CONTAINS);
      case JsonArray _ -> dice.of(Operator.CONTAINS, Operator.CONTAINS, Operator.EQ, Operator.NEQ);
      case JsonObject _, JsonValue.JsonBoolean _, JsonValue.JsonNull _ ->
          dice.of(Operator.EQ, Operator.NEQ, Operator.IN, Operator.EXISTS);
    };
  }

  private JsonValue operand(Operator operator, Optional<JsonValue> there) {
    return switch (operator) {
      case EQ, NEQ ->
          there.isPresent() && dice.oneIn(2) ? values.rewritten(there.get()) : values.any(2);
      case IN, NOT_IN -> {
        List<JsonValue> elements = dice.times(1 + dice.upTo(3), values::scalar);
        if (there.isPresent() && isScalar(there.get()) && dice.oneIn(2)) {
          elements.set(dice.upTo(elements.size()), values.rewritten(there.get()));
        }
        yield new JsonArray(elements);
      }
      case LT, LTE, GT, GTE ->
          there.isPresent() && there.get() instanceof JsonNumber number && dice.oneIn(3)
              ? values.rewritten(number)
              : values.number();
      case REGEX -> JsonValue.of(pattern());
      case CONTAINS ->
          there.isPresent()
                  && there.get() instanceof JsonArray(List<JsonValue> elements)
                  && !elements.isEmpty()
                  && isScalar(elements.getFirst())
                  && dice.oneIn(2)
              ? values.rewritten(dice.pick(elements))
              : dice.oneIn(2) ? values.text() : values.scalar();
      case EXISTS -> JsonValue.of(!dice.oneIn(3));
    };
  }

  private static boolean isScalar(JsonValue value) {
    return !(value instanceof JsonArray) && !(value instanceof JsonObject);
  }

  /** A pattern that means the same to RE2 and to the JDK. */
  private String pattern() {
    var pattern = new StringBuilder(dice.oneIn(8) ? "^" : "");
    for (int i = 1 + dice.upTo(3); i > 0; i--) {
      boolean isGroup = dice.oneIn(5);
      pattern.append(
          isGroup
              ? dice.of("(a|bc)", "(?:ab)", "(|a)")
              : dice.of("a", "b", "c", "[ab]", "[^b]", ".", "\\d", "m"));
      // The JDK's engine has no stack for a group repeated over a long text.
      pattern.append(isGroup ? dice.of("", "?", "{1,2}") : dice.of("", "", "*", "+", "?", "{2}"));
    }
    return pattern.append(dice.oneIn(8) ? "$" : "").toString();
  }

  private ValuePath path() {
    return switch (dice.upTo(14)) {
      case 0 -> new ValuePath.GrantName();
      case 1, 2 -> new ValuePath.GrantLabel(dice.of("team", "env", "example.com/tier"));
      case 3 -> new ValuePath.WorkloadName();
      case 4 -> new ValuePath.WorkloadReplicas();
      case 5, 6 -> new ValuePath.Argument(deep());
      default -> new ValuePath.Argument(present());
    };
  }

  /** The way to some value of the arguments, when there is one. */
  private List<String> present() {
    List<String> tokens = new ArrayList<>();
    JsonValue at = call.arguments();
    while (tokens.isEmpty() || dice.oneIn(2)) {
      if (at instanceof JsonObject object && !object.members().isEmpty()) {
        tokens.add(dice.pick(List.copyOf(object.members().keySet())));
        at = object.members().get(tokens.getLast());
      } else if (at instanceof JsonArray(List<JsonValue> elements) && !elements.isEmpty()) {
        int index = dice.upTo(elements.size());
        tokens.add(Integer.toString(index));
        at = elements.get(index);
      } else {
        return tokens.isEmpty() ? deep() : tokens;
      }
    }
    return tokens;
  }

  private List<String> deep() {
    List<String> tokens = new ArrayList<>();
    tokens.add(dice.of("n", "i", "s", "b", "l", "o", "x", "y/z", "0", "missing"));
    while (dice.oneIn(2) && tokens.size() < 4) {
      tokens.add(dice.of("a", "b", "0", "1", "00", "-", "", "9999999999", "c.d", "+1"));
    }
    return tokens;
  }

  private Optional<JsonValue> there(ValuePath path) {
    return switch (path) {
      case ValuePath.Argument argument -> ReferenceCondition.argument(argument, call);
      case ValuePath.GrantName() -> Optional.of(JsonValue.of(call.caller().grant().name()));
      case ValuePath.GrantLabel(String key) ->
          Optional.ofNullable(call.caller().grant().labels().get(key))
              .map(label -> JsonValue.of(label));
      case ValuePath.WorkloadName() ->
          call.workload().map(workload -> JsonValue.of(workload.name()));
      case ValuePath.WorkloadReplicas() ->
          call.workload()
              .flatMap(workload -> workload.replicas())
              .map(replicas -> JsonValue.of(replicas));
    };
  }
}
