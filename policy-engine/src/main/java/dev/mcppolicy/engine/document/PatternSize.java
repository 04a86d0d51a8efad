// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * An upper bound of the instructions that a pattern compiles to, found without compiling it. For
 * texts that are no pattern it may be anything.
 */
final class PatternSize {
  private final String pattern;
  private int at;

  /** Sizes of what the groups around the place hold so far, the innermost first. */
  private final Deque<Long> around = new ArrayDeque<>();

  /** Of what the innermost group holds, without its last atom. */
  private long before;

  private long lastAtom;

  private PatternSize(String pattern) {
    this.pattern = pattern;
  }

  static long of(String pattern) {
    return new PatternSize(pattern).size();
  }

  private long size() {
    while (at < pattern.length()) {
      char c = pattern.charAt(at++);
      switch (c) {
        case '(' -> {
          atom(0);
          around.push(before);
          before = 0;
        }
        case ')' -> {
          long group = sum(before, lastAtom);
          before = around.isEmpty() ? 0 : around.pop();
          lastAtom = sum(group, 3); // its two ends, and one if it is empty
        }
        case '|', '*', '+', '?' -> lastAtom = sum(lastAtom, 2);
        case '{' -> repetition();
        case '[' -> {
          characterClass();
          atom(1);
        }
        case '\\' -> escape();
        default -> atom(1);
      }
    }
    while (!around.isEmpty()) {
      before = sum(before, around.pop());
    }
    return sum(sum(before, lastAtom), 3);
  }

  private void atom(long size) {
    before = sum(before, lastAtom);
    lastAtom = size;
  }

  /** {@code {n}}, {@code {n,}} or {@code {n,m}}; anything else in braces is text. */
  private void repetition() {
    int end = at;
    long least = -1;
    long number = 0;
    for (; end < pattern.length() && pattern.charAt(end) != '}'; end++) {
      char c = pattern.charAt(end);
      if (c >= '0' && c <= '9') {
        number = Math.min(number * 10 + (c - '0'), Integer.MAX_VALUE);
      } else if (c == ',' && least < 0) {
        least = number;
        number = 0;
      } else {
        atom(1);
        return;
      }
    }
    if (end == at || end == pattern.length()) {
      atom(1);
      return;
    }
    at = end + 1;
    long copies = Math.max(Math.max(least, number), 1);
    // each copy that may be missing has a way around it
    long waysAround = least < 0 ? 0 : copies - least;
    lastAtom = sum(product(lastAtom, copies), waysAround + 2);
  }

  /**
   * To the bracket that ends it: not the first character, not escaped, not of {@code [:alpha:]}.
   */
  private void characterClass() {
    if (at < pattern.length() && pattern.charAt(at) == '^') {
      at++;
    }
    boolean isFirst = true;
    while (at < pattern.length() && (isFirst || pattern.charAt(at) != ']')) {
      int named = pattern.startsWith("[:", at) ? pattern.indexOf(":]", at + 2) : -1;
      at = named >= 0 ? named + 2 : at + (pattern.charAt(at) == '\\' ? 2 : 1);
      isFirst = false;
    }
    at++;
  }

  private void escape() {
    char c = at < pattern.length() ? pattern.charAt(at++) : ' ';
    if (c == 'Q') {
      int end = pattern.indexOf("\\E", at);
      int literalEnd = end < 0 ? pattern.length() : end;
      atom(Math.max(literalEnd - at, 0));
      at = end < 0 ? pattern.length() : end + 2;
      return;
    }
    if ((c == 'p' || c == 'P' || c == 'x') && at < pattern.length() && pattern.charAt(at) == '{') {
      int end = pattern.indexOf('}', at);
      at = end < 0 ? pattern.length() : end + 1;
    }
    atom(1);
  }

  private static long sum(long a, long b) {
    return Math.min(a + b, Integer.MAX_VALUE);
  }

  private static long product(long a, long b) {
    return Math.min(a * b, Integer.MAX_VALUE);
  }
}
