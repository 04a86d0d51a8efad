// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** T74: patterns of ECMA-262 mean the same here. */
final class EcmaPatternTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          ^a$          | a             | true
          ^a$          | a\\n          | false
          ^a$          | b\\na         | false
          ^.$          | \\u2028       | false
          ^.$          | \\r           | false
          ^[.]$        | b             | false
          ^\\.$        | .             | true
          ^\\s$        | \\u00a0       | true
          ^\\s$        | \\ufeff       | true
          ^\\S$        | \\u3000       | false
          ^[\\S]$      | \\u3000       | false
          ^[\\s\\S]$   | \\u3000       | true
          ^[^\\S]$     | \\u3000       | true
          ^\\d$        | \\u0661       | false
          ^\\w$        | \\u00e9       | false
          ^\\u0061$    | a             | true
          ^\\u{1F600}$ | \\ud83d\\ude00 | true
          ^\\ud83d\\ude00$ | \\ud83d\\ude00 | true
          ^.$          | \\ud83d\\ude00 | true
          ^\\x41$      | A             | true
          ^\\cJ$       | \\n           | true
          ^\\/$        | /             | true
          ^\\-$        | -             | true
          ^[\\b]$      | \\u0008       | true
          ^[[]$        | [             | true
          ^[[:alpha:]]$ | a]           | true
          ^[[:alpha:]]$ | z            | false
          ^(?:a+)$     | a             | true
          ^(?<x>a)$    | a             | true
          ^\\p{Lu}$    | \\u00c9       | true
          ^a{2}$       | aa            | true
          A            | a             | false
          """)
  void matches(String pattern, String text, boolean matches) throws Exception {
    String unescaped =
        ((dev.mcppolicy.json.JsonValue.JsonString) Schemas.json('"' + text + '"')).value();
    TextPattern compiled = TextPattern.of(pattern, "/pattern");
    assertEquals(matches, compiled.isFoundIn(unescaped, new Check(100_000)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(?=a)",
        "(?!a)",
        "(?<=a)",
        "(?<!a)",
        "(a)\\1",
        "\\k<a>",
        "(?i)a",
        "\\Qa\\E",
        "\\C",
        "\\A",
        "\\z",
        "\\a",
        "[]",
        "[^]",
        "[]a]",
        "[a",
        "a)",
        "(",
        "\\",
        "\\u12",
        "\\u{110000}",
        "\\u{}",
        "\\x1",
        "\\c1",
        "\\01",
        "\\pL",
        "\\p{Letter}",
        "[\\B]",
        "a**",
        "*",
        "a{2000}",
        "((a{100}){100}){100}",
        "(((a{30}){30}){30}){30}",
        "[b-a]"
      })
  void refusesWhatIsNotLinearOrReadInTwoWays(String pattern) {
    assertThrows(UnusableSchemaException.class, () -> TextPattern.of(pattern, "/pattern"));
  }
}
