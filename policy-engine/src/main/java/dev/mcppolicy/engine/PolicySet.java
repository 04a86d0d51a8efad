// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.PolicyReader;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * All policies of one server, compiled. Immutable; for any thread.
 *
 * <p>An error while deciding is a denial with {@link ReasonCode#PolicyError}; its cause goes to the
 * listener for faults and never to the agent.
 */
public final class PolicySet {
  private final Map<String, GrantRules> byGrant;
  private final GrantRules everyOtherGrant;
  private final Map<PolicyId, CompiledPolicy> byId = new HashMap<>();
  private final List<Conflict> conflicts;
  private final Consumer<Throwable> faults;

  private PolicySet(
      List<CompiledPolicy> policies,
      Map<String, GrantRules> byGrant,
      GrantRules everyOtherGrant,
      Consumer<Throwable> faults) {
    policies.forEach(policy -> byId.put(policy.id(), policy));
    this.byGrant = byGrant;
    this.everyOtherGrant = everyOtherGrant;
    this.conflicts = ConflictSearch.search(policies);
    this.faults = faults;
  }

  /** Compiles without a listener for faults. */
  public static PolicySet compile(List<BoundPolicy> policies) {
    return compile(policies, fault -> {});
  }

  /**
   * Compiles policies, whose order does not matter.
   *
   * @param faults told, from the thread that decides, of every error behind a {@link
   *     ReasonCode#PolicyError}; must not throw
   * @throws IllegalArgumentException when two policies have the same namespace and name
   */
  public static PolicySet compile(List<BoundPolicy> policies, Consumer<Throwable> faults) {
    List<CompiledPolicy> sorted =
        policies.stream()
            .sorted(Comparator.comparing(BoundPolicy::id))
            .map(CompiledPolicy::of)
            .toList();
    for (int i = 1; i < sorted.size(); i++) {
      PolicyId id = sorted.get(i).id();
      PolicyId previous = sorted.get(i - 1).id();
      if (id.namespace().equals(previous.namespace()) && id.name().equals(previous.name())) {
        throw new IllegalArgumentException("two policies are named " + id.display());
      }
    }
    Set<String> named = new HashSet<>();
    sorted.forEach(policy -> policy.bound().grants().ifPresent(named::addAll));
    // grants with the same policies share what is compiled of them
    Map<List<PolicyId>, GrantRules> byPolicies = new HashMap<>();
    Map<String, GrantRules> byGrant = new HashMap<>();
    for (String grant : named) {
      List<CompiledPolicy> applying =
          sorted.stream().filter(policy -> policy.bound().appliesTo(grant)).toList();
      byGrant.put(
          grant,
          byPolicies.computeIfAbsent(
              applying.stream().map(CompiledPolicy::id).toList(), _ -> new GrantRules(applying)));
    }
    List<CompiledPolicy> forEveryGrant =
        sorted.stream().filter(policy -> policy.bound().grants().isEmpty()).toList();
    return new PolicySet(sorted, byGrant, new GrantRules(forEveryGrant), faults);
  }

  /**
   * Decides one call; never throws.
   *
   * @param now chooses the windows
   */
  public Decision decide(Call call, ToolCatalogue tools, Instant now, CounterUsage usage) {
    try {
      CompiledRule rule = rule(call.subject().name(), call.caller().grant());
      return DecisionOrder.decide(Evaluation.of(call, rule, tools, now, usage));
    } catch (RuntimeException | StackOverflowError fault) {
      faults.accept(fault);
      return new Decision.Deny(DecisionText.policyError());
    }
  }

  /**
   * Whether a tool belongs into the {@code tools/list} of a grant: true unless the grant may never
   * call it, whatever has been used of its limits.
   */
  public boolean lists(String tool, Grant grant) {
    return PolicyReader.isToolName(tool) && rule(tool, grant).never().isEmpty();
  }

  /**
   * The denial of a call whose charges could not be reserved, because others took the rest between
   * its decision and its reservation.
   *
   * @param charge the one that found no room, of an {@link Decision.Allow} of this set
   */
  public Decision.RateLimited exhausted(Charge charge, long used, Call call, Instant now) {
    CompiledPolicy policy = byId.get(charge.policy());
    CompiledRule rule = policy == null ? null : policy.rules().get(call.subject().name());
    if (rule == null) {
      throw new IllegalArgumentException("a charge of another set of policies");
    }
    return rule.limits().stream()
        .filter(limit -> limit.rule().equals(charge.rule()))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("a charge of another set of policies"))
        .exhausted(call.subject().name(), charge, used, now);
  }

  /** Policies for the same grant that say opposite things, in the order of tools; at most 100. */
  public List<Conflict> conflicts() {
    return conflicts;
  }

  private CompiledRule rule(String tool, Grant grant) {
    return byGrant.getOrDefault(grant.name(), everyOtherGrant).rule(tool, grant);
  }
}
