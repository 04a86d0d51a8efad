// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

import com.google.re2j.Pattern;
import dev.mcppolicy.engine.document.LinearPattern;
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
  static TextPattern of(String source, String place) throws UnusableSchemaException {
    if (source.length() > LinearPattern.CHARS_MAX) {
      throw new UnusableSchemaException(
          place, "the pattern has more than " + LinearPattern.CHARS_MAX + " characters");
    }
    return switch (read(source, place)) {
      case LinearPattern.Usable(Pattern pattern) ->
          new TextPattern(pattern, source, 4 + pattern.programSize() / 4);
      case LinearPattern.Unusable(String why) ->
          throw new UnusableSchemaException(place, "the pattern " + why);
    };
  }

  private static LinearPattern read(String source, String place) throws UnusableSchemaException {
    try {
      return LinearPattern.ofTranslated(EcmaPattern.toRe2(source), source);
    } catch (EcmaPattern.NotLinearException wrong) {
      throw new UnusableSchemaException(
          place,
          "the pattern "
              + Wording.quoted(source)
              + " is none that can be matched in linear time (RE2)");
    }
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
