// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.LimitDeclaration;
import dev.mcppolicy.engine.document.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One limit of one policy, ready to charge.
 *
 * @param rule JSON Pointer of the limit
 * @param isShared whether rules of other tools use the same counter
 * @param serverKey the counter when its scope does not depend on the grant
 */
record CompiledLimit(
    PolicyId policy,
    LimitDeclaration declared,
    String rule,
    Optional<String> reason,
    boolean isShared,
    Optional<CounterKey> serverKey) {

  static final Comparator<CompiledLimit> ORDER =
      Comparator.comparing(CompiledLimit::policy)
          .thenComparing(limit -> limit.declared().counter());

  static CompiledLimit of(
      PolicyId policy,
      LimitDeclaration declared,
      String rule,
      Optional<String> reason,
      boolean isShared) {
    Optional<CounterKey> serverKey =
        declared.scope().contains(Scope.GRANT)
            ? Optional.empty()
            : Optional.of(key(policy, declared, ""));
    return new CompiledLimit(policy, declared, rule, reason, isShared, serverKey);
  }

  Charge charge(String grant, Instant now) {
    return new Charge(
        serverKey.orElseGet(() -> key(policy, declared, grant)),
        FixedWindow.containing(declared.window(), now),
        declared.max(),
        1,
        policy,
        rule);
  }

  Decision.RateLimited exhausted(String tool, Charge charge, long used, Instant now) {
    return new Decision.RateLimited(
        DecisionText.limitExhausted(tool, charge, isShared, reason, now),
        charge.counter(),
        used,
        charge.max(),
        charge.window().end());
  }

  private static CounterKey key(PolicyId policy, LimitDeclaration declared, String grant) {
    List<String> values = new ArrayList<>(2);
    for (Scope scope : declared.scope()) {
      values.add(
          switch (scope) {
            case GRANT -> "grant=" + grant;
            case SERVER -> "server";
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
