// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.reference;

import dev.mcppolicy.engine.BoundPolicy;
import dev.mcppolicy.engine.Call;
import dev.mcppolicy.engine.CounterKey;
import dev.mcppolicy.engine.FixedWindow;
import dev.mcppolicy.engine.ReasonCode;
import dev.mcppolicy.engine.document.Algorithm;
import dev.mcppolicy.engine.document.ChargedOn;
import dev.mcppolicy.engine.document.Cost;
import dev.mcppolicy.engine.document.LimitDeclaration;
import dev.mcppolicy.engine.document.Mode;
import dev.mcppolicy.engine.document.PolicyDocument;
import dev.mcppolicy.engine.document.Rule;
import dev.mcppolicy.engine.document.Scope;
import dev.mcppolicy.engine.document.Subject;
import dev.mcppolicy.engine.reference.Expected.Charged;
import dev.mcppolicy.engine.reference.Expected.Exhausted;
import dev.mcppolicy.engine.reference.Expected.Place;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the limits of all applying policies say of a call. */
final class ReferenceLimits {

  /** One limit that the call falls under. */
  private record Applying(
      BoundPolicy policy, LimitDeclaration limit, String pointer, boolean isEnforced) {}

  private final Situation situation;
  private final List<Applying> all = new ArrayList<>();

  ReferenceLimits(Situation situation, List<BoundPolicy> applying) {
    this.situation = situation;
    Subject subject = situation.call().subject();
    for (BoundPolicy policy : applying) {
      PolicyDocument document = policy.document();
      document
          .rule(subject)
          .ifPresent(rule -> addRule(policy, rule, ReferenceModel.pointer(subject)));
      if (subject.kind() == Subject.Kind.TOOL) {
        for (int i = 0; i < document.allToolsLimits().size(); i++) {
          all.add(
              new Applying(
                  policy,
                  document.allToolsLimits().get(i),
                  "/all_tools/limits/" + i,
                  document.mode() == Mode.ENFORCE));
        }
      }
    }
  }

  private void addRule(BoundPolicy policy, Rule rule, String pointer) {
    boolean isEnforced = rule.mode().orElse(policy.document().mode()) == Mode.ENFORCE;
    for (int i = 0; i < rule.limits().size(); i++) {
      all.add(new Applying(policy, rule.limits().get(i), pointer + "/limits/" + i, isEnforced));
    }
    rule.rateLimit()
        .ifPresent(
            limit -> all.add(new Applying(policy, limit, pointer + "/rate_limit", isEnforced)));
  }

  /** Limits that never let a call pass. */
  Set<Place> limitsOfNothing(boolean withAudit) {
    Set<Place> places = new HashSet<>();
    for (Applying one : all) {
      if (one.limit().max() == 0 && (withAudit || one.isEnforced())) {
        places.add(new Place(one.policy().id(), one.pointer()));
      }
    }
    return places;
  }

  /** Empty when every limit has room for the call's cost. */
  Optional<Expected> refusal(boolean withAudit) {
    List<Applying> looked = all.stream().filter(one -> withAudit || one.isEnforced()).toList();
    Set<Place> invalid = new HashSet<>();
    Set<Exhausted> exhausted = new HashSet<>();
    Set<Place> exhaustedPlaces = new HashSet<>();
    Optional<Instant> last = Optional.empty();
    for (Applying one : looked) {
      Optional<Long> cost = sharedCost(one, looked);
      if (cost.isEmpty()) {
        invalid.add(new Place(one.policy().id(), one.pointer()));
        continue;
      }
      Optional<Exhausted> without = exhausted(one, cost.get());
      if (without.isEmpty()) {
        continue;
      }
      Instant resetsAt = without.get().resetsAt();
      if (last.isEmpty() || resetsAt.isAfter(last.get())) {
        exhausted.clear();
        exhaustedPlaces.clear();
        last = Optional.of(resetsAt);
      }
      if (resetsAt.equals(last.get())) {
        exhausted.add(without.get());
        exhaustedPlaces.add(new Place(one.policy().id(), one.pointer()));
      }
    }
    if (!invalid.isEmpty()) {
      return Optional.of(new Expected.Deny(Set.of(ReasonCode.InvalidCost), invalid));
    }
    return exhausted.isEmpty()
        ? Optional.empty()
        : Optional.of(new Expected.RateLimited(exhaustedPlaces, exhausted));
  }

  /** The largest cost of the limits that use the same counter; empty when it can never be had. */
  private Optional<Long> sharedCost(Applying one, List<Applying> looked) {
    long largest = 0;
    for (Applying other : looked) {
      if (key(other).equals(key(one))) {
        Optional<Long> cost = cost(other.limit(), other.equals(one));
        if (cost.isEmpty() && other.equals(one)) {
          return Optional.empty();
        }
        largest = Math.max(largest, cost.orElse(0L));
      }
    }
    return largest > one.limit().max() ? Optional.empty() : Optional.of(largest);
  }

