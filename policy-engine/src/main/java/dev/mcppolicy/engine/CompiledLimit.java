// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.LimitDeclaration;
import dev.mcppolicy.engine.document.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** One limit of one policy, ready to charge. For any thread. */
final class CompiledLimit {
  static final Comparator<CompiledLimit> ORDER =
      Comparator.comparing((CompiledLimit limit) -> limit.policy)
          .thenComparing(limit -> limit.declared.counter());

  private static final int GRANTS_KEPT_MAX = 1_024;

  private final PolicyId policy;
  private final LimitDeclaration declared;
  private final String rule;
  private final Optional<String> reason;
  private final boolean isShared;

  /** The last charge of each grant, which is every charge of its window; a bounded number. */
  private final ConcurrentMap<String, Charge> lastByGrant = new ConcurrentHashMap<>();

  /**
   * @param rule JSON Pointer of the limit
   * @param isShared whether rules of other tools use the same counter
   */
  CompiledLimit(
      PolicyId policy,
      LimitDeclaration declared,
      String rule,
      Optional<String> reason,
      boolean isShared) {
    this.policy = policy;
    this.declared = declared;
    this.rule = rule;
    this.reason = reason;
    this.isShared = isShared;
  }

  String rule() {
    return rule;
  }

  long max() {
    return declared.max();
  }

  Charge charge(String grant, Instant now) {
    Charge last = lastByGrant.get(grant);
    if (last != null && last.window().contains(now)) {
      return last;
    }
    var charge =
        new Charge(
            last != null ? last.counter() : counter(grant),
            FixedWindow.containing(declared.window(), now),
            0,
            declared.max(),
            1,
            true,
            declared.chargedOn(),
            policy,
            rule);
    if (last != null || lastByGrant.size() < GRANTS_KEPT_MAX) {
      lastByGrant.put(grant, charge);
    }
    return charge;
  }

  Decision.RateLimited exhausted(String tool, Charge charge, long used, Instant now) {
    return new Decision.RateLimited(
        DecisionText.limitExhausted(tool, charge, isShared, reason, now),
        charge.counter(),
        used,
        charge.max(),
        charge.window().end());
  }

  private CounterKey counter(String grant) {
    List<String> values = new ArrayList<>(2);
    for (Scope scope : declared.scope()) {
      values.add(
          switch (scope) {
            case GRANT -> "grant=" + grant;
            case SERVER -> "server";
            case SESSION, WORKLOAD -> throw new IllegalStateException("not compiled yet");
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
