// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mcppolicy.engine.document.Window;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FixedWindowTest {
  @ParameterizedTest(name = "{1} lies in the {0} from {2} to {3}")
  @CsvSource({
    "minute,2026-11-18T10:30:59.999999999Z,2026-11-18T10:30:00Z,2026-11-18T10:31:00Z",
    "minute,2026-11-18T10:31:00Z,2026-11-18T10:31:00Z,2026-11-18T10:32:00Z",
    "hour,2026-11-18T10:31:00Z,2026-11-18T10:00:00Z,2026-11-18T11:00:00Z",
    "day,2026-11-18T23:59:59Z,2026-11-18T00:00:00Z,2026-11-19T00:00:00Z",
    "week,2026-11-22T23:59:59Z,2026-11-16T00:00:00Z,2026-11-23T00:00:00Z",
    "week,2026-11-23T00:00:00Z,2026-11-23T00:00:00Z,2026-11-30T00:00:00Z",
    "week,2027-01-01T12:00:00Z,2026-12-28T00:00:00Z,2027-01-04T00:00:00Z",
    "month,2028-02-29T12:00:00Z,2028-02-01T00:00:00Z,2028-03-01T00:00:00Z",
    "month,2026-12-31T23:59:59Z,2026-12-01T00:00:00Z,2027-01-01T00:00:00Z",
    "90s,1970-01-01T00:01:30Z,1970-01-01T00:01:30Z,1970-01-01T00:03:00Z",
    "90s,1969-12-31T23:59:59Z,1969-12-31T23:58:30Z,1970-01-01T00:00:00Z",
  })
  void alignsWindowsInUtc(String window, Instant instant, Instant start, Instant end) { // T60
    assertEquals(
        new FixedWindow(start, end),
        FixedWindow.containing(Window.named(window).orElseThrow(), instant));
  }

  @ParameterizedTest(name = "in {1}, {2} lies in the {0} from {3} to {4}")
  @CsvSource({
    "day,Europe/Berlin,2026-11-18T22:59:59Z,2026-11-17T23:00:00Z,2026-11-18T23:00:00Z",
    "day,Europe/Berlin,2026-11-18T23:00:00Z,2026-11-18T23:00:00Z,2026-11-19T23:00:00Z",
    // 23 and 25 hours
    "day,Europe/Berlin,2026-03-29T12:00:00Z,2026-03-28T23:00:00Z,2026-03-29T22:00:00Z",
    "day,Europe/Berlin,2026-10-25T12:00:00Z,2026-10-24T22:00:00Z,2026-10-25T23:00:00Z",
    "week,America/New_York,2026-11-18T10:00:00Z,2026-11-16T05:00:00Z,2026-11-23T05:00:00Z",
    "week,America/New_York,2026-11-01T12:00:00Z,2026-10-26T04:00:00Z,2026-11-02T05:00:00Z",
    "month,Asia/Kolkata,2026-11-30T18:29:59Z,2026-10-31T18:30:00Z,2026-11-30T18:30:00Z",
    "month,Europe/Berlin,2026-10-25T12:00:00Z,2026-09-30T22:00:00Z,2026-10-31T23:00:00Z",
    "hour,Asia/Kolkata,2026-11-18T10:29:59Z,2026-11-18T09:30:00Z,2026-11-18T10:30:00Z",
    // the hour that the clock shows twice is two windows, and half an hour is cut
    "hour,Europe/Berlin,2026-10-25T00:30:00Z,2026-10-25T00:00:00Z,2026-10-25T01:00:00Z",
    "hour,Europe/Berlin,2026-10-25T01:30:00Z,2026-10-25T01:00:00Z,2026-10-25T02:00:00Z",
    "hour,Australia/Lord_Howe,2026-04-04T14:45:00Z,2026-04-04T14:00:00Z,2026-04-04T15:00:00Z",
    "hour,Australia/Lord_Howe,2026-04-04T15:15:00Z,2026-04-04T15:00:00Z,2026-04-04T15:30:00Z",
    // clocks go back over midnight: 00:00 of 26 October is 23:00 of the 25th again
    "day,Atlantic/Azores,2026-10-25T00:30:00Z,2026-10-25T00:00:00Z,2026-10-26T01:00:00Z",
    // a date that never was
    "day,Pacific/Apia,2011-12-30T09:59:59Z,2011-12-29T10:00:00Z,2011-12-30T10:00:00Z",
    "day,Pacific/Apia,2011-12-30T10:00:00Z,2011-12-30T10:00:00Z,2011-12-31T10:00:00Z",
  })
  void alignsWindowsToTheWallClockOfATimeZone(
      String window, String zone, Instant instant, Instant start, Instant end) {
    assertEquals(
        new FixedWindow(start, end),
        FixedWindow.containing(Window.named(window).orElseThrow(), ZoneId.of(zone), instant));
  }
}
