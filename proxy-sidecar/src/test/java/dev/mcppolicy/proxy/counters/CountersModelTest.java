// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.counters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.engine.Charge;
import dev.mcppolicy.engine.CounterKey;
import dev.mcppolicy.engine.FixedWindow;
import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.engine.document.ChargedOn;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Counters against a list of everything that was ever taken, and under threads. */
final class CountersModelTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final int COUNT = 50;
  private static final long PIECE_MILLIS = 1_200;

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final LocalCounters counters = new LocalCounters(now::get, 10_000);

  /** Units taken, slow and obvious. */
  private static final class Model {
    private record Taken(Charge charge) {}

    private final List<Taken> taken = new ArrayList<>();
    private final Map<CounterKey, FixedWindow> newest = new HashMap<>();

    boolean reserve(List<Charge> charges, List<Charge> done) {
      for (Charge charge : charges) {
        if (charge.isEnforced() && charge.cost() > 0) {
          Charge placed = placed(charge);
          newest.computeIfPresent(charge.counter(), (_, _) -> placed.window());
          if (counting(placed) + charge.cost() > charge.max()) {
            return false;
          }
        }
      }
      for (Charge charge : charges) {
        if (charge.cost() > 0) {
          Charge placed = placed(charge);
          newest.put(placed.counter(), placed.window());
          taken.add(new Taken(placed));
          done.add(placed);
        }
      }
      return true;
    }

    /** A sliding counter never goes back in time. */
    private Charge placed(Charge charge) {
      FixedWindow last = newest.getOrDefault(charge.counter(), charge.window());
      boolean isLate = charge.windowsBefore() > 0 && charge.window().start().isBefore(last.start());
      return isLate ? charge(charge.counter(), last, charge) : charge;
    }

    private long counting(Charge charge) {
      return taken.stream()
          .filter(t -> t.charge.counter().equals(charge.counter()))
          .filter(t -> counts(t.charge.window(), charge))
          .mapToLong(t -> t.charge.cost())
          .sum();
    }

    private static boolean counts(FixedWindow window, Charge charge) {
      long back = charge.windowsBefore() * PIECE_MILLIS;
      return !window.start().isBefore(charge.window().start().minusMillis(back))
          && !window.start().isAfter(charge.window().start());
    }

    void release(List<Charge> charges) {
      charges.forEach(charge -> taken.remove(new Taken(charge)));
    }

    long units(CounterKey key, FixedWindow window) {
      return taken.stream()
          .filter(t -> t.charge.counter().equals(key) && t.charge.window().equals(window))
          .mapToLong(t -> t.charge.cost())
          .sum();
    }
  }

  private static Charge charge(CounterKey key, FixedWindow window, Charge like) {
    return new Charge(
        key,
        window,
        like.windowsBefore(),
        like.max(),
        like.cost(),
        like.isEnforced(),
        like.chargedOn(),
        like.policy(),
        like.rule());
  }

  private static CounterKey key(String counter) {
    return new CounterKey("ns", "policy", counter, "minute", List.of("server"));
  }

  private static FixedWindow minute(Instant at) {
    long start = Math.floorDiv(at.toEpochMilli(), 60_000) * 60_000;
    return new FixedWindow(Instant.ofEpochMilli(start), Instant.ofEpochMilli(start + 60_000));
  }

  private static FixedWindow piece(Instant at) {
    long start = Math.floorDiv(at.toEpochMilli(), PIECE_MILLIS) * PIECE_MILLIS;
    return new FixedWindow(Instant.ofEpochMilli(start), Instant.ofEpochMilli(start + PIECE_MILLIS));
  }

  /** The window and the 50 before it. */
  private static FixedWindow[] back(FixedWindow window) {
    Duration length = Duration.between(window.start(), window.end());
    return IntStream.rangeClosed(0, COUNT)
        .mapToObj(
            i ->
                new FixedWindow(
                    window.start().minus(length.multipliedBy(i)),
                    window.end().minus(length.multipliedBy(i))))
        .toArray(FixedWindow[]::new);
  }

  /** On the counters f0 f1 (fixed) and s0 s1 (sliding), each at most once; max 9 of each. */
  private static List<Charge> charges(Random random, Instant decided) {
    var charges = new ArrayList<Charge>();
    for (String counter : List.of("f0", "f1", "s0", "s1")) {
      if (random.nextInt(3) > 0) {
        boolean slides = counter.startsWith("s");
        charges.add(
            new Charge(
                key(counter),
                slides ? piece(decided) : minute(decided),
                slides ? COUNT : 0,
                9,
                random.nextInt(4),
                !counter.endsWith("1") || random.nextInt(4) > 0,
                random.nextBoolean() ? ChargedOn.ATTEMPT : ChargedOn.SUCCESS,
                new PolicyId("ns", "policy", 1),
                "/tools/a/limits/0"));
      }
    }
    return charges;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void takesAndRefusesAsTheModelDoes(long seed) {
    var random = new Random(seed);
    var model = new Model();
    var reservations = new ArrayList<Reservation>();
    int refused = 0;
    int admitted = 0;
    for (int i = 0; i < 2_000; i++) {
      now.updateAndGet(at -> at.plusMillis(random.nextInt(random.nextInt(20) == 0 ? 30_000 : 900)));
      Instant decided = now.get().minusMillis(random.nextInt(3) == 0 ? random.nextInt(3_000) : 0);
      if (random.nextInt(4) == 0 && !reservations.isEmpty()) {
        Reservation given = reservations.remove(random.nextInt(reservations.size()));
        counters.release(given);
        model.release(given.charges());
      } else {
        List<Charge> charges = charges(random, decided);
        var expected = new ArrayList<Charge>();
        boolean expectsRoom = model.reserve(charges, expected);
        ReserveResult result = counters.reserve(charges);
        assertEquals(expectsRoom, result instanceof ReserveResult.Reserved, i + ": " + result);
        if (result instanceof ReserveResult.Reserved(Reservation reservation)) {
          assertEquals(expected, reservation.charges());
          reservations.add(reservation);
          admitted++;
        } else {
          refused++;
        }
      }
      for (String counter : List.of("f0", "f1", "s0", "s1")) {
        FixedWindow window = counter.startsWith("s") ? piece(now.get()) : minute(now.get());
        assertEquals(model.units(key(counter), window), counters.used(key(counter), window));
        FixedWindow[] several = back(window);
        assertEquals(
            Stream.of(several).mapToLong(one -> counters.used(key(counter), one)).sum(),
            counters.used(key(counter), several));
      }
    }
    assertTrue(refused > 200 && admitted > 200, refused + " refused, " + admitted + " admitted");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void neverHoldsMoreThanTheMaximumWhateverTheThreadsDo_T59(long seed) throws Exception {
    var inUse = new AtomicLong();
    var most = new AtomicLong();
    List<Future<?>> done = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(16)) {
      for (int thread = 0; thread < 16; thread++) {
        var random = new Random(seed * 100 + thread);
        done.add(threads.submit(() -> takeAndGiveBack(random, inUse, most)));
      }
    }
    for (Future<?> thread : done) {
      thread.get();
    }
    assertTrue(most.get() <= 9, "held at once: " + most);
    assertTrue(most.get() > 4, "they never met: " + most);
    assertEquals(0, counters.used(key("s"), piece(START)));
  }

  /** Holds what it got until its next turn, so that the threads meet. */
  private void takeAndGiveBack(Random random, AtomicLong inUse, AtomicLong most) {
    Optional<Reservation> kept = Optional.empty();
    for (int i = 0; i < 2_000; i++) {
      ReserveResult result = counters.reserve(List.of(sliding(1 + random.nextInt(4))));
      if (result instanceof ReserveResult.Reserved(Reservation reservation)) {
        most.accumulateAndGet(inUse.addAndGet(reservation.charges().getFirst().cost()), Math::max);
        giveBack(kept, inUse);
        kept = Optional.of(reservation);
      } else if (random.nextInt(3) == 0) {
        giveBack(kept, inUse);
        kept = Optional.empty();
      }
    }
    giveBack(kept, inUse);
  }

  /** Counted down here before the store may give it to others. */
  private void giveBack(Optional<Reservation> kept, AtomicLong inUse) {
    kept.ifPresent(
        reservation -> {
          inUse.addAndGet(-reservation.charges().getFirst().cost());
          counters.release(reservation);
        });
  }

  private static Charge sliding(long cost) {
    return new Charge(
        key("s"),
        piece(START),
        COUNT,
        9,
        cost,
        true,
        ChargedOn.ATTEMPT,
        new PolicyId("ns", "policy", 1),
        "/tools/a/limits/0");
  }
}
