// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.Contribution.Arguments;
import dev.mcppolicy.engine.document.Condition;
import dev.mcppolicy.engine.document.Scope;
import dev.mcppolicy.engine.document.Subject;
import dev.mcppolicy.engine.document.ValuePath;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
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
      Subject subject, Grant grant, List<Contribution> all, Optional<DecisionReason> never) {
    List<CompiledRule> holding = all.stream().flatMap(one -> one.holding().stream()).toList();
    this.isHidden = all.stream().anyMatch(Contribution::hides);
    this.never = never;
    this.allowed = allowed(subject, grant, all);
    this.checksArguments = all.stream().anyMatch(one -> one.arguments() != Arguments.UNCHECKED);
    // Audit mode takes away what a policy refuses and never what it permits: its rule may allow
    // undeclared arguments, and only others may deny them.
    boolean mayBeStrict =
        all.stream().flatMap(one -> one.naming().stream()).anyMatch(CompiledRule::isStrict)
            || all.stream().allMatch(one -> one.naming().isEmpty());
    this.isStrict =
        mayBeStrict && all.stream().anyMatch(one -> one.arguments() == Arguments.STRICT);
    this.mustBeRecorded = all.stream().anyMatch(Contribution::mustBeRecorded);
    this.denyIf = all(holding, CompiledRule::denyIf).toArray(BoundCondition[]::new);
    this.require = all(holding, CompiledRule::require).toArray(BoundCondition[]::new);
    this.schedules =
        holding.stream().flatMap(rule -> rule.schedule().stream()).toArray(BoundSchedule[]::new);
    this.approvals =
        holding.stream().flatMap(rule -> rule.approval().stream()).toArray(BoundApproval[]::new);
    this.limits =
        all(all, Contribution::limits).sorted(CompiledLimit.ORDER).toArray(CompiledLimit[]::new);
    this.hasSharedCounters =
        IntStream.range(1, limits.length).anyMatch(i -> limits[i].sharesCounter(limits[i - 1]));
    this.paths =
        holding.stream().findFirst().map(CompiledRule::paths).orElseGet(ArgumentPaths::new).all();
    this.countsByGrantAlone =
        Stream.of(limits)
            .flatMap(limit -> limit.declared().scope().stream())
            .noneMatch(scope -> scope == Scope.SESSION || scope == Scope.WORKLOAD);
  }

  private static <T, P> Stream<P> all(List<T> from, Function<T, List<P>> parts) {
    return from.stream().flatMap(one -> parts.apply(one).stream());
  }

  /**
   * Unites what policies say.
   *
   * @param all of the policies that apply to the grant, in the order of their ids
   */
  static UnitedRule unite(Subject subject, List<Contribution> all, Grant grant) {
    return new UnitedRule(subject, grant, all, never(subject, grant, all));
  }

  private static Optional<DecisionReason> never(
      Subject subject, Grant grant, List<Contribution> all) {
    if (all.isEmpty()) {
      return Optional.of(DecisionText.noPolicy(grant));
    }
    Optional<DecisionReason> denied = all.stream().flatMap(one -> one.never().stream()).findFirst();
    boolean isNamed = all.stream().anyMatch(one -> one.naming().isPresent());
    List<PolicyId> denyingUnnamed =
        all.stream().filter(Contribution::deniesUnnamed).map(Contribution::policy).toList();
    return denied.isPresent() || isNamed || denyingUnnamed.isEmpty()
        ? denied
        : Optional.of(DecisionText.notAllowed(subject, denyingUnnamed));
  }

  /** The reason of a call that passes: the first rule that names the subject, else a default. */
  private static DecisionReason allowed(Subject subject, Grant grant, List<Contribution> all) {
    return all.stream()
        .flatMap(one -> one.naming().stream())
        .findFirst()
        .map(rule -> DecisionText.allowed(subject, rule.policy(), rule.pointer()))
        .or(
            () ->
                all.stream()
                    .findFirst()
                    .map(
                        one ->
                            DecisionText.allowed(
                                subject, one.policy(), Pointer.defaultOf(subject.kind()))))
        .orElseGet(() -> DecisionText.noPolicy(grant));
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
