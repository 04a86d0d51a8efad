// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.reference;

import dev.mcppolicy.engine.CounterKey;
import dev.mcppolicy.engine.FixedWindow;
import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.engine.ReasonCode;
import dev.mcppolicy.engine.document.Approval;
import dev.mcppolicy.engine.document.ChargedOn;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a decision must be, as far as the specification says. */
sealed interface Expected {
  /** One of them is its reason. */
  Set<ReasonCode> codes();

  /** One of them decided; empty when no policy did. */
  Set<Place> places();

  /**
   * A part of a document.
   *
   * @param pointer JSON Pointer; what decided is there or further in
   */
  record Place(PolicyId policy, String pointer) {}

  record Deny(Set<ReasonCode> codes, Set<Place> places) implements Expected {}

  record RateLimited(Set<Place> places, Set<Exhausted> exhausted) implements Expected {
    @Override
    public Set<ReasonCode> codes() {
      return Set.of(ReasonCode.LimitExhausted);
    }
  }

  /** One limit without room. */
  record Exhausted(CounterKey counter, long used, long max, Instant resetsAt) {}

  record NeedsApproval(Set<Place> places, List<Needed> needed) implements Expected {
    @Override
    public Set<ReasonCode> codes() {
      return Set.of(ReasonCode.ApprovalNeeded);
    }
  }

  record Needed(Place place, Approval approval) {}

  record Allow(
      Set<Place> places, List<Charged> charges, boolean mustBeRecorded, Optional<Expected> wouldBe)
      implements Expected {
    @Override
    public Set<ReasonCode> codes() {
      return Set.of(ReasonCode.Allowed);
    }
  }

  /** What one counter is charged. */
  record Charged(
      CounterKey counter,
      FixedWindow window,
      int windowsBefore,
      long max,
      long cost,
      boolean isEnforced,
      Set<ChargedOn> chargedOn,
      PolicyId policy,
      Set<String> pointers) {}
}