  /** Everything that an allowed call is charged, in order; limits of one counter as one. */
  List<Charged> charges() {
    List<Charged> charges = new ArrayList<>();
    for (Applying one : all) {
      Optional<Long> cost = cost(one.limit(), one.isEnforced());
      if (cost.isEmpty()) {
        continue;
      }
      var charged =
          new Charged(
              key(one),
              ReferenceWindows.of(one.limit(), situation.now()),
              one.limit().algorithm() == Algorithm.SLIDING ? ReferenceWindows.PARTS : 0,
              one.limit().max(),
              cost.get(),
              one.isEnforced(),
              EnumSet.of(one.limit().chargedOn()),
              one.policy().id(),
              Set.of(one.pointer()));
      Optional<Charged> same =
          charges.stream().filter(other -> other.counter().equals(charged.counter())).findFirst();
      same.ifPresent(charges::remove);
      charges.add(same.map(other -> merged(other, charged)).orElse(charged));
    }
    charges.sort(
        Comparator.comparing(Charged::policy)
            .thenComparing(charged -> charged.counter().counter()));
    return charges;
  }

  /** One in audit mode has no say beside one that is enforced: it must not refuse. */
  private static Charged merged(Charged a, Charged b) {
    if (a.isEnforced() != b.isEnforced()) {
      return a.isEnforced() ? a : b;
    }
    Set<ChargedOn> chargedOn = EnumSet.copyOf(a.chargedOn());
    chargedOn.addAll(b.chargedOn());
    Set<String> pointers = new HashSet<>(a.pointers());
    pointers.addAll(b.pointers());
    return new Charged(
        a.counter(),
        a.window(),
        a.windowsBefore(),
        Math.min(a.max(), b.max()),
        Math.max(a.cost(), b.cost()),
        a.isEnforced(),
        chargedOn,
        a.policy(),
        pointers);
  }

  /**
   * What the call costs; empty when there is no telling.
   *
   * @param isRefused whether it is empty too when the limit can never give as much
   */
  private Optional<Long> cost(LimitDeclaration limit, boolean isRefused) {
    long limitMax = isRefused ? limit.max() : Long.MAX_VALUE;
    switch (limit.cost()) {
      case Cost.Units(long units) -> {
        return units > limitMax ? Optional.empty() : Optional.of(units);
      }
      case Cost.Argument(var path, long max) -> {
        Optional<JsonValue> value = ReferenceCondition.argument(path, situation.call());
        if (value.isEmpty()
            || !(value.get() instanceof JsonNumber(String text))
            || !ReferenceNumber.of(text).isInteger()) {
          return Optional.empty();
        }
        ReferenceNumber number = ReferenceNumber.of(text);
        var least = new ReferenceNumber(BigInteger.ZERO, 0);
        var most = new ReferenceNumber(BigInteger.valueOf(Math.min(max, limitMax)), 0);
        if (number.compareTo(least) < 0 || number.compareTo(most) > 0) {
          return Optional.empty();
        }
        for (long units = 0; ; units++) {
          if (number.compareTo(new ReferenceNumber(BigInteger.valueOf(units), 0)) == 0) {
            return Optional.of(units);
          }
        }
      }
    }
  }

  private Optional<Exhausted> exhausted(Applying one, long cost) {
    CounterKey key = key(one);
    LimitDeclaration limit = one.limit();
    Instant now = situation.now();
    if (limit.algorithm() == Algorithm.FIXED) {
      FixedWindow window = ReferenceWindows.of(limit, now);
      long used = situation.usage().used(key, window);
      return hasRoom(used, cost, limit.max())
          ? Optional.empty()
          : Optional.of(new Exhausted(key, used, limit.max(), window.end()));
    }
    List<FixedWindow> parts = new ArrayList<>();
    FixedWindow part = ReferenceWindows.part(limit.window(), now);
    for (int i = 0; i <= ReferenceWindows.PARTS; i++) {
      parts.addFirst(part);
      part = ReferenceWindows.part(limit.window(), part.start().minusMillis(1));
    }
    long used = sum(key, parts);
    if (hasRoom(used, cost, limit.max())) {
      return Optional.empty();
    }
    // The oldest part goes whenever a part of the present length has passed.
    Instant edge = parts.getLast().end();
    parts.removeFirst();
    while (!hasRoom(sum(key, parts), cost, limit.max())) {
      edge = ReferenceWindows.part(limit.window(), edge).end();
      parts.removeFirst();
    }
    return Optional.of(new Exhausted(key, used, limit.max(), edge));
  }

  private long sum(CounterKey key, List<FixedWindow> parts) {
    long sum = 0;
    for (FixedWindow part : parts) {
      sum += situation.usage().used(key, part);
    }
    // Any count below zero says that nothing is known.
    return Math.max(sum, -1);
  }

  /** A call that costs nothing always has room; a count below zero is no count. */
  private static boolean hasRoom(long used, long cost, long max) {
    return cost == 0 || (used >= 0 && used + cost <= max);
  }

  private CounterKey key(Applying one) {
    Call call = situation.call();
    List<String> values = new ArrayList<>();
    for (Scope scope : Scope.values()) {
      if (!one.limit().scope().contains(scope)) {
        continue;
      }
      values.add(
          switch (scope) {
            case GRANT -> "grant=" + call.caller().grant().name();
            case SERVER -> "server";
            case SESSION -> "session=" + call.caller().session();
            case WORKLOAD ->
                "workload=" + call.workload().map(workload -> workload.name()).orElse("");
          });
    }
    return new CounterKey(
        one.policy().id().namespace(),
        one.policy().id().name(),
        one.limit().counter(),
        one.limit().window().canonicalName(),
        values);
  }
}
