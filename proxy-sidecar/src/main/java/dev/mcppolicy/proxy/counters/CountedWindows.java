// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.counters;

import dev.mcppolicy.engine.FixedWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was used of one counter, by window, oldest first. Not for use by several threads.
 *
 * <p>Of a sliding counter only the windows that count at present are held, 51 at most, and time
 * never goes back: a charge that was decided in an earlier window is taken in the newest one. So no
 * span of its length ever holds more than the maximum, whatever the order of reservations.
 */
final class CountedWindows {
  private static final class Slot {
    private final FixedWindow window;
    private long units;

    Slot(FixedWindow window) {
      this.window = window;
    }
  }

  private final int windowsBefore;
  private final List<Slot> slots = new ArrayList<>(1);

  /** Of a sliding counter the latest window that anything was asked about. */
  private @Nullable FixedWindow newest;

  /**
   * @param windowsBefore how many windows before the present one count with it; 0 for a fixed
   *     counter, whose windows count each alone
   */
  CountedWindows(int windowsBefore) {
    this.windowsBefore = windowsBefore;
  }

  int size() {
    return slots.size();
  }

  boolean holds(FixedWindow window) {
    return find(window) >= 0;
  }

  /** Units used in that window. */
  long units(FixedWindow window) {
    int at = find(window);
    return at < 0 ? 0 : slots.get(at).units;
  }

  /** Units used from one window to another, both included. */
  long units(FixedWindow oldest, FixedWindow newest) {
    long sum = 0;
    for (Slot slot : slots) {
      boolean isWithin =
          !slot.window.start().isBefore(oldest.start()) && !slot.window.end().isAfter(newest.end());
      sum += isWithin ? slot.units : 0;
    }
    return sum;
  }

  /**
   * The window in which a charge is taken that was decided in this one. What cannot count beside it
   * is dropped.
   */
  FixedWindow present(FixedWindow decided) {
    if (windowsBefore == 0) {
      return decided;
    }
    FixedWindow last = newest;
    if (last != null && decided.start().isBefore(last.start())) {
      return last;
    }
    newest = decided;
    Instant first = decided.start().minus(length(decided).multipliedBy(windowsBefore));
    slots.removeIf(slot -> slot.window.start().isBefore(first));
    return decided;
  }

  /** Units with which a charge in that window, a present one, has to share its maximum. */
  long counting(FixedWindow window) {
    if (windowsBefore == 0) {
      return units(window);
    }
    long sum = 0;
    for (Slot slot : slots) {
      sum += slot.units;
    }
    return sum;
  }

  /** Takes units in a window, a present one. */
  void add(FixedWindow window, long units) {
    int at = find(window);
    if (at < 0) {
      at = slots.size();
      while (at > 0 && window.start().isBefore(slots.get(at - 1).window.start())) {
        at--;
      }
      slots.add(at, new Slot(window));
    }
    slots.get(at).units += units;
  }

  /** Gives units back where they were taken; without effect when that window is not held. */
  void subtract(FixedWindow window, long units) {
    int at = find(window);
    if (at >= 0) {
      slots.get(at).units = Math.max(0, slots.get(at).units - units);
    }
  }

  /** Drops what counted for the last time at that instant or before. */
  void forget(Instant instant) {
    if (windowsBefore == 0) {
      slots.removeIf(slot -> !slot.window.end().isAfter(instant));
    } else if (!slots.isEmpty()
        && !countsUntil(slots.getLast().window, windowsBefore).isAfter(instant)) {
      slots.clear();
    }
  }

  /** When units that are taken in that window do not count any more. */
  static Instant countsUntil(FixedWindow window, int windowsBefore) {
    return windowsBefore == 0
        ? window.end()
        : window.end().plus(length(window).multipliedBy(windowsBefore));
  }

  /** The newest window is asked for most. */
  private int find(FixedWindow window) {
    for (int i = slots.size() - 1; i >= 0; i--) {
      if (slots.get(i).window.equals(window)) {
        return i;
      }
    }
    return -1;
  }

  private static Duration length(FixedWindow window) {
    return Duration.between(window.start(), window.end());
  }
}
