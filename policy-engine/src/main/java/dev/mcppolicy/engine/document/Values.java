// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonBoolean;
import dev.mcppolicy.json.JsonValue.JsonNull;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Reads what a field of any kind may hold: a word, a number, a line of text, a list. */
record Values(Problems problems) {
  static final String IN_BRACKETS = " (in brackets, also a single one)";

  /**
   * One of a few words.
   *
   * @param what what such a word is, for messages: {@code an algorithm}
   */
  <T> Optional<T> word(
      JsonValue value, Place place, String what, List<T> all, Function<T, String> word) {
    List<String> words = all.stream().map(word).toList();
    if (value instanceof JsonString(String text)) {
      int index = words.indexOf(text);
      if (index >= 0) {
        return Optional.of(all.get(index));
      }
    }
    problems.add(
        place,
        notA(value, what)
            + "; use "
            + Wording.oneOf(words)
            + (value instanceof JsonString(String text) ? Wording.didYouMean(text, words) : ""));
    return Optional.empty();
  }

  Optional<Action> action(JsonValue value, Place place) {
    return word(value, place, "an action", List.of(Action.values()), Action::word);
  }

  Optional<Boolean> flag(JsonValue value, Place place) {
    if (value instanceof JsonBoolean(boolean flag)) {
      return Optional.of(flag);
    }
    String hint =
        value instanceof JsonString(String text) && (text.equals("true") || text.equals("false"))
            ? " (without quotes)"
            : "";
    problems.add(place, "found " + Wording.found(value) + "; use true or false" + hint);
    return Optional.empty();
  }

  /**
   * A number that is written as an integer.
   *
   * @param what for messages: {@code a maximum}
   */
  Optional<Long> whole(JsonValue value, Place place, String what, long min, long max) {
    Optional<Long> whole =
        value instanceof JsonNumber number
            ? number.integer().filter(n -> n >= min && n <= max)
            : Optional.empty();
    if (whole.isEmpty()) {
      problems.add(
          place,
          Wording.found(value)
              + " is not "
              + what
              + "; use a whole number from "
              + min
              + " to "
              + max
              + (isQuoted(value, min, max) ? " (without quotes)" : ""));
    }
    return whole;
  }

  static boolean isQuoted(JsonValue value, long min, long max) {
    return value instanceof JsonString(String text)
        && text.length() <= Wording.SHOWN_MAX
        && text.matches("0|[1-9][0-9]*")
        && new JsonNumber(text).integer().filter(n -> n >= min && n <= max).isPresent();
  }

  /** One line of visible characters. */
  Optional<String> line(JsonValue value, Place place, int charsMax) {
    if (!(value instanceof JsonString(String text))) {
      problems.add(place, "found " + Wording.found(value) + "; use a text");
      return Optional.empty();
    }
    if (text.isBlank() || text.length() > charsMax) {
      problems.add(
          place,
          "the text has "
              + text.length()
              + " characters; use 1 to "
              + charsMax
              + ", not only blanks");
      return Optional.empty();
    }
    Optional<Integer> odd = text.codePoints().boxed().filter(Values::isInvisible).findFirst();
    if (odd.isPresent()) {
      problems.add(
          place,
          String.format(
              Locale.ROOT,
              "the text holds the invisible character U+%04X; use one line of visible characters",
              odd.get()));
      return Optional.empty();
    }
    return Optional.of(text);
  }

  /**
   * Line ends, other controls, marks that turn the direction of writing, and what has no meaning.
   */
  static boolean isInvisible(int c) {
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

  /**
   * A list that is not empty; elements that cannot be read are left out, each with its problem.
   *
   * @param key what to leave out instead of an empty list, where that is possible
   * @param what its elements, for messages: {@code limits}
   */
  <T> List<T> list(
      JsonValue value,
      Place place,
      Optional<String> key,
      String what,
      int max,
      BiFunction<JsonValue, Place, Optional<T>> element) {
    if (!(value instanceof JsonArray(List<JsonValue> elements))) {
      problems.add(
          place,
          "found "
              + Wording.found(value)
              + "; use a list of "
              + what
              + (value instanceof JsonNull
                  ? key.map(name -> ", or leave `" + name + "` out").orElse("")
                  : IN_BRACKETS));
      return List.of();
    }
    if (elements.isEmpty() || elements.size() > max) {
      problems.add(
          place,
          "the list has "
              + elements.size()
              + " "
              + what
              + "; use 1 to "
              + max
              + (elements.isEmpty()
                  ? key.map(name -> ", or leave `" + name + "` out").orElse("")
                  : ""));
      return List.of();
    }
    var read = new ArrayList<T>();
    for (int i = 0; i < elements.size(); i++) {
      element.apply(elements.get(i), place.element(i)).ifPresent(read::add);
    }
    return read;
  }

  /** Such a list in which nothing stands twice. */
  <T> Collection<T> set(
      JsonValue value,
      Place place,
      Optional<String> key,
      String what,
      int max,
      BiFunction<JsonValue, Place, Optional<T>> element,
      Function<T, String> word) {
    Map<T, Place> seen = new LinkedHashMap<>();
    list(
        value,
        place,
        key,
        what,
        max,
        (one, at) -> {
          Optional<T> read = element.apply(one, at);
          read.ifPresent(
              r -> {
                if (seen.putIfAbsent(r, at) != null) {
                  problems.add(at, Wording.quoted(word.apply(r)) + " stands twice; write it once");
                }
              });
          return read;
        });
    return seen.keySet();
  }

  Optional<JsonObject> object(JsonValue value, Place place, String use) {
    if (value instanceof JsonObject object) {
      return Optional.of(object);
    }
    problems.add(place, "found " + Wording.found(value) + "; use " + use);
    return Optional.empty();
  }

  /** {@code `alow` is not an action}. */
  static String notA(JsonValue value, String what) {
    String found =
        value instanceof JsonString(String text) && !text.isEmpty()
            ? Wording.quoted(text)
            : Wording.found(value);
    return found + " is not " + what;
  }
}
