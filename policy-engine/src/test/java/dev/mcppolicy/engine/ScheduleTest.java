// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import static dev.mcppolicy.engine.Fixtures.CATALOGUE;
import static dev.mcppolicy.engine.Fixtures.call;
import static dev.mcppolicy.engine.Fixtures.policy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ScheduleTest {
  private static PolicySet set(String... schedules) {
    return PolicySet.compile(
        IntStream.range(0, schedules.length)
            .mapToObj(
                i ->
                    policy(
                        "p" + i,
                        "{version: '1', default: deny, tools: {t: {schedule: "
                            + schedules[i]
                            + "}}}"))
            .toList());
  }

  private static Decision at(PolicySet set, String instant) {
    return set.decide(call("t"), CATALOGUE, Instant.parse(instant), (_, _) -> 0);
  }

  /** The calls come in the order of a day and once more backwards: what is kept must not matter. */
  private static void assertOpen(String schedule, String instant, boolean open) {
    PolicySet set = set(schedule);
    at(set, "2026-11-18T00:00:00Z");
    Decision decision = at(set, instant);
    assertEquals(open ? ReasonCode.Allowed : ReasonCode.OutsideSchedule, decision.reason().code());
    at(set, "2031-01-01T12:00:00Z");
    assertEquals(decision, at(set, instant));
  }

  @ParameterizedTest(name = "on weekdays from 9 to 17 in UTC it is {1} at {0}")
  @CsvSource({
    "2026-11-18T08:59:59.999Z,false", // a Wednesday
    "2026-11-18T09:00:00Z,true",
    "2026-11-18T16:59:59.999Z,true",
    "2026-11-18T17:00:00Z,false",
    "2026-11-21T12:00:00Z,false", // a Saturday
    "2026-11-23T12:00:00Z,true",
  })
  void passesInsideAPeriod(String instant, boolean open) {
    assertOpen(
        "{allow: [{days: [mon, tue, wed, thu, fri], from: '09:00', to: '17:00'}]}", instant, open);
  }

  @ParameterizedTest(name = "overnight from Friday 22:00 it is {1} at {0}")
  @CsvSource({
    "2026-11-20T21:59:59Z,false", // a Friday
    "2026-11-20T22:00:00Z,true",
    "2026-11-21T00:00:00Z,true",
    "2026-11-21T05:59:59Z,true",
    "2026-11-21T06:00:00Z,false",
    "2026-11-21T23:00:00Z,false", // Saturday night is not named
    "2026-11-20T05:00:00Z,false", // nor Thursday night
  })
  void aPeriodOvernightBelongsToTheDayOnWhichItBegins(String instant, boolean open) {
    assertOpen("{allow: [{days: [fri], from: '22:00', to: '06:00'}]}", instant, open);
  }

  @ParameterizedTest(name = "it is {1} at {0}")
  @CsvSource({
    "2026-11-18T11:59:59Z,true",
    "2026-11-18T12:00:00Z,false",
    "2026-11-18T13:00:00Z,true",
    "2026-12-24T11:00:00Z,false",
    "2026-12-25T11:00:00Z,true",
  })
  void denyAndExceptTakeAway(String instant, boolean open) {
    assertOpen("{deny: [{from: '12:00', to: '13:00'}], except: ['2026-12-24']}", instant, open);
  }

  @Test
  void anExceptedDateIsClosedToANightThatBeganBeforeIt() {
    String night = "{allow: [{from: '22:00', to: '06:00'}], except: ['2026-12-24']}";
    assertOpen(night, "2026-12-23T23:00:00Z", true);
    assertOpen(night, "2026-12-24T01:00:00Z", false);
    assertOpen(night, "2026-12-24T23:00:00Z", false);
    assertOpen(night, "2026-12-25T01:00:00Z", true);
  }

  @Test
  void aPeriodToMidnightEndsThere() {
    String day = "{allow: [{days: [wed], from: '20:00', to: '24:00'}]}";
    assertOpen(day, "2026-11-18T23:59:59Z", true);
    assertOpen(day, "2026-11-19T00:00:00Z", false);
  }

  @ParameterizedTest(name = "at {0} the clock of Berlin makes it {1}")
  @CsvSource({
    // summer: UTC+2, winter: UTC+1
    "2026-07-01T06:59:59Z,false",
    "2026-07-01T07:00:00Z,true",
    "2026-12-01T07:00:00Z,false",
    "2026-12-01T08:00:00Z,true",
    // 25 October 2026: 02:00 to 03:00 twice, at 00:00Z and 01:00Z
    "2026-10-25T16:00:00Z,false",
    "2026-10-25T15:59:59Z,true",
  })
  void readsTheWallClockOfItsZone(String instant, boolean open) {
    assertOpen("{time_zone: Europe/Berlin, allow: [{from: '09:00', to: '17:00'}]}", instant, open);
  }

  @ParameterizedTest(name = "from 02:00 to 03:00 in Berlin it is {1} at {0}")
  @CsvSource({
    "2026-10-25T00:30:00Z,true", // 02:30 the first time
    "2026-10-25T01:30:00Z,true", // 02:30 the second time
    "2026-10-25T02:00:00Z,false",
    "2026-10-24T23:59:59Z,false",
    "2026-03-29T00:59:59Z,false", // 01:59:59, then the clock shows 03:00
    "2026-03-29T01:00:00Z,false",
    "2026-03-28T01:30:00Z,true",
  })
  void anHourThatTheClockShowsTwiceIsInsideTwiceAndASkippedOneNever(String instant, boolean open) {
    assertOpen("{time_zone: Europe/Berlin, allow: [{from: '02:00', to: '03:00'}]}", instant, open);
  }

  /** What is kept of one moment must end where the clocks change. */
  @Test
  void noticesThatClocksChangeWhileItIsOpen() {
    PolicySet set = set("{time_zone: Europe/Berlin, allow: [{from: '01:00', to: '02:30'}]}");
    assertEquals(ReasonCode.Allowed, at(set, "2026-03-29T00:30:00Z").reason().code());
    assertEquals(ReasonCode.OutsideSchedule, at(set, "2026-03-29T01:00:00Z").reason().code());
  }

  @Test
  void saysWhenTheNextCallIsPossible() {
    assertEquals(
        "Denied by policy: `t` may not be called at this time, Sat 2026-11-21 11:30 Europe/Berlin"
            + " (policy inference/p0). Next call possible in 46 h (at 2026-11-23T08:00:00Z).",
        at(
                set(
                    "{time_zone: Europe/Berlin,"
                        + " allow: [{days: [mon, tue], from: '09:00', to: '17:00'}]}"),
                "2026-11-21T10:30:00Z")
            .reason()
            .text());
  }

  @Test
  void theNextCallIsOneThatAllSchedulesLetPass() {
    PolicySet set =
        set(
            "{allow: [{from: '08:00', to: '10:00'}]}",
            "{allow: [{from: '09:30', to: '12:00'}], except: ['2026-11-19']}");
    Decision decision = at(set, "2026-11-18T13:00:00Z");
    assertTrue(decision.reason().text().contains("(at 2026-11-20T09:30:00Z)"), decision::toString);
  }

  @Test
  void promisesNoCallThatWillNotBePossible() {
    Decision never = at(set("{deny: [{from: '00:00', to: '24:00'}]}"), "2026-11-18T13:00:00Z");
    assertTrue(
        never
            .reason()
            .text()
            .endsWith("No time within a year was found at which a call is possible."));
    Decision disjoint =
        at(
            set(
                "{allow: [{from: '08:00', to: '09:00'}]}",
                "{allow: [{from: '10:00', to: '11:00'}]}"),
            "2026-11-18T13:00:00Z");
    assertTrue(
        disjoint
            .reason()
            .text()
            .endsWith("No time within a year was found at which a call is possible."));
  }

  @Test
  void namesTheFirstPolicyWhoseScheduleIsClosed() {
    DecisionReason reason =
        at(
                set(
                    "{allow: [{from: '00:00', to: '24:00'}]}",
                    "{allow: [{from: '10:00', to: '11:00'}]}"),
                "2026-11-18T13:00:00Z")
            .reason();
    assertEquals("/tools/t/schedule", reason.rule());
    assertEquals("p1", reason.policy().orElseThrow().name());
  }
}
