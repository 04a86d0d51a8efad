// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.Condition;
import dev.mcppolicy.engine.document.Scope;
import dev.mcppolicy.engine.document.Subject;
import dev.mcppolicy.engine.document.ValuePath;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What all policies of a grant together say of one tool, resource or prompt, in the order of their
 * ids. For any thread.
 */
final class UnitedRule {
  /** Grants (or sessions, or workloads) whose charges are kept between calls. */
  private static final int SHEETS_KEPT_MAX = 512;

  /** What is counted apart, when it is more than the grant. */
  private record Counted(String grant, String session, String workload) {}

  private final boolean isHidden;
  private final Optional<DecisionReason> never;
  private final DecisionReason allowed;
  private final boolean checksArguments;
  private final boolean isStrict;
  private final boolean mustBeRecorded;
  private final BoundCondition[] denyIf;
  private final BoundCondition[] require;
  private final BoundSchedule[] schedules;
  private final CompiledLimit[] limits;
  private final ArgumentPath[] paths;
  private final BoundApproval[] approvals;
  private final boolean countsByGrantAlone;
  private final boolean hasSharedCounters;
  private final ConcurrentMap<Object, ChargeSheet> sheets = new ConcurrentHashMap<>();

  private UnitedRule(
      boolean isHidden,
      Optional<DecisionReason> never,
      DecisionReason allowed,
      boolean checksArguments,
      boolean isStrict,
      boolean mustBeRecorded,
      Parts parts) {
    this.isHidden = isHidden;
    this.never = never;
    this.allowed = allowed;
    this.checksArguments = checksArguments;
    this.isStrict = isStrict;
    this.mustBeRecorded = mustBeRecorded;
    this.denyIf = parts.denyIf.toArray(BoundCondition[]::new);
    this.require = parts.require.toArray(BoundCondition[]::new);
    this.schedules = parts.schedules.toArray(BoundSchedule[]::new);
    this.approvals = parts.approvals.toArray(BoundApproval[]::new);
    this.limits = parts.limits.stream().sorted(CompiledLimit.ORDER).toArray(CompiledLimit[]::new);
    this.hasSharedCounters =
        IntStream.range(1, limits.length).anyMatch(i -> limits[i].sharesCounter(limits[i - 1]));
    this.paths = parts.paths.all();
    this.countsByGrantAlone =
        parts.limits.stream()
            .flatMap(limit -> limit.declared().scope().stream())
            .noneMatch(scope -> scope == Scope.SESSION || scope == Scope.WORKLOAD);
  }

  /** What is gathered from rules while they are united. */
  private static final class Parts {
    private final List<BoundCondition> denyIf = new ArrayList<>();
    private final List<BoundCondition> require = new ArrayList<>();
    private final List<BoundSchedule> schedules = new ArrayList<>();
    private final List<CompiledLimit> limits = new ArrayList<>();
    private final List<BoundApproval> approvals = new ArrayList<>();
    private ArgumentPaths paths = new ArgumentPaths();

    void add(CompiledRule rule) {
      paths = rule.paths();
      denyIf.addAll(rule.denyIf());
      require.addAll(rule.require());
      rule.schedule().ifPresent(schedules::add);
      limits.addAll(rule.limits());
      rule.approval().ifPresent(approvals::add);
    }

    void addUnenforced(List<CompiledLimit> ofAudit) {
      ofAudit.forEach(limit -> limits.add(limit.unenforced()));
    }
  }

  /**
   * Unites what policies say.
   *
   * @param policies those that apply to the grant, in the order of their ids
   * @param everything whether what is in audit mode counts as if it were enforced; otherwise a rule
   *     in audit mode that allows is one that allows without conditions and whose limits only
   *     count, one that denies is none, and the rest of a document in audit mode allows; beside
   *     something enforced a document in audit mode only counts, so that it opens nothing
   */
  static UnitedRule unite(
      Subject subject, List<CompiledPolicy> policies, Grant grant, boolean everything) {
    var parts = new Parts();
    boolean isHidden = false;
    boolean isNamed = false;
    boolean isStrict = false;
    boolean checksArguments = false;
    boolean checksStrictly = false;
    boolean mustBeRecorded = false;
    Optional<DecisionReason> never = Optional.empty();
    Optional<DecisionReason> allowed = Optional.empty();
    var denyingUnnamed = new ArrayList<PolicyId>();
    boolean isSomeEnforced =
        everything || policies.stream().anyMatch(policy -> !onlyWatches(policy, subject));
    for (CompiledPolicy policy : policies) {
      boolean isEnforced = everything || !policy.isAudited();
      mustBeRecorded |= policy.mustBeRecorded();
      if (isSomeEnforced && !everything && onlyWatches(policy, subject)) {
        parts.addUnenforced(policy.limitsOverAll(subject.kind()));
        policy.rule(subject).ifPresent(rule -> parts.addUnenforced(rule.limits()));
        continue;
      }
      isHidden |= isEnforced && policy.hides(subject);
      List<CompiledLimit> overAll = policy.limitsOverAll(subject.kind());
      if (isEnforced) {
        parts.limits.addAll(overAll);
      } else {
        parts.addUnenforced(overAll);
      }
      Optional<CompiledRule> named =
          policy.rule(subject).filter(rule -> everything || !rule.isAudited() || !rule.isDenial());
      if (named.isPresent()) {
        CompiledRule rule = named.get();
        isNamed = true;
        isStrict |= rule.isStrict();
        if (allowed.isEmpty()) {
          allowed = Optional.of(DecisionText.allowed(subject, policy.id(), rule.pointer()));
        }
        if (everything || !rule.isAudited()) {
          parts.add(rule);
          never = never.or(rule::never);
        } else {
          parts.addUnenforced(rule.limits());
        }
      } else if (isEnforced && policy.deniesUnnamed(subject.kind())) {
        denyingUnnamed.add(policy.id());
      }
      Optional<CompiledRule> own = policy.rule(subject);
      if (own.map(rule -> everything || !rule.isAudited()).orElse(isEnforced)) {
        checksArguments = true;
        checksStrictly |= own.map(CompiledRule::isStrict).orElse(true);
      }
      if (isEnforced) {
        never = never.or(() -> zero(subject, overAll));
      }
    }
    if (policies.isEmpty()) {
      never = Optional.of(DecisionText.noPolicy(grant));
    } else if (never.isEmpty() && !isNamed && !denyingUnnamed.isEmpty()) {
      never = Optional.of(DecisionText.notAllowed(subject, denyingUnnamed));
    }
    DecisionReason passes =
        allowed
            .or(
                () ->
                    policies.stream()
                        .findFirst()
                        .map(
                            policy ->
                                DecisionText.allowed(
                                    subject, policy.id(), Pointer.defaultOf(subject.kind()))))
            .orElseGet(() -> DecisionText.noPolicy(grant));
    // Audit mode takes away what a policy refuses and never what it permits: its rule may allow
    // undeclared arguments, and only others may deny them.
    return new UnitedRule(
        isHidden,
        never,
        passes,
        checksArguments,
        (isStrict || !isNamed) && checksStrictly,
        mustBeRecorded,
        parts);
  }

