// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import java.util.List;
import java.util.Optional;

/**
 * The approval that a rule of a policy asks for.
 *
 * @param reason what the rule says to the agent
 * @param unless waives it when there are some and all are true
 */
record BoundApproval(ApprovalNeed need, Optional<String> reason, List<BoundCondition> unless) {

  boolean isNeeded(CallValues values) {
    for (BoundCondition condition : unless) {
      if (condition.evaluate(values) != Truth.TRUE) {
        return true;
      }
    }
    return unless.isEmpty();
  }
}
