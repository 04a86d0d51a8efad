// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.time.Duration;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.api.statistics.Statistics;

final class PatternSizeProperties {

  /** Were a size too small, a short pattern could take all memory when it is compiled. */
  @Property(tries = 5_000)
  void isNeverLessThanWhatThePatternCompilesTo(@ForAll("patterns") String pattern) { // T12
    long size = PatternSize.of(pattern);
    boolean isPattern = false;
    if (size < 50_000) {
      try {
        int compiled = Pattern.compile(pattern).programSize();
        isPattern = true;
        assertTrue(compiled <= size + 2, () -> pattern + ": " + compiled + " of " + size);
      } catch (PatternSyntaxException notAPattern) {
        // nothing is compiled of it
      }
    }
    Statistics.label("is a pattern").collect(isPattern);
  }

  @Property(tries = 2_000)
  void neverThrows(@ForAll @StringLength(max = 100) String text) {
    assertNotNull(LinearPattern.of(text));
  }

  @Example
  void refusesWhatRepetitionsMakeLarge() { // T12
    for (String pattern :
        new String[] {
          "((a{1000}){1000}){1000}", "(a{100}){100}", "(?:(?:x{50}){50}){50}", "[a-z]{1000}{1000}"
        }) {
      assertInstanceOf(LinearPattern.Unusable.class, LinearPattern.of(pattern), pattern);
    }
  }

  /** RE2/J folds a million characters one by one for each such class: minutes for one pattern. */
  @Example
  void refusesToFoldWideClassesBeforeItCompilesThem() { // T73
    for (String wide : new String[] {"[^a]", "[[:^alpha:]]", "\\W", "\\PL", "[a-\\x{10FFFF}]"}) {
      for (String flag : new String[] {"(?i)", "(?si)", "(?i-s:b)", "(?s-i:b)"}) {
        String pattern = flag + wide.repeat(60);
        assertTrue(
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> LinearPattern.of(pattern))
                    instanceof LinearPattern.Unusable(String why)
                && why.contains("without the flag i"),
            pattern);
      }
    }
  }

  @Example
  void takesWhatPoliciesNeed() {
    for (String pattern :
        new String[] {
          "[a-z0-9.-]{1,253}(:[0-9]{1,5})?(/[a-z0-9._-]{1,128}){1,3}",
          "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
          "(?i)(llama|opt|qwen)[\\w.-]*",
          ".{0,800}",
          "\\p{Greek}+\\x{20}\\Qa{1000}\\E[[:alpha:]{1000}]"
        }) {
      assertInstanceOf(LinearPattern.Usable.class, LinearPattern.of(pattern), pattern);
    }
  }

  @Provide
  Arbitrary<String> patterns() {
    return Arbitraries.of(
            "a",
            "b",
            "\u00e9",
            ".",
            "^",
            "$",
            "(",
            ")",
            "(",
            ")",
            "(?:",
            "(?i)",
            "(?i:",
            "(?P<n>",
            "|",
            "*",
            "+",
            "?",
            "*?",
            "{2}",
            "{3,}",
            "{2,5}",
            "{0,3}",
            "{0}",
            "{0,}",
            "{10}",
            "{",
            "}",
            "{,3}",
            "{a}",
            "[",
            "]",
            "[a-z]",
            "[^a]",
            "[]{9}]",
            "[^]]",
            "[[:alpha:]]",
            "[\\]{9}]",
            "[a\\Q]",
            "\\d",
            "\\pL",
            "\\p{Greek}",
            "\\x{41}",
            "\\x41",
            "\\Qa{9}(\\E",
            "\\Q",
            "\\E",
            "\\\\",
            "\\(",
            "\\b",
            "\\A",
            "\\z",
            "\\",
            "(?s).",
            "(?m)^",
            "(|a)",
            "()")
        .list()
        .ofMaxSize(12)
        .map(pieces -> String.join("", pieces));
  }
}
