// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.engine.document.Schedule.Period;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.time.DayOfWeek;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;

/** Writes schedules in their canonical form. */
final class SchedulePrinter {
  private SchedulePrinter() {}

  static JsonObject print(Schedule schedule) {
    var object = JsonObject.builder();
    if (!schedule.timeZone().equals(ZoneOffset.UTC)) {
      object.put("time_zone", schedule.timeZone().getId());
    }
    if (!schedule.allow().isEmpty()) {
      object.put("allow", periods(schedule.allow()));
    }
    if (!schedule.deny().isEmpty()) {
      object.put("deny", periods(schedule.deny()));
    }
    if (!schedule.except().isEmpty()) {
      object.put(
          "except",
          new JsonArray(
              schedule.except().stream()
                  .<JsonValue>map(date -> JsonValue.of(date.toString()))
                  .toList()));
    }
    return object.build();
  }

  private static JsonArray periods(List<Period> periods) {
    return new JsonArray(periods.stream().<JsonValue>map(SchedulePrinter::period).toList());
  }

  private static JsonObject period(Period period) {
    var object = JsonObject.builder();
    if (period.days().size() < 7) {
      object.put(
          "days",
          new JsonArray(
              period.days().stream().<JsonValue>map(day -> JsonValue.of(day(day))).toList()));
    }
    if (period.fromMinute() != 0) {
      object.put("from", time(period.fromMinute()));
    }
    if (period.toMinute() != 1_440) {
      object.put("to", time(period.toMinute()));
    }
    return object.build();
  }

  /** {@code mon}. */
  static String day(DayOfWeek day) {
    return day.name().substring(0, 3).toLowerCase(Locale.ROOT);
  }

  /** {@code 24:00} for the end of a day. */
  static String time(int minutes) {
    return String.format(Locale.ROOT, "%02d:%02d", minutes / 60, minutes % 60);
  }
}
