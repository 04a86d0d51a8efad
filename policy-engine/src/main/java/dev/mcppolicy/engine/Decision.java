// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import java.time.Instant;
import java.util.List;

/** What is to become of a call. */
public sealed interface Decision {
  DecisionReason reason();

  /**
   * The call may pass once all charges are reserved in one step.
   *
   * @param charges at most one per counter, in the order of policy and counter name
   */
  record Allow(DecisionReason reason, List<Charge> charges) implements Decision {
    public Allow {
      charges = List.copyOf(charges);
    }
  }

  record Deny(DecisionReason reason) implements Decision {}

  /**
   * A limit has no room. Of several, the one that has room again last.
   *
   * @param resetsAt when the next call is possible as far as the limits of this decision go
   */
  record RateLimited(
      DecisionReason reason, CounterKey counter, long used, long max, Instant resetsAt)
      implements Decision {}
}
