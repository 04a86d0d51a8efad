// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.counters;

import dev.mcppolicy.engine.Charge;
import dev.mcppolicy.engine.CounterUsage;
import java.util.List;

/** Where counters live. Safe for use by many threads; answers from memory. */
public interface CounterStore extends CounterUsage {

  /**
   * Takes every charge of one call, or none of them when an enforced one has no room.
   *
   * @param charges at most one for each counter
   */
  ReserveResult reserve(List<Charge> charges);

  /**
   * Gives back what a reservation took, in the windows in which it was taken. Only for a call of
   * which provably nothing was sent, and of charges on success for one that provably had no effect;
   * at most once for each charge.
   */
  void release(Reservation reservation);
}
