// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

import static dev.mcppolicy.json.ExactNumber.NOT_PLAIN;
import static dev.mcppolicy.json.ExactNumber.plain;

import dev.mcppolicy.json.JsonValue.JsonNumber;
import java.math.BigDecimal;

/**
 * A number of a schema, where both sides are a stranger's: compared as the decimals that they are
 * written as, and given up when that takes too much. Integers of up to 18 digits, nearly all there
 * are, without an allocation.
 */
final class BoundedNumber {
  private static final int CHARS_MAX = 1_000;

  /** Digits between the first of the larger and the last of the smaller, for a division. */
  private static final int SPAN_MAX = 4_000;

  private final long plain;
  private final BigDecimal decimal;

  private BoundedNumber(String text) {
    plain = plain(text);
    decimal = decimal(text);
  }

  /**
   * @throws Check.TooMuch for one of more than a thousand characters or an exponent of billions
   */
  static BoundedNumber of(JsonNumber number) {
    return new BoundedNumber(number.text());
  }

  /** Below 0 when the number is less than this, 0 when equal, above 0 when more. */
  int compare(JsonNumber number) {
    long other = plain(number.text());
    return (other != NOT_PLAIN && plain != NOT_PLAIN)
        ? Long.compare(other, plain)
        : decimal(number.text()).compareTo(decimal);
  }

  /** Whether the number is this one a whole number of times. */
  boolean divides(JsonNumber number) {
    long other = plain(number.text());
    if (other != NOT_PLAIN && plain != NOT_PLAIN) {
      return other % plain == 0;
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
    long plainA = plain(a.text());
    long plainB = plain(b.text());
    return (plainA != NOT_PLAIN && plainB != NOT_PLAIN)
        ? plainA == plainB
        : decimal(a.text()).compareTo(decimal(b.text())) == 0;
  }

  /** Whether the value has no fraction, however it is written. */
  static boolean isWhole(JsonNumber number) {
    if (plain(number.text()) != NOT_PLAIN) {
      return true;
    }
    BigDecimal value = decimal(number.text());
    return value.signum() == 0 || value.stripTrailingZeros().scale() <= 0;
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
