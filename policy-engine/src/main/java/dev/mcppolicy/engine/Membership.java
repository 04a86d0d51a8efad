// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.json.ExactNumber;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonBoolean;
import dev.mcppolicy.json.JsonValue.JsonNull;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Whether a value is one of several scalars; undetermined when none of them is of its type. */
final class Membership implements ValueTest {
  private final Set<String> texts;

  /** The numbers that are integers of up to 18 digits, sorted. */
  private final long[] plain;

  /** All numbers, sorted. */
  private final BigDecimal[] decimals;

  private final boolean hasTrue;
  private final boolean hasFalse;
  private final boolean hasNull;

  private Membership(
      Set<String> texts,
      Set<BigDecimal> sorted,
      boolean hasTrue,
      boolean hasFalse,
      boolean hasNull) {
    this.texts = Set.copyOf(texts);
    this.plain =
        sorted.stream()
            .mapToLong(ExactNumber::plain)
            .filter(value -> value != ExactNumber.NOT_PLAIN)
            .toArray();
    this.decimals = sorted.toArray(BigDecimal[]::new);
    this.hasTrue = hasTrue;
    this.hasFalse = hasFalse;
    this.hasNull = hasNull;
  }

  static Membership of(List<JsonValue> scalars) {
    Set<String> texts = new HashSet<>();
    Set<BigDecimal> decimals = new TreeSet<>();
    boolean hasTrue = false;
    boolean hasFalse = false;
    boolean hasNull = false;
    for (JsonValue scalar : scalars) {
      switch (scalar) {
        case JsonString(String text) -> texts.add(text);
        case JsonNumber number -> decimals.add(number.decimal());
        case JsonBoolean(boolean value) -> {
          hasTrue |= value;
          hasFalse |= !value;
        }
        case JsonNull _ -> hasNull = true;
        case JsonObject _, JsonArray _ ->
            throw new IllegalArgumentException("the operand has an element that is no scalar");
      }
    }
    return new Membership(texts, decimals, hasTrue, hasFalse, hasNull);
  }

  @Override
  public Truth of(JsonValue value) {
    return switch (value) {
      case JsonString(String text) -> ofText(text);
      case JsonNumber number ->
          decimals.length == 0 ? Truth.UNDETERMINED : Truth.of(contains(number));
      case JsonBoolean(boolean bool) ->
          hasTrue || hasFalse ? Truth.of(bool ? hasTrue : hasFalse) : Truth.UNDETERMINED;
      case JsonNull _ -> hasNull ? Truth.TRUE : Truth.UNDETERMINED;
      case JsonObject _, JsonArray _ -> Truth.UNDETERMINED;
    };
  }

  @Override
  public Truth ofText(String text) {
    return texts.isEmpty() || text.length() > TEXT_CHARS_MAX
        ? Truth.UNDETERMINED
        : Truth.of(texts.contains(text));
  }

  private boolean contains(JsonNumber number) {
    long value = ExactNumber.plain(number.text());
    return value == ExactNumber.NOT_PLAIN
        ? Arrays.binarySearch(decimals, number.decimal()) >= 0
        : Arrays.binarySearch(plain, value) >= 0;
  }
}
