// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.counters;

import dev.mcppolicy.engine.Charge;
import java.util.List;

/** Quota that one call has taken. */
public record Reservation(List<Charge> charges) {
  public Reservation {
    charges = List.copyOf(charges);
  }
}
