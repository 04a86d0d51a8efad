// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import java.util.List;

/**
 * One step of a decision.
 *
 * @param step its name: {@code tool policy action arguments deny_if require schedule limits
 *     approval allow}
 * @param decided whether it is the one that decided
 * @param details one line for each thing that it looked at, for people
 */
public record ExplainedStep(String step, boolean decided, List<String> details) {
  public ExplainedStep {
    details = List.copyOf(details);
  }
}
