// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.Window;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;

/** One window of time, from {@code start} inclusive to {@code end} exclusive, aligned in UTC. */
public record FixedWindow(Instant start, Instant end) {
  public FixedWindow {
    if (!start.isBefore(end)) {
      throw new IllegalArgumentException("a window ends after it begins");
    }
  }

  /** The one window of that kind in which the instant lies. */
  public static FixedWindow containing(Window window, Instant instant) {
    return switch (window) {
      case Window.Seconds(long seconds) -> {
        long start = Math.floorDiv(instant.getEpochSecond(), seconds) * seconds;
        yield new FixedWindow(Instant.ofEpochSecond(start), Instant.ofEpochSecond(start + seconds));
      }
      case Window.Week() -> {
        LocalDate monday = date(instant).with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
        yield new FixedWindow(midnight(monday), midnight(monday.plusWeeks(1)));
      }
      case Window.Month() -> {
        LocalDate first = date(instant).withDayOfMonth(1);
        yield new FixedWindow(midnight(first), midnight(first.plusMonths(1)));
      }
    };
  }

  public boolean contains(Instant instant) {
    return !instant.isBefore(start) && instant.isBefore(end);
  }

  private static LocalDate date(Instant instant) {
    return LocalDate.ofInstant(instant, ZoneOffset.UTC);
  }

  private static Instant midnight(LocalDate date) {
    return date.atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
