// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import java.util.List;
import java.util.Optional;

/**
 * What a policy says of one tool.
 *
 * @param reason text for the agent, shown when this rule denies
 * @param limits every one of them must have room; no two have the same counter
 * @param rateLimit the shorthand, one further limit with a generated counter
 */
public record ToolRule(
    Action action,
    Optional<String> reason,
    List<LimitDeclaration> limits,
    Optional<LimitDeclaration> rateLimit) {

  /** {@code {}}: the tool is allowed without a condition. */
  public static final ToolRule ALLOW =
      new ToolRule(Action.ALLOW, Optional.empty(), List.of(), Optional.empty());

  public ToolRule {
    limits = List.copyOf(limits);
  }
}
