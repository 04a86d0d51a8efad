// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What is to become of a call. */
public sealed interface Decision {
  DecisionReason reason();

  /**
   * The call may pass once all charges are reserved in one step.
   *
   * @param charges at most one per counter, in the order of policy and counter name
   * @param mustBeRecorded whether the call may only go on once this decision is on record
   * @param wouldBe what the call would have got if no rule were in {@code mode: audit}; empty when
   *     the same
   */
  record Allow(
      DecisionReason reason,
      List<Charge> charges,
      boolean mustBeRecorded,
      Optional<Decision> wouldBe)
      implements Decision {
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

  /**
   * A person must agree first; nothing was reserved yet.
   *
   * @param approvals every one of them is needed, in the order of policies; not empty
   */
  record NeedsApproval(DecisionReason reason, List<ApprovalNeed> approvals) implements Decision {
    public NeedsApproval {
      approvals = List.copyOf(approvals);
    }
  }
}
