// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.mcp;

/** Text of a caller in a form that may stand in an answer or a log line. */
public final class Echo {
  private static final int CHARS_MAX = 64;

  private Echo() {}

  /** At most 64 characters of printable ASCII; every other character, and a back quote, is `?`. */
  public static String of(String text) {
    var safe = new StringBuilder();
    for (int i = 0; i < Math.min(text.length(), CHARS_MAX); i++) {
      char c = text.charAt(i);
      safe.append(c >= 0x20 && c < 0x7F && c != '`' ? c : '?');
    }
    return text.length() > CHARS_MAX ? safe + "…" : safe.toString();
  }
}
