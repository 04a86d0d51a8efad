// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.reference;

import dev.mcppolicy.engine.FixedWindow;
import dev.mcppolicy.engine.document.Algorithm;
import dev.mcppolicy.engine.document.LimitDeclaration;
import dev.mcppolicy.engine.document.Window;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.function.Predicate;

/** Windows of limits, found by going through the calendar step by step. */
final class ReferenceWindows {
  /** How many parts a sliding window has. */
  static final int PARTS = 50;

  private ReferenceWindows() {}

  /** The window to which a call at that instant is charged; of a sliding one, the part. */
  static FixedWindow of(LimitDeclaration limit, Instant now) {
    return limit.algorithm() == Algorithm.SLIDING
        ? part(limit.window(), now)
        : fixed(limit.window(), limit.timeZone(), now);
  }

  /** A fiftieth of the window, counted from 1970. */
  static FixedWindow part(Window window, Instant now) {
    long seconds = window instanceof Window.Seconds(long length) ? length : 7 * 86_400;
    long millis = seconds * 1_000 / PARTS;
    long since = Math.floorDiv(now.toEpochMilli(), millis) * millis;
    return new FixedWindow(Instant.ofEpochMilli(since), Instant.ofEpochMilli(since + millis));
  }

  private static FixedWindow fixed(Window window, ZoneId zone, Instant now) {
    return switch (window) {
      case Window.Week() -> days(zone, now, date -> date.getDayOfWeek() == DayOfWeek.MONDAY);
      case Window.Month() -> days(zone, now, date -> date.getDayOfMonth() == 1);
      case Window.Seconds(long seconds) -> {
        if (seconds == 86_400) {
          yield days(zone, now, _ -> true);
        }
        if (seconds == 3_600) {
          yield hour(zone, now);
        }
        long second = now.getEpochSecond();
        long start = second - ((second % seconds) + seconds) % seconds;
        yield new FixedWindow(Instant.ofEpochSecond(start), Instant.ofEpochSecond(start + seconds));
      }
    };
  }

  /** From the last chosen date that has begun to the next one. */
  private static FixedWindow days(ZoneId zone, Instant now, Predicate<LocalDate> begins) {
    LocalDate date = LocalDate.ofInstant(now, zone).plusDays(2);
    while (!begins.test(date) || firstInstant(date, zone).isAfter(now)) {
      date = date.minusDays(1);
    }
    Instant start = firstInstant(date, zone);
    Instant end = start;
    while (!begins.test(date) || !end.isAfter(now)) {
      date = date.plusDays(1);
      end = firstInstant(date, zone);
    }
    return new FixedWindow(start, end);
  }

  /** The first minute that has this date or, when no minute has it, a later one. */
  static Instant firstInstant(LocalDate date, ZoneId zone) {
    Instant midnight = date.atStartOfDay().toInstant(ZoneOffset.UTC);
    int before = offset(zone, midnight.minus(2, ChronoUnit.DAYS));
    int after = offset(zone, midnight.plus(2, ChronoUnit.DAYS));
    Instant minute = midnight.minusSeconds(Math.max(before, after));
    while (LocalDate.ofInstant(minute, zone).isBefore(date)) {
      minute = minute.plusSeconds(60);
    }
    return minute;
  }

  private static int offset(ZoneId zone, Instant instant) {
    return zone.getRules().getOffset(instant).getTotalSeconds();
  }

  private static FixedWindow hour(ZoneId zone, Instant now) {
    Instant start = now.truncatedTo(ChronoUnit.MINUTES);
    while (!beginsHour(zone, start)) {
      start = start.minusSeconds(60);
    }
    Instant end = start.plusSeconds(60);
    while (!beginsHour(zone, end)) {
      end = end.plusSeconds(60);
    }
    return new FixedWindow(start, end);
  }

  /** When the clock shows a full hour, or was put forward or back. */
  private static boolean beginsHour(ZoneId zone, Instant minute) {
    LocalDateTime clock = LocalDateTime.ofInstant(minute, zone);
    LocalDateTime before = LocalDateTime.ofInstant(minute.minusSeconds(60), zone);
    return clock.getMinute() == 0 || !clock.equals(before.plusMinutes(1));
  }
}
