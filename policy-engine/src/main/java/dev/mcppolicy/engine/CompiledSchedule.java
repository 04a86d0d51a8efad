// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.Schedule;
import dev.mcppolicy.engine.document.Schedule.Period;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A schedule, ready to ask. What it says is read off the wall clock of its zone: an hour that the
 * clock shows twice is inside a period twice, one that it skips is never. For any thread.
 */
final class CompiledSchedule {
  /** How far ahead the next opening is looked for. */
  private static final Duration HORIZON = Duration.ofDays(366);

  /** A stretch of time in which the schedule says the same all along. */
  private record Stretch(Instant from, Instant until, boolean isOpen) {
    boolean contains(Instant instant) {
      return !instant.isBefore(from) && instant.isBefore(until);
    }
  }

  /** Where a search for the next opening from inside a stretch came to. */
  private record Search(Instant from, Instant until, Optional<Instant> opening) {}

  private final Schedule declared;
  private final ZoneId zone;

  /** Minutes of a day at which the answer may change; 0 among them. */
  private final int[] edges;

  private volatile @Nullable Stretch last;
  private volatile @Nullable Search lastSearch;

  CompiledSchedule(Schedule declared) {
    this.declared = declared;
    this.zone = declared.timeZone();
    var minutes = new TreeSet<Integer>();
    minutes.add(0);
    for (Period period : declared.allow()) {
      minutes.add(period.fromMinute());
      minutes.add(period.toMinute() % 1_440);
    }
    for (Period period : declared.deny()) {
      minutes.add(period.fromMinute());
      minutes.add(period.toMinute() % 1_440);
    }
    this.edges = minutes.stream().mapToInt(Integer::intValue).toArray();
  }

  boolean isOpen(Instant now) {
    Stretch known = last;
    if (known == null || !known.contains(now)) {
      known = stretch(now);
      last = known;
    }
    return known.isOpen;
  }

  /**
   * The first moment, from now on, at which the schedule lets calls pass; empty when there is none
   * within a year.
   */
  Optional<Instant> nextOpening(Instant now) {
    Search known = lastSearch;
    if (known != null && !now.isBefore(known.from) && now.isBefore(known.until)) {
      return known.opening;
    }
    Stretch first = stretch(now);
    if (first.isOpen) {
      return Optional.of(now);
    }
    Instant horizon = now.plus(HORIZON);
    Stretch stretch = first;
    while (!stretch.isOpen && stretch.until.isBefore(horizon)) {
      stretch = stretch(stretch.until);
    }
    Optional<Instant> opening = stretch.isOpen ? Optional.of(stretch.from) : Optional.empty();
    lastSearch = new Search(now, first.until, opening);
    return opening;
  }

  /** What the wall clock shows, for people. */
  ZonedDateTime local(Instant instant) {
    return instant.atZone(zone);
  }

  private Stretch stretch(Instant now) {
    ZoneOffset offset = zone.getRules().getOffset(now);
    var local = LocalDateTime.ofEpochSecond(now.getEpochSecond(), now.getNano(), offset);
    int minute = local.getHour() * 60 + local.getMinute();
    LocalDateTime nextEdge = local.toLocalDate().plusDays(1).atStartOfDay();
    for (int edge : edges) {
      if (edge > minute) {
        nextEdge = local.toLocalDate().atTime(LocalTime.ofSecondOfDay(edge * 60L));
        break;
      }
    }
    Instant until = nextEdge.toInstant(offset);
    ZoneOffsetTransition transition = zone.getRules().nextTransition(now);
    if (transition != null && transition.getInstant().isBefore(until)) {
      until = transition.getInstant();
    }
    return new Stretch(now, until, isOpen(local, minute));
  }

  private boolean isOpen(LocalDateTime local, int minute) {
    DayOfWeek day = local.getDayOfWeek();
    return !declared.except().contains(local.toLocalDate())
        && (declared.allow().isEmpty() || isInside(declared.allow(), day, minute))
        && !isInside(declared.deny(), day, minute);
  }

  private static boolean isInside(Iterable<Period> periods, DayOfWeek day, int minute) {
    for (Period period : periods) {
      boolean isOvernight = period.toMinute() <= period.fromMinute();
      boolean inside =
          isOvernight
              ? (period.days().contains(day) && minute >= period.fromMinute())
                  || (period.days().contains(day.minus(1)) && minute < period.toMinute())
              : period.days().contains(day)
                  && minute >= period.fromMinute()
                  && minute < period.toMinute();
      if (inside) {
        return true;
      }
    }
    return false;
  }
}
