// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.reference;

import dev.mcppolicy.engine.document.Schedule;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Instants near edges, and schedules. */
final class TimeDice {

  /**
   * With summer time, half and quarter hours, a summer time of half an hour, a midnight that comes
   * twice, one that goes back into the day before, one that never comes, and a date that never was.
   */
  static final List<ZoneId> ZONES =
      List.of(
          ZoneOffset.UTC,
          ZoneId.of("UTC"),
          ZoneId.of("Europe/Berlin"),
          ZoneId.of("America/New_York"),
          ZoneId.of("Asia/Kolkata"),
          ZoneId.of("Asia/Kathmandu"),
          ZoneId.of("Australia/Lord_Howe"),
          ZoneId.of("America/Havana"),
          ZoneId.of("America/St_Johns"),
          ZoneId.of("Africa/Cairo"),
          ZoneId.of("Pacific/Apia"));

  private static final Instant FROM = Instant.parse("2005-01-01T00:00:00Z");

  private static final List<Instant> EDGES = edges();

  private static final List<Duration> AROUND =
      List.of(
          Duration.ZERO,
          Duration.ofNanos(1),
          Duration.ofNanos(-1),
          Duration.ofMillis(-1),
          Duration.ofMinutes(15),
          Duration.ofMinutes(-15),
          Duration.ofMinutes(45),
          Duration.ofMinutes(-45),
          Duration.ofMinutes(90),
          Duration.ofHours(-13),
          Duration.ofHours(13));

  private final Dice dice;

  TimeDice(Dice dice) {
    this.dice = dice;
  }

  private static List<Instant> edges() {
    List<Instant> edges = new ArrayList<>();
    for (ZoneId zone : ZONES) {
      Instant at = FROM;
      for (int i = 0; i < 30; i++) {
        ZoneOffsetTransition next = zone.getRules().nextTransition(at);
        if (next == null) {
          break;
        }
        at = next.getInstant();
        edges.add(at);
      }
    }
    for (String text :
        List.of(
            "1969-12-31T23:59:59Z",
            "1970-01-01T00:00:00Z",
            "2000-02-29T00:00:00Z",
            "2024-02-29T12:00:00Z",
            "2024-03-01T00:00:00Z",
            "2026-01-01T00:00:00Z",
            "2026-11-23T00:00:00Z",
            "2100-02-28T23:59:59Z")) {
      edges.add(Instant.parse(text));
    }
    return List.copyOf(edges);
  }

  Instant instant() {
    return switch (dice.upTo(4)) {
      case 0 -> dice.pick(EDGES).plus(dice.pick(AROUND));
      case 1 -> {
        ZoneId zone = dice.pick(ZONES);
        LocalDate date = LocalDate.ofInstant(anyInstant(), zone);
        yield date.atTime(dice.upTo(24), dice.of(0, 0, 30, 15, 45))
            .atZone(zone)
            .toInstant()
            .plus(dice.pick(AROUND));
      }
      default -> anyInstant();
    };
  }

  private Instant anyInstant() {
    return FROM.plusSeconds(dice.upTo(900_000_000)).plusNanos(dice.of(0, 0, 1, 999_999_999));
  }

  ZoneId zone() {
    return dice.pick(ZONES);
  }

  /** A schedule about the days around an instant. */
  Schedule schedule(Instant now) {
    ZoneId zone = zone();
    LocalDate today = LocalDate.ofInstant(now, zone);
    List<Schedule.Period> allow = dice.times(dice.of(0, 1, 1, 2), () -> period(today, 3));
    List<Schedule.Period> deny = dice.times(dice.of(0, 0, 1), () -> period(today, 1));
    Set<LocalDate> except =
        dice.oneIn(4) || (allow.isEmpty() && deny.isEmpty())
            ? Set.of(today.plusDays(dice.upTo(5) - 2))
            : Set.of();
    return new Schedule(zone, allow, deny, except);
  }

  private Schedule.Period period(LocalDate today, int generosity) {
    Set<DayOfWeek> days = EnumSet.of(today.plusDays(dice.upTo(4) - 2).getDayOfWeek());
    for (DayOfWeek day : DayOfWeek.values()) {
      if (dice.upTo(4) < generosity) {
        days.add(day);
      }
    }
    int from = dice.oneIn(3) ? 0 : dice.upTo(24) * 60 + dice.of(0, 0, 30, 59);
    int to = dice.oneIn(3) ? 1_440 : dice.upTo(24) * 60 + dice.of(0, 1, 30);
    if (to == from || to == 0) {
      to = from == 0 ? 1_440 : from - 1;
    }
    return new Schedule.Period(days, from, Math.max(to, 1));
  }
}
