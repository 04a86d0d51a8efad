// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.ChargedOn;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The charges of one rule for one grant (and session, and workload, where limits count them apart)
 * in the windows of one moment. The same for every call until the first of these windows ends, so
 * it is kept between calls.
 */
final class ChargeSheet {
  private final Instant from;
  private final Instant until;
  private final Charge[] charges;
  private final FixedWindow[][] counting;

  /** The decision that lets a call pass; empty when the cost depends on the call. */
  private final Optional<Decision> allow;

  private ChargeSheet(
      Instant from,
      Instant until,
      Charge[] charges,
      FixedWindow[][] counting,
      Optional<Decision> allow) {
    this.from = from;
    this.until = until;
    this.charges = charges;
    this.counting = counting;
    this.allow = allow;
  }

  static ChargeSheet of(UnitedRule rule, Call call, Instant now) {
    CompiledLimit[] limits = rule.limits();
    var charges = new Charge[limits.length];
    var counting = new FixedWindow[limits.length][];
    Instant from = Instant.MIN;
    Instant until = Instant.MAX;
    boolean isFixed = true;
    for (int i = 0; i < limits.length; i++) {
      counting[i] = limits[i].counting(now);
      FixedWindow present = counting[i][0];
      charges[i] = limits[i].charge(call, present, limits[i].cost(call.arguments()));
      from = present.start().isAfter(from) ? present.start() : from;
      until = present.end().isBefore(until) ? present.end() : until;
      isFixed &= limits[i].costsTheSameForEveryCall();
    }
    Optional<Decision> allow =
        isFixed ? Optional.of(allow(rule, List.of(charges))) : Optional.empty();
    return new ChargeSheet(from, until, charges, counting, allow);
  }

  boolean holds(Instant now) {
    return !now.isBefore(from) && now.isBefore(until);
  }

  CounterKey counter(int limit) {
    return charges[limit].counter();
  }

  FixedWindow[] counting(int limit) {
    return counting[limit];
  }

  /** The charge of one limit at that cost. */
  Charge charge(int limit, long cost) {
    Charge kept = charges[limit];
    return kept.cost() == cost
        ? kept
        : new Charge(
            kept.counter(),
            kept.window(),
            kept.windowsBefore(),
            kept.max(),
            cost,
            kept.isEnforced(),
            kept.chargedOn(),
            kept.policy(),
            kept.rule());
  }

  /** That the call passes, with what its arguments make it cost. */
  Optional<Decision> allow(UnitedRule rule, Call call) {
    if (allow.isPresent()) {
      return allow;
    }
    var priced = new ArrayList<Charge>(charges.length);
    for (int i = 0; i < charges.length; i++) {
      long cost = rule.limits()[i].cost(call.arguments());
      if (cost != CompiledLimit.INVALID_COST) { // else a limit in audit mode: nothing to count
        priced.add(charge(i, cost));
      }
    }
    return Optional.of(allow(rule, priced));
  }

  private static Decision allow(UnitedRule rule, List<Charge> charges) {
    return new Decision.Allow(
        rule.allowed(), onePerCounter(charges), rule.mustBeRecorded(), Optional.empty());
  }

  /**
   * Limits of {@code all_tools} and of a rule may name the same counter: the call then takes the
   * larger of their costs, once, and the smaller of their maxima holds. One in audit mode has no
   * say beside one that is enforced, as its cost could refuse the call.
   *
   * @param charges in the order of policy and counter
   */
  private static List<Charge> onePerCounter(List<Charge> charges) {
    var single = new ArrayList<Charge>(charges.size());
    for (Charge charge : charges) {
      boolean isSame = !single.isEmpty() && single.getLast().counter().equals(charge.counter());
      if (isSame) {
        single.add(both(single.removeLast(), charge));
      } else {
        single.add(charge);
      }
    }
    return single;
  }

  private static Charge both(Charge a, Charge b) {
    if (a.isEnforced() != b.isEnforced()) {
      return a.isEnforced() ? a : b;
    }
    Charge stricter = b.max() < a.max() ? b : a;
    return new Charge(
        a.counter(),
        a.window(),
        a.windowsBefore(),
        stricter.max(),
        Math.max(a.cost(), b.cost()),
        stricter.isEnforced(),
        a.chargedOn() == b.chargedOn() ? a.chargedOn() : ChargedOn.ATTEMPT,
        a.policy(),
        stricter.rule());
  }
}
