// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

/**
 * The regular expressions of JSON Schema, which are those of ECMA-262 in Unicode mode, in the
 * syntax of RE2: rewritten where the two mean different things, refused where RE2 has no such thing
 * or somebody could read it in two ways.
 */
final class EcmaPattern {
  /** What ECMA-262 takes for white space or an end of line. */
  private static final String SPACES =
      "\\x{9}-\\x{D}\\x{20}\\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}"
          + "\\x{205F}\\x{3000}\\x{FEFF}";

  private static final String NO_SPACES =
      "\\x{0}-\\x{8}\\x{E}-\\x{1F}\\x{21}-\\x{9F}\\x{A1}-\\x{167F}\\x{1681}-\\x{1FFF}"
          + "\\x{200B}-\\x{2027}\\x{202A}-\\x{202E}\\x{2030}-\\x{205E}\\x{2060}-\\x{2FFF}"
          + "\\x{3001}-\\x{FEFE}\\x{FF00}-\\x{10FFFF}";

  private static final String ANY_BUT_LINE_ENDS = "[^\\n\\r\\x{2028}\\x{2029}]";

  /** Escapes that mean the same in both. */
  private static final String SAME = "dDwWbBtnvfr";

  private final String source;
  private final StringBuilder re2 = new StringBuilder();
  private int at;
  private boolean isInClass;

  private EcmaPattern(String source) {
    this.source = source;
  }

  /** A pattern that RE2 cannot match or would read in another way. */
  static final class NotLinearException extends Exception {
    private static final long serialVersionUID = 1L;

    NotLinearException() {
      super("no pattern of RE2", null, false, false);
    }
  }

  static String toRe2(String source) throws NotLinearException {
    return new EcmaPattern(source).translated();
  }

  private String translated() throws NotLinearException {
    while (at < source.length()) {
      char c = source.charAt(at++);
      switch (c) {
        case '\\' -> escape();
        case '.' -> re2.append(isInClass ? "." : ANY_BUT_LINE_ENDS);
        case '[' -> bracket();
        case ']' -> {
          isInClass = false;
          re2.append(c);
        }
        case '(' -> group();
        default -> re2.append(c);
      }
    }
    if (isInClass) {
      throw new NotLinearException();
    }
    return re2.toString();
  }

  private void bracket() throws NotLinearException {
    if (isInClass) {
      re2.append("\\["); // `[:alpha:]` is no class of its own here
      return;
    }
    isInClass = true;
    re2.append('[');
    if (next('^')) {
      re2.append('^');
    }
    if (next(']')) {
      throw new NotLinearException(); // nothing, or anything: RE2 reads a bracket there
    }
  }

  /** Groups that only some read: looking around, flags. */
  private void group() throws NotLinearException {
    re2.append('(');
    if (!isInClass && next('?')) {
      if (next(':')) {
        re2.append("?:");
      } else if (next('<')) {
        if (at < source.length() && (source.charAt(at) == '=' || source.charAt(at) == '!')) {
          throw new NotLinearException();
        }
        re2.append("?P<");
      } else {
        throw new NotLinearException();
      }
    }
  }

  private void escape() throws NotLinearException {
    if (at == source.length()) {
      throw new NotLinearException();
    }
    char c = source.charAt(at++);
    if (isInClass && c == 'b') {
      re2.append("\\x{8}");
    } else if (isInClass && c == 'B') {
      throw new NotLinearException();
    } else if (SAME.indexOf(c) >= 0) {
      re2.append('\\').append(c);
    } else {
      switch (c) {
        case 's' -> re2.append(isInClass ? SPACES : "[" + SPACES + "]");
        case 'S' -> re2.append(isInClass ? NO_SPACES : "[" + NO_SPACES + "]");
        case '0' -> nul();
        case 'c' -> control();
        case 'x' -> codePoint(hex(2));
        case 'u' -> unicode();
        case 'p', 'P' -> property(c);
        default -> {
          if (c >= 0x80 || Character.isLetterOrDigit(c) || c == '_') {
            throw new NotLinearException(); // a reference to a group, or what others read otherwise
          }
          codePoint(c);
        }
      }
    }
  }

  private void nul() throws NotLinearException {
    if (at < source.length() && Character.isDigit(source.charAt(at))) {
      throw new NotLinearException();
    }
    codePoint(0);
  }

  private void control() throws NotLinearException {
    if (at == source.length()) {
      throw new NotLinearException();
    }
    char letter = source.charAt(at++);
    if (!(letter >= 'a' && letter <= 'z') && !(letter >= 'A' && letter <= 'Z')) {
      throw new NotLinearException();
    }
    codePoint(letter % 32);
  }

  private void unicode() throws NotLinearException {
    if (next('{')) {
      int end = source.indexOf('}', at);
      if (end < 0 || end == at || end - at > 6) {
        throw new NotLinearException();
      }
      codePoint(hex(end - at));
      at++;
      return;
    }
    int unit = hex(4);
    if (Character.isHighSurrogate((char) unit)
        && source.startsWith("\\u", at)
        && at + 6 <= source.length()) {
      int back = at;
      at += 2;
      int low = hex(4);
      if (Character.isLowSurrogate((char) low)) {
        codePoint(Character.toCodePoint((char) unit, (char) low));
        return;
      }
      at = back;
    }
    codePoint(unit);
  }

  /** {@code \p{L}} and the like; RE2 knows categories and scripts by their short names alone. */
  private void property(char c) throws NotLinearException {
    int end = source.indexOf('}', at);
    if (!next('{') || end < 0 || end - at > 32) {
      throw new NotLinearException();
    }
    re2.append('\\').append(c).append('{').append(source, at, end + 1);
    at = end + 1;
  }

  private int hex(int digits) throws NotLinearException {
    if (at + digits > source.length()) {
      throw new NotLinearException();
    }
    int value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = Character.digit(source.charAt(at++), 16);
      if (digit < 0) {
        throw new NotLinearException();
      }
      value = value * 16 + digit;
    }
    return value;
  }

  private void codePoint(int value) throws NotLinearException {
    if (value > Character.MAX_CODE_POINT) {
      throw new NotLinearException();
    }
    re2.append("\\x{").append(Integer.toHexString(value)).append('}');
  }

  private boolean next(char c) {
    boolean isNext = at < source.length() && source.charAt(at) == c;
    if (isNext) {
      at++;
    }
    return isNext;
  }
}
