// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.counters;

import dev.mcppolicy.engine.Charge;
import dev.mcppolicy.engine.CounterKey;
import dev.mcppolicy.engine.FixedWindow;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Counters in the memory of this process. A restart begins every window anew.
 *
 * <p>A window is forgotten a minute after it last counted; a charge for one that did so longer ago,
 * and a new one when there are already as many as may be, are not admitted. One limit may have a
 * quarter of all: who makes sessions, and with them counters, at will does not keep the counters of
 * other limits out.
 *
 * <p>A charge that is not enforced is counted above its maximum, and left out when it cannot be
 * counted: it is never a reason to refuse.
 */
public final class LocalCounters implements CounterStore {
  private static final Duration KEPT_AFTER_END = Duration.ofMinutes(1);
  private static final Duration SWEPT_EVERY = Duration.ofMinutes(1);
  private static final Duration SWEPT_WHEN_FULL_EVERY = Duration.ofSeconds(1);
  private static final int LIMITS_SHARE = 4;

  /** All counters of one limit, whatever the scope values. */
  private record Limit(String policyNamespace, String policyName, String counter) {
    static Limit of(CounterKey key) {
      return new Limit(key.policyNamespace(), key.policyName(), key.counter());
    }
  }

  private final InstantSource clock;
  private final int windowsMax;
  private final Map<CounterKey, CountedWindows> fixed = new HashMap<>();
  private final Map<CounterKey, CountedWindows> sliding = new HashMap<>();
  private final Map<Limit, Integer> heldByLimit = new HashMap<>();
  private int held;
  private Instant lastSweep = Instant.MIN;

  /**
   * @param clock one that does not go backwards, the same that calls are decided with
   * @param windowsMax windows of all counters to keep at most
   */
  public LocalCounters(InstantSource clock, int windowsMax) {
    this.clock = clock;
    this.windowsMax = windowsMax;
  }

  @Override
  public synchronized long used(CounterKey key, FixedWindow window) {
    return units(fixed, key, window) + units(sliding, key, window); // it is in one of them
  }

  /** In one look, where one window after the other would be fifty. */
  @Override
  public synchronized long used(CounterKey key, FixedWindow[] windows) {
    FixedWindow newest = windows[0];
    FixedWindow oldest = windows[windows.length - 1];
    return units(fixed, key, oldest, newest) + units(sliding, key, oldest, newest);
  }

  private static long units(
      Map<CounterKey, CountedWindows> counters,
      CounterKey key,
      FixedWindow oldest,
      FixedWindow newest) {
    CountedWindows counter = counters.get(key);
    return counter == null ? 0 : counter.units(oldest, newest);
  }

  private static long units(
      Map<CounterKey, CountedWindows> counters, CounterKey key, FixedWindow window) {
    CountedWindows counter = counters.get(key);
    return counter == null ? 0 : counter.units(window);
  }

  @Override
  public synchronized ReserveResult reserve(List<Charge> charges) {
    Instant now = clock.instant();
    for (Charge charge : charges) {
      if (charge.isEnforced()) {
        Optional<ReserveResult> refusal = refusal(charge, now);
        if (refusal.isPresent()) {
          return refusal.get();
        }
      }
    }
    var taken = new ArrayList<Charge>(charges.size());
    for (Charge charge : charges) {
      take(charge, now).ifPresent(taken::add);
    }
    return new ReserveResult.Reserved(new Reservation(taken));
  }

  private Optional<ReserveResult> refusal(Charge charge, Instant now) {
    if (charge.cost() == 0) {
      return Optional.empty();
    }
    if (isForgotten(charge, now)) {
      return unavailable("the window of its limit is over");
    }
    CountedWindows counter = counters(charge).get(charge.counter());
    FixedWindow window = present(charge, counter);
    long used = counter == null ? 0 : counter.counting(window);
    if (charge.cost() > charge.max() - used) {
      return Optional.of(new ReserveResult.Exhausted(charge, used));
    }
    return isHeld(counter, window) || hasRoom(charge, now)
        ? Optional.empty()
        : unavailable("there are too many counters");
  }

