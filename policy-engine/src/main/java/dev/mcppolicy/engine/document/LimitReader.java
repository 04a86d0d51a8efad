// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads limits, in full and in their shorthand. */
record LimitReader(Problems problems) {
  private static final Pattern COUNTER = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
  private static final List<String> WINDOWS = List.of("minute", "hour", "day", "week", "month");
  private static final List<String> SCOPES = List.of("grant", "server");
  private static final Set<String> PLANNED_SCOPES = Set.of("session", "workload");
  private static final String WINDOW_USE =
      "use minute, hour, day, week, month, seconds or a duration such as `90s`";
  private static final String WINDOW_RANGE = " (of whole seconds, 1 s to 366 days)";
  private static final String SCOPE_USE = "use grant, server or a list of them";
  private static final String MAX_USE = "use a whole number from 0 to " + PolicyReader.MAX_MAX;

  Optional<LimitDeclaration> limit(JsonValue value, Place place) {
    if (!(value instanceof JsonObject object)) {
      problems.add(
          place,
          "found "
              + Wording.found(value)
              + "; use an object such as {\"counter\": \"calls\", \"window\": \"minute\", \"max\":"
              + " 10, \"scope\": \"grant\"}");
      return Optional.empty();
    }
    var fields = new Fields(place, object, List.of("counter", "window", "max", "scope"), problems);
    fields.reportUnknownKeys(
        "a limit", Set.of("algorithm", "cost", "charge", "time_zone"), Set.of());
    Optional<String> counter =
        fields
            .required("counter", "a name of up to 64 of A-Z a-z 0-9 _ . -")
            .flatMap(found -> counter(found, fields.at("counter")));
    Optional<Window> window =
        fields
            .required("window", WINDOW_USE.substring("use ".length()))
            .flatMap(found -> window(found, fields.at("window")));
    Optional<Long> max =
        fields
            .required("max", MAX_USE.substring("use ".length()))
            .flatMap(found -> max(found, fields.at("max")));
    Optional<Set<Scope>> scope =
        fields
            .required("scope", SCOPE_USE.substring("use ".length()))
            .flatMap(found -> scope(found, fields.at("scope")));
    if (counter.isEmpty() || window.isEmpty() || max.isEmpty() || scope.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new LimitDeclaration(counter.get(), window.get(), max.get(), scope.get()));
  }

  /** {@code {max: 10, window: 60}} or {@code "10/minute"}: a limit for each grant. */
  Optional<LimitDeclaration> rateLimit(JsonValue value, Place place, String tool) {
    String generated = LimitDeclaration.GENERATED + tool;
    return switch (value) {
      case JsonObject object -> {
        var fields = new Fields(place, object, List.of("max", "window"), problems);
        fields.reportUnknownKeys("a rate limit", Set.of(), Set.of());
        Optional<Long> max =
            fields
                .required("max", MAX_USE.substring("use ".length()))
                .flatMap(found -> max(found, fields.at("max")));
        Optional<Window> window =
            fields
                .required("window", WINDOW_USE.substring("use ".length()))
                .flatMap(found -> window(found, fields.at("window")));
        yield max.flatMap(
            m -> window.map(w -> new LimitDeclaration(generated, w, m, EnumSet.of(Scope.GRANT))));
      }
      case JsonString(String text) -> {
        int slash = text.indexOf('/');
        Optional<Long> max = slash < 0 ? Optional.empty() : whole(text.substring(0, slash));
        Optional<Window> window =
            slash < 0 ? Optional.empty() : Window.named(text.substring(slash + 1));
        if (max.isEmpty() || window.isEmpty()) {
          problems.add(
              place,
              Wording.quoted(text)
                  + " is not a rate; use calls and a window, such as `10/minute` or `10/90s`");
        }
        yield max.flatMap(
            m -> window.map(w -> new LimitDeclaration(generated, w, m, EnumSet.of(Scope.GRANT))));
      }
      default -> {
        problems.add(
            place,
            "found "
                + Wording.found(value)
                + "; use {\"max\": 10, \"window\": 60} (seconds) or \"10/minute\"");
        yield Optional.empty();
      }
    };
  }

