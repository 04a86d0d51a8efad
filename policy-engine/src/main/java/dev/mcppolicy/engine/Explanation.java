// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import java.util.List;

/**
 * How a call was decided: every step that was taken, in the order in which they are taken.
 *
 * <p>Where something is in audit mode, the steps of the decision that would hold without it follow,
 * their names with {@link #WITHOUT_AUDIT_MODE} in front.
 */
public record Explanation(List<ExplainedStep> steps, Decision decision) {
  public static final String WITHOUT_AUDIT_MODE = "without audit mode: ";

  public Explanation {
    steps = List.copyOf(steps);
  }
}
