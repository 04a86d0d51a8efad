// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.mcppolicy.engine.document.Wording;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonString;

/**
 * {@code pattern}: a part of the text matches. In time linear in the text, so what needs more
 * (looking ahead or behind, references to groups) makes a schema unusable.
 *
 * @param source as the schema has it
 * @param stepsPerCharacter what a character costs at most
 */
record TextPattern(Pattern pattern, String source, int stepsPerCharacter) implements Keyword {
  static final int CHARACTERS_MAX = 1_000;

  /** Instructions of a compiled pattern. */
  static final int PROGRAM_MAX = 2_000;

  static TextPattern of(String source, String place) throws UnusableSchemaException {
    if (source.length() > CHARACTERS_MAX) {
      throw new UnusableSchemaException(
          place, "the pattern has more than " + CHARACTERS_MAX + " characters");
    }
    Pattern pattern;
    try {
      pattern = Pattern.compile(EcmaPattern.toRe2(source));
    } catch (PatternSyntaxException | EcmaPattern.NotLinearException wrong) {
      throw new UnusableSchemaException(
          place,
          "the pattern "
              + Wording.quoted(source)
              + " is none that can be matched in linear time (RE2)");
    }
    if (pattern.programSize() > PROGRAM_MAX) {
      throw new UnusableSchemaException(
          place, "the pattern " + Wording.quoted(source) + " is too large once compiled");
    }
    return new TextPattern(pattern, source, 4 + pattern.programSize() / 4);
  }

  @Override
  public boolean holds(JsonValue value, Check check) {
    return !(value instanceof JsonString(String text))
        || isFoundIn(text, check)
        || check.wrong(() -> "must match the pattern " + Wording.quoted(source));
  }

  boolean isFoundIn(String text, Check check) {
    check.steps((1L + text.length()) * stepsPerCharacter);
    return pattern.matcher(text).find();
  }
}
