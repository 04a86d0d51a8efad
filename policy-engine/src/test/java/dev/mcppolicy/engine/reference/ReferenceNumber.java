// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.reference;

import java.math.BigInteger;
import java.util.Locale;

/** A decimal as schoolbooks have it: digits, and how many zeros to write after them. */
record ReferenceNumber(BigInteger digits, int zeros) implements Comparable<ReferenceNumber> {

  /** Reads a number of JSON. */
  static ReferenceNumber of(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    int e = lower.indexOf('e');
    int zeros = e < 0 ? 0 : Integer.parseInt(lower.substring(e + 1));
    String mantissa = e < 0 ? lower : lower.substring(0, e);
    int point = mantissa.indexOf('.');
    if (point >= 0) {
      zeros -= mantissa.length() - point - 1;
      mantissa = mantissa.substring(0, point) + mantissa.substring(point + 1);
    }
    return new ReferenceNumber(new BigInteger(mantissa), zeros);
  }

  boolean isInteger() {
    return zeros >= 0 || digits.mod(BigInteger.TEN.pow(-zeros)).signum() == 0;
  }

  /** Both written with the same number of zeros, then their digits compared. */
  @Override
  public int compareTo(ReferenceNumber other) {
    int common = Math.min(zeros, other.zeros);
    return digits
        .multiply(BigInteger.TEN.pow(zeros - common))
        .compareTo(other.digits.multiply(BigInteger.TEN.pow(other.zeros - common)));
  }
}
