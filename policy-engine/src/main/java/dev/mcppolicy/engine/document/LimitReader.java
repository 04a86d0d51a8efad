// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the limits of one policy, in full and in their shorthand. */
final class LimitReader {
  private static final Pattern COUNTER = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
  private static final List<String> KEYS =
      List.of("counter", "window", "max", "scope", "algorithm", "time_zone", "cost", "charge");
  private static final List<Scope> SCOPES = List.of(Scope.values());
  private static final String SCOPE_USE =
      String.join(", ", SCOPES.stream().map(Scope::word).toList()) + " or a list of them";
  private static final String MAX_USE = "a whole number from 0 to " + PolicyReader.MAX_MAX;
  private static final String LIMIT_USE =
      "an object such as {\"counter\": \"calls\", \"window\": \"minute\", \"max\": 10, \"scope\":"
          + " \"grant\"}";

  private final Problems problems;
  private final Values values;
  private final WindowReader windows;
  private final SharedCounters counters;

  LimitReader(Problems problems) {
    this.problems = problems;
    this.values = new Values(problems);
    this.windows = new WindowReader(problems);
    this.counters = new SharedCounters(problems);
  }

  /** Every counter named so far, by its limit or made for a {@code rate_limit}. */
  Set<String> counterNames() {
    return counters.names();
  }

  /**
   * The limits of one rule, or of all tools.
   *
   * @param key what to leave out instead of an empty list
   */
  List<LimitDeclaration> limits(JsonValue value, Place place, String key) {
    Map<String, Place> places = new HashMap<>();
    return values.list(
        value,
        place,
        Optional.of(key),
        "limits",
        PolicyReader.LIMITS_MAX,
        (element, at) -> {
          Optional<LimitDeclaration> limit = limit(element, at);
          limit.ifPresent(read -> declare(read, at, places));
          return limit;
        });
  }

  private void declare(LimitDeclaration limit, Place at, Map<String, Place> places) {
    Place other = places.putIfAbsent(limit.counter(), at);
    if (other != null) {
      problems.add(
          at.member("counter"),
          "the counter `"
              + limit.counter()
              + "` stands also at "
              + other.text()
              + "; a list of limits uses a counter once");
    }
    counters.declare(limit, at);
  }

  private Optional<LimitDeclaration> limit(JsonValue value, Place place) {
    return values.object(value, place, LIMIT_USE).flatMap(object -> limit(object, place));
  }

  private Optional<LimitDeclaration> limit(JsonObject object, Place place) {
    var fields = new Fields(place, object, KEYS, problems);
    fields.reportUnknownKeys("a limit");
    Optional<String> counter =
        fields.required("counter", "a name of up to 64 of A-Z a-z 0-9 _ . -", this::counter);
    Optional<Window> window = fields.required("window", WindowReader.USE, windows::window);
    Optional<Long> max = fields.required("max", MAX_USE, this::max);
    Optional<Set<Scope>> scope = fields.required("scope", SCOPE_USE, this::scope);
    Algorithm algorithm =
        fields
            .read(
                "algorithm",
                (found, at) ->
                    values.word(
                        found, at, "an algorithm", List.of(Algorithm.values()), Algorithm::word))
            .orElse(Algorithm.FIXED);
    Optional<ZoneId> zone = fields.read("time_zone", new TimeZones(problems)::zone);
    Cost cost = fields.read("cost", new CostReader(problems)::cost).orElse(Cost.ONE);
    ChargedOn chargedOn =
        fields
            .read(
                "charge",
                (found, at) ->
                    values.word(
                        found,
                        at,
                        "a time of charging",
                        List.of(ChargedOn.values()),
                        ChargedOn::word))
            .orElse(ChargedOn.ATTEMPT);
    window.ifPresent(known -> checkTime(known, algorithm, fields));
    if (counter.isEmpty() || window.isEmpty() || max.isEmpty() || scope.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new LimitDeclaration(
            counter.get(),
            window.get(),
            max.get(),
            scope.get(),
            algorithm,
            zone.orElse(ZoneOffset.UTC),
            cost,
            chargedOn));
  }

