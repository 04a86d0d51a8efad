// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.counters;

import dev.mcppolicy.engine.Charge;
import dev.mcppolicy.engine.document.ChargedOn;
import java.util.List;

/**
 * Quota that one call has taken.
 *
 * @param charges as they were taken: of a sliding counter perhaps in a later window than decided
 */
public record Reservation(List<Charge> charges) {
  public Reservation {
    charges = List.copyOf(charges);
  }

  /** The part that is kept only when the call succeeds. */
  public Reservation chargedOnSuccess() {
    return new Reservation(
        charges.stream().filter(charge -> charge.chargedOn() == ChargedOn.SUCCESS).toList());
  }
}
