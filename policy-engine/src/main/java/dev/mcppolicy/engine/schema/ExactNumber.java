// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

import dev.mcppolicy.json.JsonValue.JsonNumber;
import java.math.BigDecimal;

/**
 * Numbers compared as the decimals that they are written as. Integers of up to 18 digits, nearly
 * all there are, without an allocation.
 */
final class ExactNumber {
  /** What {@link #quick} answers for a number that is not one of the common ones. */
  private static final long NOT_QUICK = Long.MIN_VALUE;

  private static final int CHARS_MAX = 1_000;

  /** Digits between the first of the larger and the last of the smaller, for a division. */
  private static final int SPAN_MAX = 4_000;

  private final long quick;
  private final BigDecimal decimal;

  private ExactNumber(String text) {
    quick = quick(text);
    decimal = decimal(text);
  }

  /**
   * @throws Check.TooMuch for one of more than a thousand characters or an exponent of billions
   */
  static ExactNumber of(JsonNumber number) {
    return new ExactNumber(number.text());
  }

  /** Below 0 when the number is less than this, 0 when equal, above 0 when more. */
  int compare(JsonNumber number) {
    long other = quick(number.text());
    return (other != NOT_QUICK && quick != NOT_QUICK)
        ? Long.compare(other, quick)
        : decimal(number.text()).compareTo(decimal);
  }

  /** Whether the number is this one a whole number of times. */
  boolean divides(JsonNumber number) {
    long other = quick(number.text());
    if (other != NOT_QUICK && quick != NOT_QUICK) {
      return other % quick == 0;
    }
    BigDecimal dividend = decimal(number.text());
    if (dividend.signum() == 0) {
      return true;
    }
    long span = Math.abs((long) dividend.scale() - decimal.scale());
    if (span > SPAN_MAX) {
      throw new Check.TooMuch();
    }
    return dividend.remainder(decimal).signum() == 0;
  }

  int signum() {
    return decimal.signum();
  }

  static boolean same(JsonNumber a, JsonNumber b) {
    if (a.text().equals(b.text())) {
      return true;
    }
    long quickA = quick(a.text());
    long quickB = quick(b.text());
    return (quickA != NOT_QUICK && quickB != NOT_QUICK)
        ? quickA == quickB
        : decimal(a.text()).compareTo(decimal(b.text())) == 0;
  }

  /** Whether the value has no fraction, however it is written. */
  static boolean isWhole(JsonNumber number) {
    if (quick(number.text()) != NOT_QUICK) {
      return true;
    }
    BigDecimal value = decimal(number.text());
    return value.signum() == 0 || value.stripTrailingZeros().scale() <= 0;
  }

  private static long quick(String text) {
    int length = text.length();
    boolean isNegative = length > 0 && text.charAt(0) == '-';
    int first = isNegative ? 1 : 0;
    if (length == first || length - first > 18) {
      return NOT_QUICK;
    }
    long value = 0;
    for (int i = first; i < length; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return NOT_QUICK;
      }
      value = value * 10 + digit;
    }
    return isNegative ? -value : value;
  }

  private static BigDecimal decimal(String text) {
    if (text.length() > CHARS_MAX) {
      throw new Check.TooMuch();
    }
    if (isZero(text)) {
      return BigDecimal.ZERO; // whatever its exponent
    }
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException outOfRange) {
      throw new Check.TooMuch();
    }
  }

  private static boolean isZero(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= '1' && c <= '9') {
        return false;
      }
      if (c == 'e' || c == 'E') {
        return true;
      }
    }
    return true;
  }
}