  /** Whether a document in audit mode has nothing of this subject that is enforced. */
  private static boolean onlyWatches(CompiledPolicy policy, Subject subject) {
    return policy.isAudited() && policy.rule(subject).map(CompiledRule::isAudited).orElse(true);
  }

  private static Optional<DecisionReason> zero(Subject subject, List<CompiledLimit> limits) {
    return limits.stream()
        .filter(limit -> limit.max() == 0)
        .findFirst()
        .map(
            limit ->
                DecisionText.deniedByRule(subject, limit.policy(), limit.rule(), Optional.empty()));
  }

  boolean isHidden() {
    return isHidden;
  }

  /** Why no call passes, whatever it carries; empty when some may. */
  Optional<DecisionReason> never() {
    return never;
  }

  /** The reason of a call that passes. */
  DecisionReason allowed() {
    return allowed;
  }

  /** Whether arguments are held against the tool's schema: not in audit mode alone. */
  boolean checksArguments() {
    return checksArguments;
  }

  /** Whether arguments that the tool's schema does not declare are denied. */
  boolean isStrict() {
    return isStrict;
  }

  boolean mustBeRecorded() {
    return mustBeRecorded;
  }

  /** Not to be changed, like the next ones. */
  BoundCondition[] denyIf() {
    return denyIf;
  }

  /** What conditions look at in a call. */
  CallValues values(Call call) {
    return new CallValues(call, paths);
  }

  BoundCondition[] require() {
    return require;
  }

  BoundSchedule[] schedules() {
    return schedules;
  }

  CompiledLimit[] limits() {
    return limits;
  }

  BoundApproval[] approvals() {
    return approvals;
  }

  /** The charges of a call, at the prices of the limits that have one price for all calls. */
  ChargeSheet sheet(Call call, Instant now) {
    Object key =
        countsByGrantAlone
            ? call.caller().grant().name()
            : new Counted(
                call.caller().grant().name(),
                call.caller().session(),
                call.workload().map(CalledWorkload::name).orElse(""));
    ChargeSheet kept = sheets.get(key);
    if (kept != null && kept.holds(now)) {
      return kept;
    }
    ChargeSheet made = ChargeSheet.of(this, call, now);
    if (sheets.size() >= SHEETS_KEPT_MAX) {
      sheets.clear(); // sessions come and go; what is still in use is made anew
    }
    sheets.put(key, made);
    return made;
  }

  /** Whether two of the limits count on one counter. */
  boolean hasSharedCounters() {
    return hasSharedCounters;
  }

  /** Whether a condition that may be evaluated reads the replicas of the workload. */
  boolean looksAtReplicas() {
    return never.isEmpty()
        && Stream.concat(
                Stream.concat(Stream.of(denyIf), Stream.of(require)),
                Stream.of(approvals).flatMap(approval -> approval.unless().stream()))
            .anyMatch(condition -> looksAtReplicas(condition.declared()));
  }

  private static boolean looksAtReplicas(Condition condition) {
    return switch (condition) {
      case Condition.All(List<Condition> parts) ->
          parts.stream().anyMatch(UnitedRule::looksAtReplicas);
      case Condition.Any(List<Condition> parts) ->
          parts.stream().anyMatch(UnitedRule::looksAtReplicas);
      case Condition.Not(Condition part) -> looksAtReplicas(part);
      case Condition.Comparison comparison ->
          comparison.path() instanceof ValuePath.WorkloadReplicas;
    };
  }
}
