// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.Condition;
import java.util.Optional;

/**
 * A condition of a rule of a policy.
 *
 * @param rule JSON Pointer of the condition
 * @param reason what the rule says to the agent
 */
record BoundCondition(
    PolicyId policy,
    String rule,
    Optional<String> reason,
    Condition declared,
    CompiledCondition compiled) {

  /**
   * @param whenAbsent what {@code optional} makes of an absent value
   * @param paths takes up those that the condition looks at
   */
  static BoundCondition of(
      PolicyId policy,
      String rule,
      Optional<String> reason,
      Condition declared,
      Truth whenAbsent,
      ArgumentPaths paths) {
    return new BoundCondition(
        policy, rule, reason, declared, CompiledCondition.compile(declared, whenAbsent, paths));
  }

  Truth evaluate(CallValues values) {
    return compiled.evaluate(values);
  }

  /** Why the condition is undetermined; only asked when it is. */
  String whyUndetermined(CallValues values) {
    return ConditionText.why(compiled.undetermined(values), values.call());
  }
}
