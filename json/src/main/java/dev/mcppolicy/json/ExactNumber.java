// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.json;

import dev.mcppolicy.json.JsonValue.JsonNumber;
import java.math.BigDecimal;

/**
 * A number to hold other numbers against: exactly, whatever way they are written.
 *
 * <p>Numbers of up to 18 digits without an exponent are compared without making anything. For any
 * thread.
 */
public final class ExactNumber {
  /** Says that a number is not written as an integer of up to 18 digits. */
  public static final long NOT_PLAIN = Long.MIN_VALUE;

  private static final int PLAIN_DIGITS_MAX = 18;

  private static final long[] POWERS_OF_TEN = powersOfTen();

  private final BigDecimal decimal;

  /** The digits before and after the point as one number, and how many of them are after it. */
  private final long digits;

  private final int places;

  public ExactNumber(JsonNumber number) {
    this.decimal = number.decimal();
    long whole = plain(decimal);
    BigDecimal stripped = decimal.stripTrailingZeros();
    boolean isPlainFraction =
        whole == NOT_PLAIN
            && stripped.scale() > 0
            && stripped.scale() <= PLAIN_DIGITS_MAX
            && stripped.precision() <= PLAIN_DIGITS_MAX;
    this.digits = isPlainFraction ? stripped.unscaledValue().longValueExact() : whole;
    this.places = isPlainFraction ? stripped.scale() : 0;
  }

  /** Negative when the other number is less than this, 0 when both are the same number. */
  public int compareOther(JsonNumber other) {
    String text = other.text();
    int point = text.indexOf('.');
    int placesOfOther = point < 0 ? 0 : text.length() - point - 1;
    long digitsOfOther = digits(text, point);
    if (digits == NOT_PLAIN || digitsOfOther == NOT_PLAIN) {
      return other.decimal().compareTo(decimal);
    }
    int more = placesOfOther - places;
    long left = more >= 0 ? digitsOfOther : scaled(digitsOfOther, -more);
    long right = more >= 0 ? scaled(digits, more) : digits;
    return left == NOT_PLAIN || right == NOT_PLAIN
        ? other.decimal().compareTo(decimal)
        : Long.compare(left, right);
  }

  /** All digits of a text without an exponent, the point left out; else {@link #NOT_PLAIN}. */
  private static long digits(String text, int point) {
    if (point < 0) {
      return plain(text);
    }
    int length = text.length();
    int start = text.charAt(0) == '-' ? 1 : 0;
    if (length - start - 1 > PLAIN_DIGITS_MAX) {
      return NOT_PLAIN;
    }
    long value = 0;
    for (int i = start; i < length; i++) {
      int digit = text.charAt(i) - '0';
      if (i != point) {
        if (digit < 0 || digit > 9) {
          return NOT_PLAIN;
        }
        value = value * 10 + digit;
      }
    }
    return start == 1 ? -value : value;
  }

  /** Times a power of ten; {@link #NOT_PLAIN} when that is no long. */
  private static long scaled(long value, int power) {
    long most = Long.MAX_VALUE / POWERS_OF_TEN[power];
    return value > most || value < -most ? NOT_PLAIN : value * POWERS_OF_TEN[power];
  }

  private static long[] powersOfTen() {
    var powers = new long[PLAIN_DIGITS_MAX + 1];
    powers[0] = 1;
    for (int i = 1; i < powers.length; i++) {
      powers[i] = powers[i - 1] * 10;
    }
    return powers;
  }

  public static boolean equal(JsonNumber a, JsonNumber b) {
    long plainA = plain(a.text());
    long plainB = plain(b.text());
    return (plainA != NOT_PLAIN && plainB != NOT_PLAIN)
        ? plainA == plainB
        : a.decimal().compareTo(b.decimal()) == 0;
  }

  /** The value of a text that is an integer of up to 18 digits; else {@link #NOT_PLAIN}. */
  public static long plain(String text) {
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
  public static long plain(BigDecimal decimal) {
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
