// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonBoolean;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the conditions of one rule, those of its approval too, and counts them. */
final class ConditionReader {
  private static final List<String> COMBINATORS = List.of("all", "any", "not");
  private static final List<String> COMPARISON = List.of("path", "op", "value", "optional");
  private static final List<String> KEYS =
      List.of("path", "op", "value", "optional", "all", "any", "not");
  private static final String USE =
      "an object such as {\"path\": \"args.tail\", \"op\": \"lte\", \"value\": 500}, or all, any or"
          + " not of such objects";

  /** Other words for operators, of other languages. */
  private static final Map<String, Operator> SYNONYMS =
      Map.ofEntries(
          Map.entry("=", Operator.EQ),
          Map.entry("==", Operator.EQ),
          Map.entry("equals", Operator.EQ),
          Map.entry("!=", Operator.NEQ),
          Map.entry("<", Operator.LT),
          Map.entry("<=", Operator.LTE),
          Map.entry(">", Operator.GT),
          Map.entry(">=", Operator.GTE),
          Map.entry("matches", Operator.REGEX),
          Map.entry("includes", Operator.CONTAINS),
          Map.entry("present", Operator.EXISTS));

  private final Problems problems;
  private final Values values;
  private final ValuePathReader paths;
  private final OperandReader operands;
  private int count;

  ConditionReader(Problems problems, PatternBudget patterns) {
    this.problems = problems;
    this.values = new Values(problems);
    this.paths = new ValuePathReader(problems);
    this.operands = new OperandReader(problems, patterns);
  }

  /** A list of conditions under that key. */
  List<Condition> conditions(JsonValue value, Place place, String key) {
    return conditions(value, place, Optional.of(key), 0);
  }

  private List<Condition> conditions(
      JsonValue value, Place place, Optional<String> key, int depth) {

    return values.list(
        value,
        place,
        key,
        "conditions",
        Condition.LIST_MAX,
        (element, at) -> condition(element, at, depth));
  }

  private Optional<Condition> condition(JsonValue value, Place place, int depth) {
    count++;
    if (count > Condition.CONDITIONS_MAX) {
      if (count == Condition.CONDITIONS_MAX + 1) {
        problems.add(
            place,
            "this is one condition too many; a rule has at most "
                + Condition.CONDITIONS_MAX
                + ", those inside others counted");
      }
      return Optional.empty();
    }
    return values.object(value, place, USE).flatMap(object -> condition(object, place, depth));
  }

  private Optional<Condition> condition(JsonObject object, Place place, int depth) {
    var fields = new Fields(place, object, KEYS, problems);
    fields.reportUnknownKeys("a condition");
    List<String> combinators = COMBINATORS.stream().filter(fields::has).toList();
    if (combinators.isEmpty()) {
      return comparison(fields);
    }
    List<String> comparison = COMPARISON.stream().filter(fields::has).toList();
    if (combinators.size() > 1 || !comparison.isEmpty()) {
      String second = combinators.size() > 1 ? combinators.get(1) : comparison.getFirst();
      problems.add(
          place,
          "found `"
              + combinators.getFirst()
              + "` beside `"
              + second
              + "`; a condition is either a comparison with path, op and value, or one of all, any"
              + " and not");
      return Optional.empty();
    }
    String combinator = combinators.getFirst();
    if (depth == Condition.DEPTH_MAX) {
      problems.add(
          fields.at(combinator),
          "all, any and not are nested deeper than " + Condition.DEPTH_MAX + " levels");
      return Optional.empty();
    }
    if (combinator.equals("not")) {
      return fields
          .read("not", (value, at) -> condition(value, at, depth + 1))
          .map(Condition.Not::new);
    }
    return fields
        .read(
            combinator,
            (value, at) -> Optional.of(conditions(value, at, Optional.empty(), depth + 1)))
        .filter(conditions -> !conditions.isEmpty())
        .map(
            conditions ->
                combinator.equals("all")
                    ? new Condition.All(conditions)
                    : new Condition.Any(conditions));
  }

  private Optional<Condition> comparison(Fields fields) {
    Optional<ValuePath> path = fields.required("path", ValuePathReader.USE, paths::path);
    Optional<Operator> operator =
        fields.required("op", Wording.oneOf(words()), (value, at) -> operator(value, at));
    boolean optional = fields.read("optional", values::flag).orElse(false);
    Optional<JsonValue> operand =
        operator.flatMap(
            op ->
                op == Operator.EXISTS && !fields.has("value")
                    ? Optional.of(JsonBoolean.TRUE)
                    : fields.required(
                        "value",
                        OperandReader.use(op),
                        (value, at) -> operands.operand(op, value, at)));
    return path.flatMap(
        p ->
            operator.flatMap(
                op -> operand.map(value -> new Condition.Comparison(p, op, value, optional))));
  }

  private Optional<Operator> operator(JsonValue value, Place place) {
    if (value instanceof JsonValue.JsonString(String text) && SYNONYMS.containsKey(text)) {
      problems.add(
          place,
          Values.notA(value, "an operator")
              + "; use "
              + Wording.oneOf(words())
              + " (did you mean `"
              + SYNONYMS.get(text).word()
              + "`?)");
      return Optional.empty();
    }
    return values.word(value, place, "an operator", List.of(Operator.values()), Operator::word);
  }

  private static List<String> words() {
    return List.of(Operator.values()).stream().map(Operator::word).toList();
  }
}
