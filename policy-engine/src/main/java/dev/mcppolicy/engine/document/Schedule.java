// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * When a rule lets calls pass: inside a period of {@code allow} if there is one, outside of all of
 * {@code deny}, and never on a date of {@code except}.
 */
public record Schedule(
    ZoneId timeZone, List<Period> allow, List<Period> deny, Set<LocalDate> except) {
  /** Periods in one list. */
  static final int PERIODS_MAX = 32;

  /** Dates of {@code except}. */
  static final int DATES_MAX = 366;

  public Schedule {
    allow = List.copyOf(allow);
    deny = List.copyOf(deny);
    except = Collections.unmodifiableSet(new TreeSet<>(except));
  }

  /**
   * The same time on several days of the week.
   *
   * @param days on which it begins; not empty
   * @param fromMinute minutes of the wall clock since midnight, 0 to 1439
   * @param toMinute exclusive, 1 to 1440; not after {@code fromMinute}: it ends on the next day
   */
  public record Period(Set<DayOfWeek> days, int fromMinute, int toMinute) {
    public Period {
      days = Collections.unmodifiableSet(EnumSet.copyOf(days));
    }
  }
}
