// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.counters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.engine.Charge;
import dev.mcppolicy.engine.CounterKey;
import dev.mcppolicy.engine.FixedWindow;
import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.engine.document.ChargedOn;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LocalCountersTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final FixedWindow FIRST = new FixedWindow(START, START.plusSeconds(60));
  private static final FixedWindow SECOND =
      new FixedWindow(START.plusSeconds(60), START.plusSeconds(120));

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final LocalCounters counters = new LocalCounters(now::get, 3);

  private static Charge charge(String counter, FixedWindow window, long max) {
    return new Charge(
        new CounterKey("ns", "policy", counter, "minute", List.of("grant=agent")),
        window,
        0,
        max,
        1,
        true,
        ChargedOn.ATTEMPT,
        new PolicyId("ns", "policy", 1),
        "/tools/a/limits/0");
  }

  private long used(String counter, FixedWindow window) {
    return counters.used(charge(counter, window, 1).counter(), window);
  }

  @Test
  void takesAllChargesOrNone() {
    assertInstanceOf(
        ReserveResult.Reserved.class, counters.reserve(List.of(charge("b", FIRST, 1))));
    ReserveResult result = counters.reserve(List.of(charge("a", FIRST, 5), charge("b", FIRST, 1)));
    ReserveResult.Exhausted exhausted = assertInstanceOf(ReserveResult.Exhausted.class, result);
    assertEquals("b", exhausted.charge().counter().counter());
    assertEquals(1, exhausted.used());
    assertEquals(0, used("a", FIRST));
  }

  @Test
  void givesBackInTheWindowThatWasCharged() {
    ReserveResult.Reserved first =
        assertInstanceOf(
            ReserveResult.Reserved.class, counters.reserve(List.of(charge("a", FIRST, 5))));
    now.set(START.plusSeconds(61));
    counters.reserve(List.of(charge("a", SECOND, 5)));
    counters.release(first.reservation());
    assertEquals(0, used("a", FIRST));
    assertEquals(1, used("a", SECOND));
  }

  @Test
  void admitsNothingThatItCannotCount() {
    for (String counter : List.of("a", "b", "c")) {
      counters.reserve(List.of(charge(counter, FIRST, 5)));
    }
    assertInstanceOf(
        ReserveResult.Unavailable.class, counters.reserve(List.of(charge("d", FIRST, 5))));
    assertInstanceOf(
        ReserveResult.Reserved.class, counters.reserve(List.of(charge("a", FIRST, 5))));
  }

  @Test
  void forgetsWindowsThatAreOverAndTakesNoChargeForThem() {
    for (String counter : List.of("a", "b", "c")) {
      counters.reserve(List.of(charge(counter, FIRST, 5)));
    }
    now.set(START.plusSeconds(120));
    assertInstanceOf(
        ReserveResult.Reserved.class,
        counters.reserve(
            List.of(
                charge("d", new FixedWindow(START.plusSeconds(120), START.plusSeconds(180)), 5))));
    assertInstanceOf(
        ReserveResult.Unavailable.class, counters.reserve(List.of(charge("a", FIRST, 5))));
  }

  private static Charge like(Charge charge, FixedWindow window, int windowsBefore, long cost) {
    return like(charge, window, windowsBefore, cost, true, charge.counter());
  }

  private static Charge like(
      Charge charge,
      FixedWindow window,
      int windowsBefore,
      long cost,
      boolean isEnforced,
      CounterKey key) {
    return new Charge(
        key,
        window,
        windowsBefore,
        charge.max(),
        cost,
        isEnforced,
        charge.chargedOn(),
        charge.policy(),
        charge.rule());
  }

  private static FixedWindow piece(int number) {
    Instant start = START.plusMillis(number * 1_200L);
    return new FixedWindow(start, start.plusMillis(1_200));
  }

  private static CounterKey ofSession(int session) {
    return new CounterKey("ns", "policy", "a", "minute", List.of("session=" + session));
  }

  @Test
  void neverPassesMoreThanTheMaximumInAnySpanOfASlidingWindowT60() {
    var many = new LocalCounters(now::get, 1_000);
    Charge one = charge("a", FIRST, 5);
    List<Integer> admitted = new ArrayList<>();
    for (int number = 0; number < 500; number++) {
      now.set(piece(number).start());
      if (many.reserve(List.of(like(one, piece(number), 50, 1)))
          instanceof ReserveResult.Reserved) {
        admitted.add(number);
      }
    }
    assertEquals(50, admitted.size());
    for (int i = 5; i < admitted.size(); i++) {
      assertTrue(admitted.get(i) - admitted.get(i - 5) > 50, admitted::toString);
    }
  }

  @Test
  void takesALateChargeOfASlidingCounterInItsNewestWindow() {
    Charge one = charge("a", FIRST, 1);
    counters.reserve(List.of(like(one, piece(60), 50, 1)));
    now.set(piece(60).start());
    assertInstanceOf(
        ReserveResult.Exhausted.class, counters.reserve(List.of(like(one, piece(5), 50, 1))));
  }

  @Test
  void holdsOnlyTheWindowsThatCountOfASlidingCounter() {
    var few = new LocalCounters(now::get, 4 * 51);
    Charge one = charge("a", FIRST, 1_000);
    for (int number = 0; number < 500; number++) {
      now.set(piece(number).start());
      assertInstanceOf(
          ReserveResult.Reserved.class, few.reserve(List.of(like(one, piece(number), 50, 1))));
    }
  }

  @Test
  void takesTheCostAndLetsACallOfNoCostPass() {
    Charge one = charge("a", FIRST, 5);
    assertInstanceOf(
        ReserveResult.Reserved.class, counters.reserve(List.of(like(one, FIRST, 0, 4))));
    var exhausted =
        assertInstanceOf(
            ReserveResult.Exhausted.class, counters.reserve(List.of(like(one, FIRST, 0, 2))));
    assertEquals(4, exhausted.used());
    assertInstanceOf(
        ReserveResult.Reserved.class, counters.reserve(List.of(like(one, FIRST, 0, 1))));
    assertInstanceOf(
        ReserveResult.Reserved.class, counters.reserve(List.of(like(one, FIRST, 0, 0))));
    assertEquals(5, used("a", FIRST));
  }

  @Test
  void countsAboveTheMaximumAndNeverRefusesWhatIsNotEnforced() {
    Charge one = charge("a", FIRST, 1);
    for (int i = 0; i < 5; i++) {
      assertInstanceOf(
          ReserveResult.Reserved.class,
          counters.reserve(List.of(like(one, FIRST, 0, 1, false, one.counter()))));
    }
    assertEquals(5, used("a", FIRST));
    counters.reserve(List.of(charge("b", FIRST, 5)));
    counters.reserve(List.of(charge("c", FIRST, 5)));
    Charge other = charge("d", FIRST, 1);
    var reserved =
        assertInstanceOf(
            ReserveResult.Reserved.class,
            counters.reserve(List.of(like(other, FIRST, 0, 1, false, other.counter()))));
    assertEquals(List.of(), reserved.reservation().charges(), "there is no room to count it");
  }

  @Test
  void keepsRoomForOtherLimitsWhoeverMakesCountersAtWillT70() {
    var few = new LocalCounters(now::get, 40);
    Charge one = charge("a", FIRST, 5);
    int admitted = 0;
    for (int session = 0; session < 100; session++) {
      Charge charge = like(one, FIRST, 0, 1, true, ofSession(session));
      admitted += few.reserve(List.of(charge)) instanceof ReserveResult.Reserved ? 1 : 0;
    }
    assertEquals(10, admitted);
    assertInstanceOf(ReserveResult.Reserved.class, few.reserve(List.of(charge("b", FIRST, 5))));
    now.set(START.plusSeconds(120));
    Charge later =
        like(
            one,
            new FixedWindow(START.plusSeconds(120), START.plusSeconds(180)),
            0,
            1,
            true,
            ofSession(1));
    assertInstanceOf(ReserveResult.Reserved.class, few.reserve(List.of(later)), "forgotten");
  }

  @Test
  void givesBackOnlyWhatIsChargedOnSuccess() {
    Charge attempt = charge("a", FIRST, 5);
    Charge success =
        new Charge(
            charge("b", FIRST, 5).counter(),
            FIRST,
            0,
            5,
            2,
            true,
            ChargedOn.SUCCESS,
            attempt.policy(),
            attempt.rule());
    var reserved =
        assertInstanceOf(ReserveResult.Reserved.class, counters.reserve(List.of(attempt, success)));
    counters.release(reserved.reservation().chargedOnSuccess());
    assertEquals(1, used("a", FIRST));
    assertEquals(0, used("b", FIRST));
  }

  @Test
  void neverAdmitsMoreThanTheMaximumUnderContentionT59() throws Exception {
    var admitted = new AtomicInteger();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      IntStream.range(0, 1000)
          .forEach(
              _ ->
                  threads.execute(
                      () -> {
                        if (counters.reserve(List.of(charge("a", FIRST, 7), charge("b", FIRST, 9)))
                            instanceof ReserveResult.Reserved) {
                          admitted.incrementAndGet();
                        }
                      }));
    }
    assertEquals(7, admitted.get());
    assertEquals(7, used("b", FIRST));
  }

  @Test
  void standsStillWhenTheClockStepsBackT65() {
    var clock = new ForwardClock(now::get);
    assertEquals(START, clock.instant());
    now.set(START.minusSeconds(3600));
    assertEquals(START, clock.instant());
    now.set(START.plusSeconds(1));
    assertEquals(START.plusSeconds(1), clock.instant());
  }
}
