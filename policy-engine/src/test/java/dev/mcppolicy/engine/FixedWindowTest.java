// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mcppolicy.engine.document.Window;
import java.time.Instant;
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
}