  /** A month has no one length to slide over, and only the calendar knows time zones. */
  private void checkTime(Window window, Algorithm algorithm, Fields fields) {
    if (algorithm == Algorithm.SLIDING && window instanceof Window.Month) {
      problems.add(
          fields.at("window"),
          "a sliding window has one length and months have several; use `30d`, or the algorithm"
              + " `fixed`");
    }
    if (!fields.has("time_zone")) {
      return;
    }
    if (algorithm == Algorithm.SLIDING) {
      problems.add(
          fields.at("time_zone"),
          "a sliding window begins at no time of day; remove `"
              + fields.written("time_zone")
              + "`, or use the algorithm `fixed`");
    } else if (!window.isOfCalendar()) {
      problems.add(
          fields.at("time_zone"),
          "a window of `"
              + window.canonicalName()
              + "` is the same in every time zone; remove `"
              + fields.written("time_zone")
              + "`, or use hour, day, week or month");
    }
  }

  /**
   * {@code {max: 10, window: 60}} or {@code "10/minute"}: a limit for each grant, unless a {@code
   * scope} says otherwise.
   *
   * @param counter the generated name
   */
  Optional<LimitDeclaration> rateLimit(JsonValue value, Place place, String counter) {
    counters.name(counter);
    return switch (value) {
      case JsonObject object -> {
        var fields = new Fields(place, object, List.of("max", "window", "scope"), problems);
        fields.reportUnknownKeys("a rate limit");
        Optional<Long> max = fields.required("max", MAX_USE, this::max);
        Optional<Window> window = fields.required("window", WindowReader.USE, windows::window);
        Set<Scope> scope = fields.read("scope", this::scope).orElse(EnumSet.of(Scope.GRANT));
        yield max.flatMap(m -> window.map(w -> new LimitDeclaration(counter, w, m, scope)));
      }
      case JsonString(String text) -> {
        int slash = text.indexOf('/');
        Optional<Long> max = slash < 0 ? Optional.empty() : whole(text.substring(0, slash));
        Optional<Window> window =
            slash < 0 ? Optional.empty() : Window.named(text.substring(slash + 1));
        if (max.isEmpty() || window.isEmpty()) {
          problems.add(
              place,
              Values.notA(value, "a rate")
                  + "; use calls and a window, such as `10/minute` or `10/90s`"
                  + rateHint(text));
        }
        yield max.flatMap(
            m -> window.map(w -> new LimitDeclaration(counter, w, m, EnumSet.of(Scope.GRANT))));
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

  /** {@code 10 per minute}, {@code 10/60} and {@code 10/minuet} say what was meant. */
  private static String rateHint(String text) {
    if (text.length() > Wording.SHOWN_MAX) {
      return ""; // blanks in a row make the split slow
    }
    String[] parts = text.split("\\s*(/|\\bper\\b|\\bin\\b|\\ba\\b)\\s*", -1);
    if (parts.length != 2 || whole(parts[0]).isEmpty()) {
      return "";
    }
    String window = parts[1].matches("[1-9][0-9]{0,7}") ? parts[1] + "s" : parts[1];
    return Window.named(window)
        .map(known -> " (did you mean `" + parts[0] + "/" + window + "`?)")
        .or(
            () ->
                Wording.nearest(window, WindowReader.NAMES)
                    .map(near -> " (did you mean `" + parts[0] + "/" + near + "`?)"))
        .orElse("");
  }

  private Optional<String> counter(JsonValue value, Place place) {
    if (value instanceof JsonString(String name) && COUNTER.matcher(name).matches()) {
      counters.name(name);
      return Optional.of(name);
    }
    problems.add(
        place, Values.notA(value, "a name of a counter") + "; use up to 64 of A-Z a-z 0-9 _ . -");
    return Optional.empty();
  }

  private Optional<Long> max(JsonValue value, Place place) {
    return values.whole(value, place, "a maximum", 0, PolicyReader.MAX_MAX);
  }

  private Optional<Set<Scope>> scope(JsonValue value, Place place) {
    if (!(value instanceof JsonArray)) {
      return oneScope(value, place).map(EnumSet::of);
    }
    var scopes =
        values.set(
            value, place, Optional.empty(), "scopes", SCOPES.size(), this::oneScope, Scope::word);
    return scopes.isEmpty() ? Optional.empty() : Optional.of(EnumSet.copyOf(scopes));
  }

  private Optional<Scope> oneScope(JsonValue value, Place place) {
    if (!(value instanceof JsonString)) {
      problems.add(place, "found " + Wording.found(value) + "; use " + SCOPE_USE);
      return Optional.empty();
    }
    return values.word(value, place, "a scope", SCOPES, Scope::word);
  }

  private static Optional<Long> whole(String text) {
    return text.matches("0|[1-9][0-9]{0,9}")
        ? Optional.of(Long.parseLong(text)).filter(max -> max <= PolicyReader.MAX_MAX)
        : Optional.empty();
  }
}
