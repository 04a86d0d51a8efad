// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.Window;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;

/** One window of time, from {@code start} inclusive to {@code end} exclusive. */
public record FixedWindow(Instant start, Instant end) {
  public FixedWindow {
    if (!start.isBefore(end)) {
      throw new IllegalArgumentException("a window ends after it begins");
    }
  }

  /**
   * The one window of that kind in which the instant lies, on the calendar of a time zone.
   *
   * <p>Windows of one kind and zone tile time without gap or overlap. Days, weeks and months go
   * from the first moment of a date to the first moment of the next one's, so a day may have 23 or
   * 25 hours. Hours go with the wall clock and are cut where the zone changes its offset: an hour
   * that the clock shows twice is two windows.
   */
  public static FixedWindow containing(Window window, ZoneId zone, Instant instant) {
    if (zone.getRules().isFixedOffset()
        && zone.getRules().getOffset(instant).equals(ZoneOffset.UTC)) {
      return containing(window, instant);
    }
    return switch (window) {
      case Window.Seconds(long seconds) when seconds == 86_400 -> {
        LocalDate date = date(instant, zone);
        yield between(date, date.plusDays(1), zone);
      }
      case Window.Seconds(long seconds) when seconds == 3_600 -> hour(zone, instant);
      case Window.Seconds _ -> containing(window, instant);
      case Window.Week() -> {
        LocalDate monday =
            date(instant, zone).with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
        yield between(monday, monday.plusWeeks(1), zone);
      }
      case Window.Month() -> {
        LocalDate first = date(instant, zone).withDayOfMonth(1);
        yield between(first, first.plusMonths(1), zone);
      }
    };
  }

  private static FixedWindow between(LocalDate first, LocalDate next, ZoneId zone) {
    return new FixedWindow(firstMoment(first, zone), firstMoment(next, zone));
  }

  private static Instant firstMoment(LocalDate date, ZoneId zone) {
    return date.atStartOfDay(zone).toInstant();
  }

  /**
   * The date whose moments, from its first to the first of the next date, hold the instant. It
   * differs from the date on the wall where clocks go back over midnight.
   */
  private static LocalDate date(Instant instant, ZoneId zone) {
    LocalDate date = LocalDate.ofInstant(instant, zone);
    while (!instant.isBefore(firstMoment(date.plusDays(1), zone))) {
      date = date.plusDays(1);
    }
    while (instant.isBefore(firstMoment(date, zone))) {
      date = date.minusDays(1);
    }
    return date;
  }

  private static FixedWindow hour(ZoneId zone, Instant instant) {
    ZoneRules rules = zone.getRules();
    long offsetSeconds = rules.getOffset(instant).getTotalSeconds();
    long start =
        Math.floorDiv(instant.getEpochSecond() + offsetSeconds, 3_600L) * 3_600 - offsetSeconds;
    Instant from = Instant.ofEpochSecond(start);
    Instant to = Instant.ofEpochSecond(start + 3_600);
    ZoneOffsetTransition before = rules.previousTransition(instant.plusNanos(1));
    ZoneOffsetTransition after = rules.nextTransition(instant);
    if (before != null && before.getInstant().isAfter(from)) {
      from = before.getInstant();
    }
    if (after != null && after.getInstant().isBefore(to)) {
      to = after.getInstant();
    }
    return new FixedWindow(from, to);
  }

  /** The one window of that kind in which the instant lies, in UTC. */
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
