// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.Subject;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What one policy contributes to what holds of a tool, resource or prompt.
 *
 * @param hides whether the subject is left out of lists
 * @param naming its rule, when by it the policy names the subject
 * @param holding its rule, when calls are held against it
 * @param deniesUnnamed whether the subject is denied when no policy names it
 * @param arguments how arguments are held against the tool's schema
 * @param limits those over all tools and those of the rule, also when they only count
 * @param never why no call passes, whatever it carries
 */
record Contribution(
    PolicyId policy,
    boolean hides,
    Optional<CompiledRule> naming,
    Optional<CompiledRule> holding,
    boolean deniesUnnamed,
    Arguments arguments,
    List<CompiledLimit> limits,
    Optional<DecisionReason> never,
    boolean mustBeRecorded) {

  /** How arguments are held against the schema that the server publishes. */
  enum Arguments {
    /** Not at all. */
    UNCHECKED,
    /** Those that the schema declares. */
    DECLARED,
    /** Those, and there may be no others. */
    STRICT
  }

  /** As if nothing were in audit mode. */
  static List<Contribution> ofEverything(Subject subject, List<CompiledPolicy> policies) {
    return policies.stream().map(policy -> of(policy, subject, true)).toList();
  }

  /**
   * What is enforced. A rule in audit mode that allows is one that allows without conditions and
   * whose limits only count, one that denies is none, and the rest of a document in audit mode
   * allows. Beside something enforced a document in audit mode only counts, so that it opens
   * nothing.
   */
  static List<Contribution> ofEnforced(Subject subject, List<CompiledPolicy> policies) {
    boolean nothingEnforced =
        policies.stream().allMatch(policy -> isWhollyAudited(policy, subject));
    return policies.stream()
        .map(
            policy ->
                nothingEnforced || !isWhollyAudited(policy, subject)
                    ? of(policy, subject, false)
                    : countingOnly(policy, subject))
        .toList();
  }

  /** Whether a document in audit mode has nothing of this subject that is enforced. */
  private static boolean isWhollyAudited(CompiledPolicy policy, Subject subject) {
    return policy.isAudited() && policy.rule(subject).map(CompiledRule::isAudited).orElse(true);
  }

  private static Contribution countingOnly(CompiledPolicy policy, Subject subject) {
    Stream<CompiledLimit> limits =
        Stream.concat(
            policy.limitsOverAll(subject.kind()).stream(),
            policy.rule(subject).stream().flatMap(rule -> rule.limits().stream()));
    return new Contribution(
        policy.id(),
        false,
        Optional.empty(),
        Optional.empty(),
        false,
        Arguments.UNCHECKED,
        limits.map(CompiledLimit::unenforced).toList(),
        Optional.empty(),
        policy.mustBeRecorded());
  }

  private static Contribution of(CompiledPolicy policy, Subject subject, boolean everything) {
    boolean isEnforced = everything || !policy.isAudited();
    Optional<CompiledRule> own = policy.rule(subject);
    Optional<CompiledRule> holding = own.filter(rule -> everything || !rule.isAudited());
    Optional<CompiledRule> naming = own.filter(rule -> holding.isPresent() || !rule.isDenial());
    List<CompiledLimit> overAll = policy.limitsOverAll(subject.kind());
    Stream<CompiledLimit> ofRule = naming.stream().flatMap(rule -> rule.limits().stream());
    return new Contribution(
        policy.id(),
        isEnforced && policy.hides(subject),
        naming,
        holding,
        isEnforced && naming.isEmpty() && policy.deniesUnnamed(subject.kind()),
        arguments(own, own.isPresent() ? holding.isPresent() : isEnforced),
        Stream.concat(
                isEnforced ? overAll.stream() : overAll.stream().map(CompiledLimit::unenforced),
                holding.isPresent() ? ofRule : ofRule.map(CompiledLimit::unenforced))
            .toList(),
        holding
            .flatMap(CompiledRule::never)
            .or(() -> isEnforced ? zero(subject, overAll) : Optional.empty()),
        policy.mustBeRecorded());
  }

  private static Arguments arguments(Optional<CompiledRule> own, boolean areChecked) {
    if (!areChecked) {
      return Arguments.UNCHECKED;
    }
    return own.map(CompiledRule::isStrict).orElse(true) ? Arguments.STRICT : Arguments.DECLARED;
  }

  private static Optional<DecisionReason> zero(Subject subject, List<CompiledLimit> limits) {
    return limits.stream()
        .filter(limit -> limit.max() == 0)
        .findFirst()
        .map(
            limit ->
                DecisionText.deniedByRule(subject, limit.policy(), limit.rule(), Optional.empty()));
  }
}
