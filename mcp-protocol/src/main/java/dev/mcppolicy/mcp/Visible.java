// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.mcp;

/** Names and URIs that a person can read and that no reader cuts or reorders. */
final class Visible {
  private Visible() {}

  /** Whether the text has 1 to so many characters, all of them visible or plain blanks. */
  static boolean isText(String text, int charsMax) {
    return !text.isBlank()
        && text.length() <= charsMax
        && text.codePoints().allMatch(c -> c == ' ' || isVisible(c));
  }

  /** The same without any white space. */
  static boolean isWord(String text, int charsMax) {
    return !text.isEmpty()
        && text.length() <= charsMax
        && text.codePoints().allMatch(Visible::isVisible);
  }

  private static boolean isVisible(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.SPACE_SEPARATOR,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