  private static Optional<ReserveResult> unavailable(String why) {
    return Optional.of(new ReserveResult.Unavailable(why));
  }

  /** The charge as it was taken; empty when there was nothing to take or it cannot be counted. */
  private Optional<Charge> take(Charge charge, Instant now) {
    if (charge.cost() == 0 || !(charge.isEnforced() || isCountable(charge, now))) {
      return Optional.empty();
    }
    CountedWindows counter =
        counters(charge)
            .computeIfAbsent(charge.counter(), _ -> new CountedWindows(charge.windowsBefore()));
    FixedWindow window = present(charge, counter);
    int before = counter.size();
    counter.add(window, charge.cost());
    holdMore(charge.counter(), counter.size() - before);
    return Optional.of(window.equals(charge.window()) ? charge : in(window, charge));
  }

  private boolean isCountable(Charge charge, Instant now) {
    CountedWindows counter = counters(charge).get(charge.counter());
    FixedWindow window = present(charge, counter);
    return !isForgotten(charge, now) && (isHeld(counter, window) || hasRoom(charge, now));
  }

  private FixedWindow present(Charge charge, @Nullable CountedWindows counter) {
    if (counter == null) {
      return charge.window();
    }
    int before = counter.size();
    FixedWindow window = counter.present(charge.window());
    holdMore(charge.counter(), counter.size() - before);
    return window;
  }

  private static boolean isHeld(@Nullable CountedWindows counter, FixedWindow window) {
    return counter != null && counter.holds(window);
  }

  private static Charge in(FixedWindow window, Charge charge) {
    return new Charge(
        charge.counter(),
        window,
        charge.windowsBefore(),
        charge.max(),
        charge.cost(),
        charge.isEnforced(),
        charge.chargedOn(),
        charge.policy(),
        charge.rule());
  }

  @Override
  public synchronized void release(Reservation reservation) {
    for (Charge charge : reservation.charges()) {
      CountedWindows counter = counters(charge).get(charge.counter());
      if (counter != null) {
        counter.subtract(charge.window(), charge.cost());
      }
    }
  }

  private Map<CounterKey, CountedWindows> counters(Charge charge) {
    return charge.windowsBefore() == 0 ? fixed : sliding;
  }

  private boolean hasRoom(Charge charge, Instant now) {
    Duration every = isFull(charge) ? SWEPT_WHEN_FULL_EVERY : SWEPT_EVERY;
    if (!now.isBefore(lastSweep.plus(every))) {
      sweep(fixed, now);
      sweep(sliding, now);
      lastSweep = now;
    }
    return !isFull(charge);
  }

  private boolean isFull(Charge charge) {
    int share = Math.max(2, windowsMax / LIMITS_SHARE); // two windows meet at an edge
    return held >= windowsMax || heldByLimit.getOrDefault(Limit.of(charge.counter()), 0) >= share;
  }

  private void sweep(Map<CounterKey, CountedWindows> counters, Instant now) {
    counters
        .entrySet()
        .removeIf(
            entry -> {
              CountedWindows counter = entry.getValue();
              int before = counter.size();
              counter.forget(now.minus(KEPT_AFTER_END));
              holdMore(entry.getKey(), counter.size() - before);
              return counter.size() == 0;
            });
  }

  private void holdMore(CounterKey key, int windows) {
    if (windows != 0) {
      held += windows;
      Limit limit = Limit.of(key);
      int ofLimit = heldByLimit.getOrDefault(limit, 0) + windows;
      if (ofLimit == 0) {
        heldByLimit.remove(limit);
      } else {
        heldByLimit.put(limit, ofLimit);
      }
    }
  }

  private static boolean isForgotten(Charge charge, Instant now) {
    return !CountedWindows.countsUntil(charge.window(), charge.windowsBefore())
        .isAfter(now.minus(KEPT_AFTER_END));
  }
}
