// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the rules of one policy, and holds their shared counters against each other. */
final class RuleReader {
  private static final List<String> KEYS = List.of("action", "reason", "limits", "rate_limit");
  private static final Set<String> PLANNED =
      Set.of("require", "deny_if", "approval", "schedule", "strict_arguments", "mode");

  private final Problems problems;
  private final LimitReader limitReader;
  private final Map<String, Shared> sharedByCounter = new HashMap<>();

  RuleReader(Problems problems) {
    this.problems = problems;
    this.limitReader = new LimitReader(problems);
  }

  /** Where a counter was first declared, and how. */
  private record Shared(LimitDeclaration first, Place place) {}

  Optional<Rule> rule(String tool, JsonValue value, Place place) {
    if (!(value instanceof JsonObject object)) {
      problems.add(
          place,
          "found "
              + Wording.found(value)
              + "; use an object, `{}` to allow the tool without conditions");
      return Optional.empty();
    }
    var fields = new Fields(place, object, KEYS, problems);
    fields.reportUnknownKeys("a rule", PLANNED, Set.of());
    Action action =
        fields
            .get("action")
            .flatMap(found -> action(found, fields.at("action"), problems))
            .orElse(Action.ALLOW);
    Optional<String> reason =
        fields.get("reason").flatMap(found -> reason(found, fields.at("reason")));
    List<LimitDeclaration> limits =
        fields.get("limits").map(found -> limits(found, fields.at("limits"))).orElse(List.of());
    Optional<LimitDeclaration> rateLimit =
        fields
            .get("rate_limit")
            .flatMap(found -> limitReader.rateLimit(found, fields.at("rate_limit"), tool));
    if (action == Action.DENY) {
      for (String key : List.of("limits", "rate_limit")) {
        if (fields.get(key).isPresent()) {
          problems.add(
              fields.at(key),
              "a rule with action `deny` denies every call; remove `" + key + "` or the action");
        }
      }
    }
    return Optional.of(
        new Rule(
            action,
            reason,
            List.of(),
            List.of(),
            limits,
            rateLimit,
            Optional.empty(),
            Optional.empty(),
            true,
            Optional.empty()));
  }

  static Optional<Action> action(JsonValue value, Place place, Problems problems) {
    for (Action action : Action.values()) {
      if (value instanceof JsonString(String word) && word.equals(action.word())) {
        return Optional.of(action);
      }
    }
    String found =
        value instanceof JsonString(String text) ? Wording.quoted(text) : Wording.found(value);
    String hint =
        value instanceof JsonString(String text)
            ? Wording.didYouMean(text, List.of("allow", "deny"))
            : "";
    problems.add(place, found + " is neither allow nor deny; use one of them" + hint);
    return Optional.empty();
  }

  private Optional<String> reason(JsonValue value, Place place) {
    if (!(value instanceof JsonString(String text))) {
      problems.add(place, "found " + Wording.found(value) + "; use a text");
      return Optional.empty();
    }
    if (text.isBlank() || text.length() > PolicyReader.REASON_CHARS_MAX) {
      problems.add(
          place,
          "the text has "
              + text.length()
              + " characters; use 1 to "
              + PolicyReader.REASON_CHARS_MAX
              + ", not only blanks");
      return Optional.empty();
    }
    Optional<Integer> odd = text.codePoints().boxed().filter(RuleReader::isInvisible).findFirst();
    if (odd.isPresent()) {
      problems.add(
          place,
          String.format(
              java.util.Locale.ROOT,
              "the text holds the invisible character U+%04X; use one line of visible characters",
              odd.get()));
      return Optional.empty();
    }
    return Optional.of(text);
  }

  /**
   * Line ends, other controls, marks that turn the direction of writing, and what has no meaning.
   */
  private static boolean isInvisible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }

  private List<LimitDeclaration> limits(JsonValue value, Place place) {
    if (!(value instanceof JsonArray(List<JsonValue> elements))) {
      problems.add(place, "found " + Wording.found(value) + "; use a list of limits");
      return List.of();
    }
    if (elements.isEmpty() || elements.size() > PolicyReader.LIMITS_MAX) {
      problems.add(
          place,
          "the list has "
              + elements.size()
              + " limits; use 1 to "
              + PolicyReader.LIMITS_MAX
              + ", or leave `limits` out");
      return List.of();
    }
    var limits = new ArrayList<LimitDeclaration>();
    var counters = new HashMap<String, Place>();
    for (int i = 0; i < elements.size(); i++) {
      Place at = place.element(i);
      Optional<LimitDeclaration> limit = limitReader.limit(elements.get(i), at);
      if (limit.isEmpty()) {
        continue;
      }
      Place other = counters.putIfAbsent(limit.get().counter(), at);
      if (other != null) {
        problems.add(
            at.member("counter"),
            "the counter `"
                + limit.get().counter()
                + "` stands also at "
                + other.text()
                + "; a rule uses a counter once");
      }
      agree(limit.get(), at);
      limits.add(limit.get());
    }
    return limits;
  }

  /** Rules that share a counter must count the same windows and the same callers. */
  private void agree(LimitDeclaration limit, Place at) {
    Shared shared = sharedByCounter.putIfAbsent(limit.counter(), new Shared(limit, at));
    if (shared == null) {
      return;
    }
    if (!shared.first().window().equals(limit.window())) {
      problems.add(
          at.member("window"),
          disagreement(
              limit,
              limit.window().canonicalName(),
              shared.first().window().canonicalName(),
              "window",
              shared.place()));
    }
    if (!shared.first().scope().equals(limit.scope())) {
      problems.add(
          at.member("scope"),
          disagreement(
              limit, words(limit.scope()), words(shared.first().scope()), "scope", shared.place()));
    }
  }

  private static String disagreement(
      LimitDeclaration limit, String here, String there, String what, Place place) {
    return "the counter `%s` has %s `%s` here and `%s` at %s; limits that share a counter agree in window and scope"
        .formatted(limit.counter(), what, here, there, place.text());
  }

  private static String words(Set<Scope> scope) {
    return String.join(", ", scope.stream().map(Scope::word).toList());
  }
}
