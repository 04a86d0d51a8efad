// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.reference;

import dev.mcppolicy.engine.document.Schedule;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;

/** Whether a schedule lets a call pass, by ticking every minute of a period off. */
final class ReferenceSchedule {
  private ReferenceSchedule() {}

  static boolean isOpen(Schedule schedule, Instant now) {
    LocalDateTime clock =
        LocalDateTime.ofInstant(now, schedule.timeZone()).truncatedTo(ChronoUnit.MINUTES);
    if (schedule.except().contains(clock.toLocalDate())) {
      return false;
    }
    boolean allowed = schedule.allow().isEmpty();
    for (Schedule.Period period : schedule.allow()) {
      allowed |= isInside(period, clock);
    }
    for (Schedule.Period period : schedule.deny()) {
      allowed &= !isInside(period, clock);
    }
    return allowed;
  }

  private static boolean isInside(Schedule.Period period, LocalDateTime clock) {
    LocalDate today = clock.toLocalDate();
    for (LocalDate day : new LocalDate[] {today.minusDays(1), today}) {
      if (!period.days().contains(day.getDayOfWeek())) {
        continue;
      }
      boolean isOvernight = period.toMinute() <= period.fromMinute();
      int last = isOvernight ? period.toMinute() + 24 * 60 : period.toMinute();
      for (int minute = period.fromMinute(); minute < last; minute++) {
        if (day.atStartOfDay().plusMinutes(minute).equals(clock)) {
          return true;
        }
      }
    }
    return false;
  }
}
