// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * Whether a text is a pattern that can be used: one of RE2's syntax, and small once its repetitions
 * are written out.
 *
 * <p>Source: <a href="https://github.com/google/re2/wiki/Syntax">syntax of RE2</a>; RE2/J keeps
 * time linear in the length of what is matched, and the factor is the size that is bounded here.
 */
public sealed interface LinearPattern {
  /** Characters of a pattern. */
  int CHARS_MAX = 1_000;

  /** A group of flags with {@code i} among them. */
  Pattern FOLDING = Pattern.compile("\\(\\?[imsU-]*i");

  /** What a class can be wide by: negation, a category, an escape, a character beyond ASCII. */
  Pattern WIDE = Pattern.compile("\\[\\^|\\[:\\^|\\\\[pPxQDSW]|[^\\x00-\\x7F]");

  /** Steps of a compiled pattern. */
  int STEPS_MAX = 2_000;

  record Usable(Pattern pattern) implements LinearPattern {}

  /**
   * @param why one clause that begins with the pattern
   */
  record Unusable(String why) implements LinearPattern {}

  /** A pattern as somebody wrote it. */
  static LinearPattern of(String pattern) {
    return pattern.length() > CHARS_MAX
        ? new Unusable(
            "the pattern has " + pattern.length() + " characters; use at most " + CHARS_MAX)
        : ofTranslated(pattern, pattern);
  }

  /**
   * A pattern that was translated from another language, which may have made it longer.
   *
   * @param source as somebody wrote it, for the message
   */
  static LinearPattern ofTranslated(String pattern, String source) {
    // all that is looked at before it is compiled is what compiling has no bound for
    if (foldsWideClasses(pattern)) {
      return new Unusable(
          Wording.quoted(source)
              + " ignores case in a class that may be wide, which takes too long to compile; write"
              + " both cases, such as `[A-Za-z]`, without the flag i");
    }
    // RE2/J writes repetitions out, ((a{1000}){1000}){1000} in full
    if (PatternSize.of(pattern) > STEPS_MAX) {
      return tooLarge(source);
    }
    try {
      Pattern compiled = Pattern.compile(pattern);
      return compiled.programSize() > STEPS_MAX ? tooLarge(source) : new Usable(compiled);
    } catch (PatternSyntaxException wrong) {
      return new Unusable(
          Wording.quoted(source)
              + " is not a pattern: "
              + wrong.getDescription()
              + at(wrong.getPattern(), pattern)
              + hint(source));
    }
  }

  /** RE2/J folds each character of a class on its own, a million for each {@code [^x]}. */
  private static boolean foldsWideClasses(String pattern) {
    return FOLDING.matcher(pattern).find() && WIDE.matcher(pattern).find();
  }

  private static LinearPattern tooLarge(String pattern) {
    return new Unusable(
        Wording.quoted(pattern)
            + " is too large a pattern: with its repetitions written out it has more than "
            + STEPS_MAX
            + " steps; make the numbers in its braces smaller");
  }

  private static String at(String part, String pattern) {
    return part.isEmpty() || part.equals(pattern) ? "" : " at " + Wording.quoted(part);
  }

  /** What other languages have and RE2 has not. */
  private static String hint(String pattern) {
    return pattern.contains("(?=")
            || pattern.contains("(?!")
            || pattern.contains("(?<=")
            || pattern.contains("(?<!")
        ? "; RE2 has no looking ahead or behind, use a second condition with `not`"
        : pattern.startsWith("*") ? "; a pattern is no wildcard, any text is `.*`" : "";
  }
}
