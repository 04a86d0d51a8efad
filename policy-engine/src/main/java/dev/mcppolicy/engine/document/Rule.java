// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import java.util.List;
import java.util.Optional;

/**
 * What a policy says of one tool, resource or prompt. A rule with {@link Action#DENY} has nothing
 * but a reason.
 *
 * @param reason text for the agent, shown when this rule denies
 * @param require conditions that must all hold
 * @param denyIf conditions of which none may hold
 * @param limits every one of them must have room; no two have the same counter
 * @param rateLimit the shorthand, one further limit with a generated counter
 * @param strictArguments whether an argument that the tool's schema does not declare is denied
 * @param mode empty: the document's
 */
public record Rule(
    Action action,
    Optional<String> reason,
    List<Condition> require,
    List<Condition> denyIf,
    List<LimitDeclaration> limits,
    Optional<LimitDeclaration> rateLimit,
    Optional<Approval> approval,
    Optional<Schedule> schedule,
    boolean strictArguments,
    Optional<Mode> mode) {

  /** {@code {}}: allowed without a condition. */
  public static final Rule ALLOW = allow(List.of(), Optional.empty());

  public Rule {
    require = List.copyOf(require);
    denyIf = List.copyOf(denyIf);
    limits = List.copyOf(limits);
  }

  public static Rule deny(Optional<String> reason) {
    return new Rule(
        Action.DENY,
        reason,
        List.of(),
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        true,
        Optional.empty());
  }

  /** Allowed within limits. */
  public static Rule allow(List<LimitDeclaration> limits, Optional<LimitDeclaration> rateLimit) {
    return new Rule(
        Action.ALLOW,
        Optional.empty(),
        List.of(),
        List.of(),
        limits,
        rateLimit,
        Optional.empty(),
        Optional.empty(),
        true,
        Optional.empty());
  }
}
