// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.Window;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A sliding window, cut into pieces that expire one by one. The piece of the present and the {@link
 * #COUNT} before it count in full: together they always cover the whole window back from now, so
 * more than the limit never passes; a unit counts for at most a fiftieth of the window too long.
 *
 * <p>For any thread.
 */
final class SubWindows {
  static final int COUNT = 50;

  private final long lengthMillis;

  /** Those of the last question. */
  private volatile FixedWindow @Nullable [] last;

  SubWindows(Window window) {
    this.lengthMillis =
        switch (window) {
          case Window.Seconds(long seconds) -> seconds * 1_000 / COUNT;
          case Window.Week() -> 7 * 86_400_000L / COUNT;
          case Window.Month() ->
              throw new IllegalArgumentException("a month has no fixed length to slide over");
        };
  }

  /** Those that count now, the present one first. Not to be changed. */
  FixedWindow[] counting(Instant now) {
    FixedWindow[] known = last;
    if (known != null && known[0].contains(now)) {
      return known;
    }
    long present = Math.floorDiv(now.toEpochMilli(), lengthMillis);
    var windows = new FixedWindow[COUNT + 1];
    for (int i = 0; i <= COUNT; i++) {
      windows[i] =
          new FixedWindow(
              Instant.ofEpochMilli((present - i) * lengthMillis),
              Instant.ofEpochMilli((present - i + 1) * lengthMillis));
    }
    last = windows;
    return windows;
  }

  /** When what was used in that piece does not count any more. */
  Instant expires(FixedWindow piece) {
    return piece.end().plusMillis(COUNT * lengthMillis);
  }
}
