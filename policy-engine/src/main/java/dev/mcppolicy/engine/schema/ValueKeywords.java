// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

import dev.mcppolicy.engine.document.Wording;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/** Keywords on a value as a whole, and on numbers. */
final class ValueKeywords {
  private static final int SHOWN_MAX = 10;

  private ValueKeywords() {}

  /** {@code enum}, and {@code const} as one of one value. */
  record OneOfValues(Set<String> texts, List<JsonValue> others, List<JsonValue> all)
      implements Keyword {

    static OneOfValues of(List<JsonValue> values) {
      var texts = new HashSet<String>();
      for (JsonValue value : values) {
        if (value instanceof JsonString(String text)) {
          texts.add(text);
        }
      }
      List<JsonValue> others =
          values.stream().filter(value -> !(value instanceof JsonString)).toList();
      return new OneOfValues(Set.copyOf(texts), others, List.copyOf(values));
    }

    @Override
    public boolean holds(JsonValue value, Check check) {
      return has(value, check) || check.wrong(this::text);
    }

    private boolean has(JsonValue value, Check check) {
      if (value instanceof JsonString(String text)) {
        return texts.contains(text);
      }
      for (int i = 0; i < others.size(); i++) {
        if (JsonEquality.same(others.get(i), value, check)) {
          return true;
        }
      }
      return false;
    }

    private String text() {
      if (all.isEmpty()) {
        return "is not allowed";
      }
      List<String> shown =
          all.stream()
              .limit(SHOWN_MAX)
              .map(
                  value ->
                      Wording.quoted(
                          value instanceof JsonString(String text) ? text : JsonText.string(value)))
              .toList();
      return all.size() == 1
          ? "must be " + shown.getFirst()
          : "is none of the values that are allowed: "
              + String.join(", ", shown)
              + (all.size() > SHOWN_MAX ? " and others" : "");
    }
  }

  /**
   * One of the four bounds of numbers.
   *
   * @param word how to say it, e.g. {@code at least}
   */
  record NumberBound(BoundedNumber bound, IntPredicate comparison, String word, String text)
      implements Keyword {
    @Override
    public boolean holds(JsonValue value, Check check) {
      return !(value instanceof JsonNumber number)
          || comparison.test(bound.compare(number))
          || check.wrong(() -> "must be " + word + " " + Wording.quoted(text));
    }
  }

  record MultipleOf(BoundedNumber divisor, String text) implements Keyword {
    @Override
    public boolean holds(JsonValue value, Check check) {
      if (!(value instanceof JsonNumber number)) {
        return true;
      }
      check.steps(4); // a division of decimals may be long
      return divisor.divides(number)
          || check.wrong(() -> "must be a multiple of " + Wording.quoted(text));
    }
  }

  /** Characters of a text as people count them (code points), elements, or members. */
  record Size(Measured what, int min, int max) implements Keyword {
    private static final int NONE = -1;

    enum Measured {
      CHARACTERS("character"),
      ELEMENTS("element"),
      MEMBERS("member");

      private final String word;

      Measured(String word) {
        this.word = word;
      }
    }

    @Override
    public boolean holds(JsonValue value, Check check) {
      int size =
          switch (value) {
            case JsonString(String text) when what == Measured.CHARACTERS ->
                text.codePointCount(0, text.length());
            case JsonValue.JsonArray array when what == Measured.ELEMENTS ->
                array.elements().size();
            case JsonValue.JsonObject object when what == Measured.MEMBERS ->
                object.members().size();
            case JsonValue _ -> NONE;
          };
      return size == NONE || (size >= min && size <= max) || check.wrong(() -> text(size));
    }

    private String text(int size) {
      int bound = size < min ? min : max;
      return "has "
          + size
          + " "
          + what.word
          + (size == 1 ? "" : "s")
          + " and must have at "
          + (size < min ? "least " : "most ")
          + bound;
    }
  }
}
