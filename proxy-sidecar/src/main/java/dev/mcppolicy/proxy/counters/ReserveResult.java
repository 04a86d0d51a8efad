// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.counters;

import dev.mcppolicy.engine.Charge;

/** What became of reserving quota for one call. */
public sealed interface ReserveResult {
  record Reserved(Reservation reservation) implements ReserveResult {}

  /**
   * Another call was faster.
   *
   * @param used what had been used of the charge's counter
   */
  record Exhausted(Charge charge, long used) implements ReserveResult {}

  /**
   * The store cannot say whether there is room, so the call may not pass.
   *
   * @param why one sentence part for the caller
   */
  record Unavailable(String why) implements ReserveResult {}
}
