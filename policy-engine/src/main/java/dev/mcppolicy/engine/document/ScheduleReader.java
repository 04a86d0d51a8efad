// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.engine.document.Schedule.Period;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads when a rule lets calls pass. */
record ScheduleReader(Problems problems) {
  private static final List<String> KEYS = List.of("time_zone", "allow", "deny", "except");
  private static final List<String> PERIOD_KEYS = List.of("days", "from", "to");
  private static final String PERIOD_USE =
      "an object such as {\"days\": [\"mon\", \"fri\"], \"from\": \"09:00\", \"to\": \"17:00\"}";

  Optional<Schedule> schedule(JsonValue value, Place place) {
    return values()
        .object(
            value,
            place,
            "an object such as {\"allow\": [{\"from\": \"09:00\", \"to\": \"17:00\"}]}")
        .flatMap(object -> schedule(object, place));
  }

  private Optional<Schedule> schedule(JsonObject object, Place place) {
    var fields = new Fields(place, object, KEYS, problems);
    fields.reportUnknownKeys("a schedule");
    ZoneId zone = fields.read("time_zone", new TimeZones(problems)::zone).orElse(ZoneOffset.UTC);
    List<Period> allow = periods("allow", fields);
    List<Period> deny = periods("deny", fields);
    Collection<LocalDate> except =
        fields
            .read(
                "except",
                (value, at) ->
                    Optional.of(
                        values()
                            .set(
                                value,
                                at,
                                Optional.of("except"),
                                "dates",
                                Schedule.DATES_MAX,
                                this::date,
                                LocalDate::toString)))
            .orElse(List.of());
    if (!fields.has("allow") && !fields.has("deny") && !fields.has("except")) {
      problems.add(place, "says no time; give it allow, deny or except, or leave `schedule` out");
    }
    return Optional.of(new Schedule(zone, allow, deny, Set.copyOf(except)));
  }

  private List<Period> periods(String key, Fields fields) {
    return fields
        .read(
            key,
            (value, at) ->
                Optional.of(
                    values()
                        .list(
                            value,
                            at,
                            Optional.of(key),
                            "periods",
                            Schedule.PERIODS_MAX,
                            this::period)))
        .orElse(List.of());
  }

  private Optional<Period> period(JsonValue value, Place place) {
    return values().object(value, place, PERIOD_USE).flatMap(object -> period(object, place));
  }

  private Optional<Period> period(JsonObject object, Place place) {
    var fields = new Fields(place, object, PERIOD_KEYS, problems);
    fields.reportUnknownKeys("a period");
    Set<DayOfWeek> days = fields.read("days", this::days).orElse(EnumSet.allOf(DayOfWeek.class));
    Optional<Integer> from =
        fields.has("from")
            ? fields.read("from", (value, at) -> time(value, at, 1_439))
            : Optional.of(0);
    Optional<Integer> to =
        fields.has("to")
            ? fields.read("to", (value, at) -> time(value, at, 1_440))
            : Optional.of(1_440);
    if (from.isEmpty() || to.isEmpty()) {
      return Optional.empty();
    }
    if (from.get().equals(to.get())) {
      problems.add(
          place,
          "begins and ends at `"
              + SchedulePrinter.time(to.get())
              + "`; leave from and to out for the whole day");
      return Optional.empty();
    }
    // midnight at the end of a day is one time, whichever day it is counted to
    return Optional.of(new Period(days, from.get(), to.get() == 0 ? 1_440 : to.get()));
  }

  private Optional<Set<DayOfWeek>> days(JsonValue value, Place place) {
    Collection<DayOfWeek> days =
        values()
            .set(
                value,
                place,
                Optional.of("days"),
                "days of the week",
                7,
                this::day,
                SchedulePrinter::day);
    return days.isEmpty() ? Optional.empty() : Optional.of(EnumSet.copyOf(days));
  }

  private Optional<DayOfWeek> day(JsonValue value, Place place) {
    if (value instanceof JsonString(String text)) {
      for (DayOfWeek day : DayOfWeek.values()) {
        if (text.equals(SchedulePrinter.day(day)) || text.equals(fullName(day))) {
          return Optional.of(day);
        }
      }
    }
    List<DayOfWeek> all = List.of(DayOfWeek.values());
    List<String> near =
        value instanceof JsonString(String text) && text.length() > 4
            ? all.stream().map(ScheduleReader::fullName).toList()
            : all.stream().map(SchedulePrinter::day).toList();
    problems.add(
        place,
        Values.notA(value, "a day of the week")
            + "; use mon, tue, wed, thu, fri, sat or sun"
            + (value instanceof JsonString(String text) ? Wording.didYouMean(text, near) : ""));
    return Optional.empty();
  }

  private static String fullName(DayOfWeek day) {
    return day.name().toLowerCase(Locale.ROOT);
  }

  /** Minutes since midnight. */
  private Optional<Integer> time(JsonValue value, Place place, int max) {
    if (value instanceof JsonString(String text) && text.matches("[0-2][0-9]:[0-5][0-9]")) {
      int minutes =
          Integer.parseInt(text.substring(0, 2)) * 60 + Integer.parseInt(text.substring(3));
      if (minutes <= max) {
        return Optional.of(minutes);
      }
    }
    problems.add(
        place,
        Values.notA(value, "a time of day")
            + "; use \"HH:MM\" from \"00:00\" to \""
            + SchedulePrinter.time(max)
            + "\""
            + timeHint(value));
    return Optional.empty();
  }

  private static String timeHint(JsonValue value) {
    return value instanceof JsonString(String text) && text.matches("[0-9]:[0-5][0-9]")
        ? " (did you mean `0" + text + "`?)"
        : "";
  }

  private Optional<LocalDate> date(JsonValue value, Place place) {
    if (value instanceof JsonString(String text) && text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}")) {
      try {
        return Optional.of(LocalDate.parse(text));
      } catch (DateTimeException notInCalendar) {
        problems.add(place, Wording.quoted(text) + " is not in the calendar; use a date that is");
        return Optional.empty();
      }
    }
    problems.add(
        place, Values.notA(value, "a date") + "; use \"YYYY-MM-DD\" such as \"2026-12-24\"");
    return Optional.empty();
  }

  private Values values() {
    return new Values(problems);
  }
}
