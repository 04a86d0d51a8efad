// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.reference;

import dev.mcppolicy.engine.ApprovalNeed;
import dev.mcppolicy.engine.Charge;
import dev.mcppolicy.engine.Decision;
import dev.mcppolicy.engine.DecisionReason;
import dev.mcppolicy.engine.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where a decision is not what it must be. */
final class Difference {
  private final List<String> found = new ArrayList<>();

  private Difference() {}

  /** One line for each difference; empty when there is none. */
  static List<String> between(Decision decision, Expected expected) {
    var difference = new Difference();
    difference.compare(decision, expected);
    return difference.found;
  }

  private void compare(Decision decision, Expected expected) {
    DecisionReason reason = decision.reason();
    if (!expected.codes().contains(reason.code())) {
      found.add("reason " + reason.code() + " instead of " + expected.codes());
      return;
    }
    boolean isElsewhere =
        !expected.places().isEmpty()
            && expected.places().stream().noneMatch(place -> isAt(reason, place));
    if (isElsewhere) {
      found.add(
          "decided by " + reason.policy() + reason.rule() + " instead of " + expected.places());
    }
    if (expected.places().isEmpty()) {
      same("rule", reason.rule(), "");
    }
    switch (decision) {
      case Decision.Allow allow when expected instanceof Expected.Allow wanted ->
          compare(allow, wanted);
      case Decision.Deny _ when expected instanceof Expected.Deny -> {}
      case Decision.RateLimited limited when expected instanceof Expected.RateLimited wanted -> {
        var exhausted =
            new Expected.Exhausted(
                limited.counter(), limited.used(), limited.max(), limited.resetsAt());
        if (!wanted.exhausted().contains(exhausted)) {
          found.add(exhausted + " instead of " + wanted.exhausted());
        }
      }
      case Decision.NeedsApproval needs when expected instanceof Expected.NeedsApproval wanted ->
          same("approvals", needs.approvals(), wanted.needed().stream().map(this::need).toList());
      case Decision.Allow _, Decision.Deny _, Decision.RateLimited _, Decision.NeedsApproval _ ->
          found.add(decision + " instead of " + expected);
    }
  }

  private ApprovalNeed need(Expected.Needed needed) {
    return new ApprovalNeed(
        needed.place().policy(),
        needed.place().pointer(),
        needed.approval().groups(),
        needed.approval().users(),
        needed.approval().ttl(),
        needed.approval().reason());
  }

  private static boolean isAt(DecisionReason reason, Expected.Place place) {
    return reason.policy().equals(Optional.of(place.policy()))
        && (reason.rule().equals(place.pointer())
            || reason.rule().startsWith(place.pointer() + "/"));
  }

  private void compare(Decision.Allow allow, Expected.Allow wanted) {
    same("mustBeRecorded", allow.mustBeRecorded(), wanted.mustBeRecorded());
    if (allow.charges().size() != wanted.charges().size()) {
      found.add("charges " + allow.charges() + " instead of " + wanted.charges());
    } else {
      for (int i = 0; i < allow.charges().size(); i++) {
        compare(allow.charges().get(i), wanted.charges().get(i));
      }
    }
    if (allow.wouldBe().isPresent() && wanted.wouldBe().isPresent()) {
      compare(allow.wouldBe().get(), wanted.wouldBe().get());
    } else {
      same("wouldBe", allow.wouldBe(), wanted.wouldBe());
    }
  }

  private void compare(Charge charge, Expected.Charged wanted) {
    same("counter", charge.counter(), wanted.counter());
    same("window", charge.window(), wanted.window());
    same("windowsBefore", charge.windowsBefore(), wanted.windowsBefore());
    same("max", charge.max(), wanted.max());
    same("cost", charge.cost(), wanted.cost());
    same("isEnforced", charge.isEnforced(), wanted.isEnforced());
    same("policy", charge.policy(), wanted.policy());
    if (!wanted.chargedOn().contains(charge.chargedOn())) {
      found.add("charged on " + charge.chargedOn() + " instead of " + wanted.chargedOn());
    }
    if (!wanted.pointers().contains(charge.rule())) {
      found.add("charge of " + charge.rule() + " instead of " + wanted.pointers());
    }
  }

  private void same(String what, Object is, Object must) {
    if (!is.equals(must)) {
      found.add(what + " " + is + " instead of " + must);
    }
  }

  /** What a decision comes to, for counting: its outcome and reason. */
  static String kind(Expected expected) {
    ReasonCode code = expected.codes().iterator().next();
    return expected instanceof Expected.Allow allow && allow.wouldBe().isPresent()
        ? "Allowed, would be " + kind(allow.wouldBe().get())
        : code.name();
  }
}
