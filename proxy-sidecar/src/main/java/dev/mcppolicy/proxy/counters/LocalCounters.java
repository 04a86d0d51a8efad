// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.counters;

import dev.mcppolicy.engine.Charge;
import dev.mcppolicy.engine.CounterKey;
import dev.mcppolicy.engine.FixedWindow;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counters in the memory of this process. A restart begins every window anew.
 *
 * <p>Each counter is kept per window, so a charge only ever touches the window that it was decided
 * in. A window is forgotten a minute after its end; a charge for one that ended longer ago, and a
 * new counter when there are already as many as may be, are not admitted.
 */
public final class LocalCounters implements CounterStore {
  private static final Duration KEPT_AFTER_END = Duration.ofMinutes(1);
  private static final Duration SWEPT_EVERY = Duration.ofMinutes(1);

  private record Slot(CounterKey counter, FixedWindow window) {}

  private static final class Used {
    private long units;
  }

  private final InstantSource clock;
  private final int slotsMax;
  private final Map<Slot, Used> slots = new HashMap<>();
  private Instant nextSweep = Instant.MIN;

  /**
   * @param clock one that does not go backwards, the same that calls are decided with
   * @param slotsMax counters and windows to keep at most
   */
  public LocalCounters(InstantSource clock, int slotsMax) {
    this.clock = clock;
    this.slotsMax = slotsMax;
  }

  @Override
  public synchronized long used(CounterKey key, FixedWindow window) {
    Used used = slots.get(new Slot(key, window));
    return used == null ? 0 : used.units;
  }

  @Override
  public synchronized ReserveResult reserve(List<Charge> charges) {
    Instant now = clock.instant();
    int added = 0;
    for (Charge charge : charges) {
      if (isForgotten(charge.window(), now)) {
        return new ReserveResult.Unavailable("the window of its limit is over");
      }
      Used used = slots.get(slot(charge));
      long units = used == null ? 0 : used.units;
      if (charge.cost() > charge.max() - units) {
        return new ReserveResult.Exhausted(charge, units);
      }
      added += used == null ? 1 : 0;
    }
    if (added > 0 && !hasRoom(added, now)) {
      return new ReserveResult.Unavailable("there are too many counters");
    }
    for (Charge charge : charges) {
      slots.computeIfAbsent(slot(charge), _ -> new Used()).units += charge.cost();
    }
    return new ReserveResult.Reserved(new Reservation(charges));
  }

  @Override
  public synchronized void release(Reservation reservation) {
    for (Charge charge : reservation.charges()) {
      Used used = slots.get(slot(charge));
      if (used != null) {
        used.units = Math.max(0, used.units - charge.cost());
      }
    }
  }

  private boolean hasRoom(int added, Instant now) {
    if (!now.isBefore(nextSweep) || slots.size() + added > slotsMax) {
      slots.keySet().removeIf(slot -> isForgotten(slot.window, now));
      nextSweep = now.plus(SWEPT_EVERY);
    }
    return slots.size() + added <= slotsMax;
  }

  private static boolean isForgotten(FixedWindow window, Instant now) {
    return !now.isBefore(window.end().plus(KEPT_AFTER_END));
  }

  private static Slot slot(Charge charge) {
    return new Slot(charge.counter(), charge.window());
  }
}
