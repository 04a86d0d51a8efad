// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

/** What the patterns of one document may take together. Not for use by several threads. */
final class PatternBudget {
  /** Steps of all patterns. */
  static final long STEPS_MAX = 50_000;

  /** What making the hundreds of ranges of a class such as {@code \\pL} counts, in steps. */
  private static final int UNICODE_CLASS = 20;

  static final String EXHAUSTED =
      "the patterns of this document have together more than "
          + STEPS_MAX
          + " steps; use fewer or shorter ones, or split the policy";

  private long steps;

  /** Whether there is still room for that pattern. */
  boolean take(String pattern) {
    if (steps > STEPS_MAX) {
      return false;
    }
    // one that is too large by itself is never compiled, and not counted
    if (pattern.length() <= LinearPattern.CHARS_MAX) {
      long size = PatternSize.of(pattern);
      steps += size > LinearPattern.STEPS_MAX ? 0 : size + unicodeClasses(pattern) * UNICODE_CLASS;
    }
    return steps <= STEPS_MAX;
  }

  private static long unicodeClasses(String pattern) {
    long count = 0;
    for (int i = pattern.indexOf('\\'); i >= 0; i = pattern.indexOf('\\', i + 1)) {
      boolean isClass = pattern.startsWith("p", i + 1) || pattern.startsWith("P", i + 1);
      count += isClass ? 1 : 0;
    }
    return count;
  }
}
