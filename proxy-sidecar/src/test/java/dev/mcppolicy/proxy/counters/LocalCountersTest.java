// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.counters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.mcppolicy.engine.Charge;
import dev.mcppolicy.engine.CounterKey;
import dev.mcppolicy.engine.FixedWindow;
import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.engine.document.ChargedOn;
import java.time.Instant;
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
