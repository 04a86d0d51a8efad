// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.PolicyReader;
import dev.mcppolicy.engine.document.Subject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

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
    Map<Subject, ArgumentPaths> paths = new HashMap<>();
    List<CompiledPolicy> sorted =
        policies.stream()
            .sorted(Comparator.comparing(BoundPolicy::id))
            .map(policy -> CompiledPolicy.of(policy, paths))
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
      GrantRules.Views views = views(call.subject(), call.caller().grant());
      Evaluation evaluation = Evaluation.of(call, views.enforced(), tools, now, usage);
      Decision enforced = DecisionOrder.decide(evaluation);
      return views.differ() && enforced instanceof Decision.Allow allow
          ? withoutAuditMode(allow, DecisionOrder.decide(evaluation.under(views.everything())))
          : enforced;
    } catch (RuntimeException | StackOverflowError fault) {
      faults.accept(fault);
      return new Decision.Deny(DecisionText.policyError());
    }
  }

  /** Says how a call is decided, by the very steps that decide it; never throws. */
  public Explanation explain(Call call, ToolCatalogue tools, Instant now, CounterUsage usage) {
    try {
      GrantRules.Views views = views(call.subject(), call.caller().grant());
      Evaluation evaluation = Evaluation.of(call, views.enforced(), tools, now, usage);
      Explanation enforced = DecisionOrder.explain(evaluation);
      if (!views.differ()) {
        return enforced;
      }
      Explanation everything = DecisionOrder.explain(evaluation.under(views.everything()));
      var steps = new ArrayList<>(enforced.steps());
      for (ExplainedStep step : everything.steps()) {
        steps.add(
            new ExplainedStep(
                Explanation.WITHOUT_AUDIT_MODE + step.step(), step.decided(), step.details()));
      }
      return new Explanation(
          steps,
          enforced.decision() instanceof Decision.Allow allow
              ? withoutAuditMode(allow, everything.decision())
              : enforced.decision());
    } catch (RuntimeException | StackOverflowError fault) {
      faults.accept(fault);
      return new Explanation(List.of(), new Decision.Deny(DecisionText.policyError()));
    }
  }

  private static Decision withoutAuditMode(Decision.Allow allow, Decision everything) {
    return switch (everything) {
      case Decision.Allow _ -> allow;
      case Decision.Deny _, Decision.RateLimited _, Decision.NeedsApproval _ ->
          new Decision.Allow(
              allow.reason(), allow.charges(), allow.mustBeRecorded(), Optional.of(everything));
    };
  }

  /**
   * Whether a tool, resource or prompt belongs into the list that a grant is given: true unless the
   * grant may never use it, whatever the arguments and whatever has been used of its limits.
   */
  public boolean lists(Subject subject, Grant grant) {
    boolean canBe =
        switch (subject.kind()) {
          case TOOL -> PolicyReader.isToolName(subject.name());
          case RESOURCE, PROMPT -> true;
        };
    if (!canBe) {
      return false;
    }
    UnitedRule rule = views(subject, grant).enforced();
    return !rule.isHidden() && rule.never().isEmpty();
  }

  /** Whether there can be anything of that kind in a list that a grant is given. */
  public boolean listsAny(Subject.Kind kind, Grant grant) {
    return byGrant.getOrDefault(grant.name(), everyOtherGrant).listsAny(kind, grant);
  }

  /** Whether a policy hides the tool from that grant, so that it is as if it did not exist. */
  public boolean hides(String tool, Grant grant) {
    return views(Subject.tool(tool), grant).enforced().isHidden();
  }

  /**
   * Whether some condition that may be evaluated for such a call, in audit mode or not, reads
   * {@code workload.replicas}.
   */
  public boolean looksAtReplicas(Subject subject, Grant grant) {
    GrantRules.Views views = views(subject, grant);
    // what is in audit mode may deny all calls in the one and look at replicas in the other
    return views.enforced().looksAtReplicas() || views.everything().looksAtReplicas();
  }

  /**
   * The denial of a call whose charges could not be reserved, because others took the rest between
   * its decision and its reservation.
   *
   * @param charge the one that found no room, of an {@link Decision.Allow} of this set
   * @param used units used in all windows that count
   * @return with the end of the charge's window as the moment to try again: of a sliding window,
   *     the first at which some of it may be free again
   */
  public Decision.RateLimited exhausted(Charge charge, long used, Call call, Instant now) {
    CompiledPolicy policy = byId.get(charge.policy());
    if (policy == null) {
      throw new IllegalArgumentException("a charge of another set of policies");
    }
    List<CompiledLimit> ofRule =
        policy.rule(call.subject()).map(CompiledRule::limits).orElse(List.of());
    return Stream.concat(ofRule.stream(), policy.limitsOverAll(call.subject().kind()).stream())
        .filter(limit -> limit.rule().equals(charge.rule()))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("a charge of another set of policies"))
        .exhausted(call, charge, used, charge.window().end(), now);
  }

  /** Policies for the same grant that say opposite things, in the order of tools; at most 100. */
  public List<Conflict> conflicts() {
    return conflicts;
  }

  private GrantRules.Views views(Subject subject, Grant grant) {
    return byGrant.getOrDefault(grant.name(), everyOtherGrant).of(subject, grant);
  }
}
