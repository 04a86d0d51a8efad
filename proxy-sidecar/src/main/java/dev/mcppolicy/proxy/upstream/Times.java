// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import java.time.Duration;

/** Durations in messages. */
final class Times {
  private Times() {}

  /** {@code 60 s}, {@code 250 ms}. */
  static String text(Duration duration) {
    long millis = duration.toMillis();
    return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
  }
}
