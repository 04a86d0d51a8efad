// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one policy, or all policies of a grant together, say of one tool.
 *
 * @param never why the tool may never be called; empty when it may
 * @param allowed the reason of a call that passes
 * @param limits all of them, in {@link CompiledLimit#ORDER}; none under {@code never}
 */
record CompiledRule(
    Optional<DecisionReason> never, DecisionReason allowed, List<CompiledLimit> limits) {
  CompiledRule {
    var sorted = new ArrayList<CompiledLimit>();
    if (never.isEmpty()) {
      sorted.addAll(limits);
      sorted.sort(CompiledLimit.ORDER);
    }
    limits = List.copyOf(sorted);
  }

  /** Both hold: what either denies is denied, and every limit of each counts. */
  CompiledRule and(CompiledRule other) {
    var both = new ArrayList<>(limits);
    both.addAll(other.limits);
    return new CompiledRule(never.or(other::never), allowed, both);
  }
}
