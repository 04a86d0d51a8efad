// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

/** Text that a workload wrote, in a form that no terminal or client takes for a command. */
final class LogText {
  private LogText() {}

  /**
   * Line feeds and tabs stay. Every other control character, and each that changes the direction of
   * text or cannot be seen, becomes its escape as Java and JSON write it; so does a half of a
   * surrogate pair that stands alone.
   */
  static String printable(String text) {
    var out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (c == '\n' || c == '\t') {
        out.append((char) c);
      } else if (isUnseen(c) && !endsLine(text, i, c)) {
        for (char half : Character.toChars(c)) {
          out.append("\\u%04x".formatted((int) half));
        }
      } else if (c != '\r') {
        out.appendCodePoint(c);
      }
    }
    return out.toString();
  }

  /** A carriage return before a line feed is the end of a line in another notation. */
  private static boolean endsLine(String text, int next, int c) {
    return c == '\r' && next < text.length() && text.charAt(next) == '\n';
  }

  private static boolean isUnseen(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          true;
      default -> false;
    };
  }
}
