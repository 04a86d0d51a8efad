// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.json.JsonValue.JsonNumber;
import java.math.BigDecimal;

/**
 * A number of a document, to hold numbers of calls against: exactly, whatever way they are written.
 *
 * <p>Integers of up to 18 digits are compared without making anything.
 */
final class ExactNumber {
  /** Says that a number is not written as an integer of up to 18 digits. */
  static final long NOT_PLAIN = Long.MIN_VALUE;

  private static final int PLAIN_DIGITS_MAX = 18;

  private final BigDecimal decimal;
  private final long plain;

  ExactNumber(JsonNumber number) {
    this.decimal = number.decimal();
    this.plain = plain(decimal);
  }

  /** Negative when the other number is less than this, 0 when both are the same number. */
  int compareOther(JsonNumber other) {
    long value = plain(other.text());
    if (value == NOT_PLAIN) {
      return other.decimal().compareTo(decimal);
    }
    return plain == NOT_PLAIN
        ? BigDecimal.valueOf(value).compareTo(decimal)
        : Long.compare(value, plain);
  }

  static boolean equal(JsonNumber a, JsonNumber b) {
    long plainA = plain(a.text());
    long plainB = plain(b.text());
    return (plainA != NOT_PLAIN && plainB != NOT_PLAIN)
        ? plainA == plainB
        : a.decimal().compareTo(b.decimal()) == 0;
  }

  /** The value of a text that is an integer of up to 18 digits; else {@link #NOT_PLAIN}. */
  static long plain(String text) {
    int length = text.length();
    int start = length > 0 && text.charAt(0) == '-' ? 1 : 0;
    if (length == start || length - start > PLAIN_DIGITS_MAX) {
      return NOT_PLAIN;
    }
    long value = 0;
    for (int i = start; i < length; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return NOT_PLAIN;
      }
      value = value * 10 + digit;
    }
    return start == 1 ? -value : value;
  }

  /** As {@link #plain(String)}, for any way of writing the number: {@code 1e3} is 1000. */
  static long plain(BigDecimal decimal) {
    if (decimal.signum() == 0) {
      return 0;
    }
    BigDecimal stripped = decimal.stripTrailingZeros();
    boolean isWhole = stripped.scale() <= 0;
    return isWhole && (long) stripped.precision() - stripped.scale() <= PLAIN_DIGITS_MAX
        ? stripped.longValueExact()
        : NOT_PLAIN;
  }
}
