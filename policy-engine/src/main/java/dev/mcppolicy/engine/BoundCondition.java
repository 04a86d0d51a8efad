// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.Condition;
import java.util.Optional;

/**
 * A condition of a rule of a policy.
 *
 * @param rule JSON Pointer of the condition
 * @param reason what the rule says to the agent
 * @param whenAbsent what {@code optional} makes of an absent value
 */
record BoundCondition(
    PolicyId policy,
    String rule,
    Optional<String> reason,
    Condition declared,
    Truth whenAbsent,
    CompiledCondition compiled) {

  static BoundCondition of(
      PolicyId policy,
      String rule,
      Optional<String> reason,
      Condition declared,
      Truth whenAbsent,
      ArgumentPaths paths) {
    return new BoundCondition(
        policy,
        rule,
        reason,
        declared,
        whenAbsent,
        CompiledCondition.compile(declared, whenAbsent, paths));
  }

  Truth evaluate(CallValues values) {
    return compiled.evaluate(values);
  }

  Optional<String> whyUndetermined(Call call) {
    return ConditionText.whyUndetermined(declared, whenAbsent, call);
  }
}
