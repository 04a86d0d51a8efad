// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.Algorithm;
import dev.mcppolicy.engine.document.Cost;
import dev.mcppolicy.engine.document.LimitDeclaration;
import dev.mcppolicy.engine.document.Scope;
import dev.mcppolicy.json.ExactNumber;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One limit of one policy, ready to look at and to charge. For any thread. */
final class CompiledLimit {
  static final Comparator<CompiledLimit> ORDER =
      Comparator.comparing((CompiledLimit limit) -> limit.policy)
          .thenComparing(limit -> limit.declared.counter())
          .thenComparing(limit -> limit.rule);

  /** Says that the arguments of a call give no cost. */
  static final long INVALID_COST = -1;

  /** Which calls a limit counts, for its texts. */
  enum Reach {
    ONE_RULE,
    /** Rules of several tools use the counter. */
    SHARED,
    ALL_TOOLS
  }

  private final PolicyId policy;
  private final LimitDeclaration declared;
  private final String rule;
  private final Optional<String> reason;
  private final Reach reach;
  private final boolean isEnforced;
  private final long fixedCost;
  private final @Nullable ArgumentPath costArgument;
  private final @Nullable SubWindows subWindows;

  /**
   * @param rule JSON Pointer of the limit
   * @param reason what the rule says to the agent
   */
  CompiledLimit(
      PolicyId policy,
      LimitDeclaration declared,
      String rule,
      Optional<String> reason,
      Reach reach,
      boolean isEnforced) {
    this.policy = policy;
    this.declared = declared;
    this.rule = rule;
    this.reason = reason;
    this.reach = reach;
    this.isEnforced = isEnforced;
    switch (declared.cost()) {
      case Cost.Units(long units) -> {
        this.fixedCost = units;
        this.costArgument = null;
      }
      case Cost.Argument argument -> {
        this.fixedCost = INVALID_COST;
        this.costArgument = new ArgumentPath(argument.path());
      }
    }
    this.subWindows =
        switch (declared.algorithm()) {
          case FIXED -> null;
          case SLIDING -> new SubWindows(declared.window());
        };
  }

  /** The same limit, counted and never a reason to refuse. */
  CompiledLimit unenforced() {
    return new CompiledLimit(policy, declared, rule, reason, reach, false);
  }

  PolicyId policy() {
    return policy;
  }

  String rule() {
    return rule;
  }

  long max() {
    return declared.max();
  }

  LimitDeclaration declared() {
    return declared;
  }

  Optional<String> reason() {
    return reason;
  }

  Reach reach() {
    return reach;
  }

  boolean isEnforced() {
    return isEnforced;
  }

  /** Whether both count on one counter of one policy. */
  boolean sharesCounter(CompiledLimit other) {
    return policy.equals(other.policy) && declared.counter().equals(other.declared.counter());
  }

  boolean costsTheSameForEveryCall() {
    return costArgument == null;
  }

  /** Units that a call with these arguments takes, or {@link #INVALID_COST}. */
  long cost(JsonObject arguments) {
    if (costArgument == null) {
      return fixedCost;
    }
    Optional<JsonValue> found = costArgument.find(arguments);
    if (found.isEmpty() || !(found.get() instanceof JsonNumber number)) {
      return INVALID_COST;
    }
    long written = ExactNumber.plain(number.text());
    long units = written == ExactNumber.NOT_PLAIN ? ExactNumber.plain(number.decimal()) : written;
    return units >= 0 && units <= costMax() ? units : INVALID_COST;
  }

  /** The most that an argument may make a call cost. */
  long costMax() {
    return switch (declared.cost()) {
      case Cost.Units(long units) -> units;
      case Cost.Argument argument -> argument.max();
    };
  }

  /** The windows whose use counts now, the present one first. Not to be changed. */
  FixedWindow[] counting(Instant now) {
    return subWindows == null
        ? new FixedWindow[] {FixedWindow.containing(declared.window(), declared.timeZone(), now)}
        : subWindows.counting(now);
  }

  Charge charge(Call call, FixedWindow window, long cost) {
    return new Charge(
        counter(call),
        window,
        declared.algorithm() == Algorithm.SLIDING ? SubWindows.COUNT : 0,
        declared.max(),
        cost,
        isEnforced,
        declared.chargedOn(),
        policy,
        rule);
  }

  /** Units used in all of these windows; negative when a counter answers nonsense. */
  static long used(CounterUsage usage, CounterKey counter, FixedWindow[] counting) {
    return counting.length == 1 ? usage.used(counter, counting[0]) : usage.used(counter, counting);
  }

  boolean hasRoom(long used, long cost) {
    return cost == 0 || (used >= 0 && used <= declared.max() - cost);
  }

  /** When there is room for that cost if nothing else is used until then. */
  Instant roomAt(CounterUsage usage, CounterKey counter, FixedWindow[] counting, long cost) {
    if (subWindows == null) {
      return counting[0].end();
    }
    long used = used(usage, counter, counting);
    Instant at = counting[0].end();
    for (int i = counting.length - 1; i >= 0 && !hasRoom(used, cost); i--) {
      at = subWindows.expires(counting[i]);
      used = used < 0 ? used : used - usage.used(counter, counting[i]);
    }
    return at;
  }

  Decision.RateLimited exhausted(
      Call call, Charge charge, long used, Instant resetsAt, Instant now) {
    return new Decision.RateLimited(
        DecisionText.limitExhausted(call.subject(), this, charge, used, resetsAt, now),
        charge.counter(),
        used,
        charge.max(),
        resetsAt);
  }

  private CounterKey counter(Call call) {
    List<String> values = new ArrayList<>(4);
    for (Scope scope : declared.scope()) {
      values.add(
          switch (scope) {
            case GRANT -> "grant=" + call.caller().grant().name();
            case SERVER -> "server";
            case SESSION -> "session=" + call.caller().session();
            case WORKLOAD -> "workload=" + call.workload().map(CalledWorkload::name).orElse("");
          });
    }
    return new CounterKey(
        policy.namespace(),
        policy.name(),
        declared.counter(),
        declared.window().canonicalName(),
        values);
  }
}