  private Optional<String> counter(JsonValue value, Place place) {
    if (value instanceof JsonString(String name) && COUNTER.matcher(name).matches()) {
      return Optional.of(name);
    }
    problems.add(
        place,
        Wording.found(value) + " is not a name of a counter; use up to 64 of A-Z a-z 0-9 _ . -");
    return Optional.empty();
  }

  private Optional<Window> window(JsonValue value, Place place) {
    Optional<Window> window =
        switch (value) {
          case JsonString(String name) -> Window.named(name);
          case JsonNumber number ->
              number
                  .integer()
                  .filter(seconds -> seconds >= 1 && seconds <= Window.SECONDS_MAX)
                  .map(Window.Seconds::new);
          default -> Optional.empty();
        };
    if (window.isEmpty()) {
      String found =
          value instanceof JsonString(String text) ? Wording.quoted(text) : Wording.found(value);
      problems.add(place, found + " is not a window; " + WINDOW_USE + windowHint(value));
    }
    return window;
  }

  private static String windowHint(JsonValue value) {
    return switch (value) {
      case JsonString(String text) when text.matches("[0-9]{1,9}") ->
          " (seconds are a number, without quotes)";
      case JsonString(String text) when text.matches("[0-9]+[smhd]") -> WINDOW_RANGE;
      case JsonString(String text) -> Wording.didYouMean(text, WINDOWS);
      case JsonNumber _ -> WINDOW_RANGE;
      default -> "";
    };
  }

  private Optional<Long> max(JsonValue value, Place place) {
    Optional<Long> max =
        value instanceof JsonNumber number
            ? number.integer().filter(LimitReader::isMax)
            : Optional.empty();
    if (max.isEmpty()) {
      String hint =
          value instanceof JsonString(String text) && whole(text).isPresent()
              ? " (without quotes)"
              : "";
      problems.add(place, Wording.found(value) + " is not a maximum; " + MAX_USE + hint);
    }
    return max;
  }

  private Optional<Set<Scope>> scope(JsonValue value, Place place) {
    if (value instanceof JsonArray(List<JsonValue> elements)) {
      if (elements.isEmpty()) {
        problems.add(place, "the list is empty; " + SCOPE_USE);
        return Optional.empty();
      }
      var scopes = EnumSet.noneOf(Scope.class);
      boolean whole = true;
      for (int i = 0; i < elements.size(); i++) {
        Optional<Scope> scope = oneScope(elements.get(i), place.element(i));
        if (scope.isEmpty()) {
          whole = false;
        } else if (!scopes.add(scope.get())) {
          problems.add(
              place.element(i), "`" + scope.get().word() + "` stands twice; write it once");
          whole = false;
        }
      }
      return whole ? Optional.of(scopes) : Optional.empty();
    }
    return oneScope(value, place).map(EnumSet::of);
  }

  private Optional<Scope> oneScope(JsonValue value, Place place) {
    if (!(value instanceof JsonString(String word))) {
      problems.add(place, "found " + Wording.found(value) + "; " + SCOPE_USE);
      return Optional.empty();
    }
    for (Scope scope : Scope.values()) {
      if (scope.word().equals(word)) {
        return Optional.of(scope);
      }
    }
    problems.add(
        place,
        PLANNED_SCOPES.contains(word)
            ? "the scope `" + word + "` is not supported by this version; " + SCOPE_USE
            : Wording.quoted(word)
                + " is not a scope; "
                + SCOPE_USE
                + Wording.didYouMean(word, SCOPES));
    return Optional.empty();
  }

  private static Optional<Long> whole(String text) {
    return text.matches("0|[1-9][0-9]{0,9}")
        ? Optional.of(Long.parseLong(text)).filter(LimitReader::isMax)
        : Optional.empty();
  }

  private static boolean isMax(long max) {
    return max >= 0 && max <= PolicyReader.MAX_MAX;
  }
}
