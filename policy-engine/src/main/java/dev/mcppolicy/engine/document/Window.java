// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import java.util.Optional;

/**
 * The time over which a limit counts. Windows of one kind tile time without gap or overlap.
 *
 * <p>{@code minute}, {@code hour} and {@code day} are the same as 60, 3600 and 86400 seconds: both
 * begin at 1970-01-01T00:00:00Z, so they are one value here.
 */
public sealed interface Window {
  long SECONDS_MAX = 366L * 86_400;

  /**
   * Aligned to the epoch.
   *
   * @param seconds 1 to {@link #SECONDS_MAX}
   */
  record Seconds(long seconds) implements Window {
    public Seconds {
      if (seconds < 1 || seconds > SECONDS_MAX) {
        throw new IllegalArgumentException("a window of " + seconds + " seconds");
      }
    }
  }

  /** From Monday 00:00 UTC (ISO 8601). */
  record Week() implements Window {}

  /** A calendar month in UTC. */
  record Month() implements Window {}

  /** The one name of this window: {@code minute hour day week month}, else such as {@code 90s}. */
  default String canonicalName() {
    return switch (this) {
      case Week() -> "week";
      case Month() -> "month";
      case Seconds(long seconds) ->
          seconds == 60
              ? "minute"
              : seconds == 3_600 ? "hour" : seconds == 86_400 ? "day" : seconds + "s";
    };
  }

  /** A window by a calendar name or a duration: an integer and one of {@code s m h d}. */
  static Optional<Window> named(String name) {
    return switch (name) {
      case "minute" -> Optional.of(new Seconds(60));
      case "hour" -> Optional.of(new Seconds(3_600));
      case "day" -> Optional.of(new Seconds(86_400));
      case "week" -> Optional.of(new Week());
      case "month" -> Optional.of(new Month());
      default ->
          Durations.seconds(name).filter(seconds -> seconds <= SECONDS_MAX).map(Seconds::new);
    };
  }

  /** Whether it begins with an hour, day, week or month of the calendar, which time zones move. */
  default boolean isOfCalendar() {
    return switch (this) {
      case Week(), Month() -> true;
      case Seconds(long seconds) -> seconds == 3_600 || seconds == 86_400;
    };
  }
}
