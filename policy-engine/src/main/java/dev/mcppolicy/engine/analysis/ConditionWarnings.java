// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.analysis;

import dev.mcppolicy.engine.document.Place;
import dev.mcppolicy.engine.document.Rule;

/** Conditions that read otherwise than they are evaluated. */
record ConditionWarnings(Warnings warnings) {

  void ofRule(Rule rule, Place place) {
    for (PlacedConditions.Comparison found : PlacedConditions.comparisons(rule, place)) {
      if (found.isUnderNot() && found.comparison().optional()) {
        warnings.add(
            found.place().member("optional"),
            "under `not` this turns round: a call without the value is held back instead of"
                + " excused; write the opposite operator without `not`");
      }
    }
  }
}
