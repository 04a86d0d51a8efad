// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import java.time.Duration;
import java.util.Optional;

/** Durations as a document writes them: an integer and one of {@code s m h d}. */
final class Durations {
  private Durations() {}

  /** The whole seconds of such a text; empty when it is not one. */
  static Optional<Long> seconds(String text) {
    if (!text.matches("[1-9][0-9]{0,8}[smhd]")) {
      return Optional.empty();
    }
    long unit =
        switch (text.charAt(text.length() - 1)) {
          case 's' -> 1;
          case 'm' -> 60;
          case 'h' -> 3_600;
          default -> 86_400;
        };
    return Optional.of(Long.parseLong(text.substring(0, text.length() - 1)) * unit);
  }

  /** In the greatest unit that holds it exactly. */
  static String text(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }
}
