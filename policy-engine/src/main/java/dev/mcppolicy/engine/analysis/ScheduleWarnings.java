// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.analysis;

import dev.mcppolicy.engine.document.Place;
import dev.mcppolicy.engine.document.Rule;
import dev.mcppolicy.engine.document.Schedule;
import java.time.DayOfWeek;
import java.util.BitSet;
import java.util.List;

/** Schedules in which no minute of the week is open. */
record ScheduleWarnings(Warnings warnings) {
  private static final int DAY = 24 * 60;
  private static final int WEEK = 7 * DAY;

  void ofRule(Rule rule, Place place) {
    if (rule.schedule().isPresent() && isNeverOpen(rule.schedule().get())) {
      warnings.add(
          place.member("schedule"),
          "this rule can never allow a call, because `deny` covers every minute of the week in which"
              + " the schedule would be open");
    }
  }

  private static boolean isNeverOpen(Schedule schedule) {
    var open = new BitSet(WEEK);
    if (schedule.allow().isEmpty()) {
      open.set(0, WEEK);
    } else {
      open.or(minutes(schedule.allow()));
    }
    open.andNot(minutes(schedule.deny()));
    return open.isEmpty();
  }

  private static BitSet minutes(List<Schedule.Period> periods) {
    var minutes = new BitSet(WEEK);
    for (Schedule.Period period : periods) {
      boolean endsNextDay = period.toMinute() <= period.fromMinute();
      int length = period.toMinute() - period.fromMinute() + (endsNextDay ? DAY : 0);
      for (DayOfWeek day : period.days()) {
        int start = (day.getValue() - 1) * DAY + period.fromMinute();
        for (int minute = start; minute < start + length; minute++) {
          minutes.set(minute % WEEK);
        }
      }
    }
    return minutes;
  }
}
