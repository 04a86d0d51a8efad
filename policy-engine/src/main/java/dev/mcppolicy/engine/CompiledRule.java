// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.CompiledLimit.Reach;
import dev.mcppolicy.engine.document.Action;
import dev.mcppolicy.engine.document.Approval;
import dev.mcppolicy.engine.document.Condition;
import dev.mcppolicy.engine.document.LimitDeclaration;
import dev.mcppolicy.engine.document.Mode;
import dev.mcppolicy.engine.document.Rule;
import dev.mcppolicy.engine.document.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one policy says of one tool, resource or prompt.
 *
 * @param pointer JSON Pointer of the rule
 * @param paths shared by all rules of that subject
 */
record CompiledRule(
    PolicyId policy,
    Subject subject,
    String pointer,
    boolean isDenial,
    boolean isAudited,
    boolean isStrict,
    Optional<String> reason,
    List<BoundCondition> denyIf,
    List<BoundCondition> require,
    Optional<BoundSchedule> schedule,
    List<CompiledLimit> limits,
    Optional<BoundApproval> approval,
    ArgumentPaths paths) {

  /**
   * @param sharedCounters names of counters that several rules of the document use
   * @param paths those of all rules of that subject
   */
  static CompiledRule of(
      PolicyId policy,
      Subject subject,
      Rule rule,
      Mode ofDocument,
      Set<String> sharedCounters,
      ArgumentPaths paths) {
    String pointer = Pointer.rule(subject);
    Optional<String> reason = rule.reason();
    return new CompiledRule(
        policy,
        subject,
        pointer,
        rule.action() == Action.DENY,
        rule.mode().orElse(ofDocument) == Mode.AUDIT,
        rule.strictArguments(),
        reason,
        conditions(policy, pointer + "/deny_if/", reason, rule.denyIf(), Truth.FALSE, paths),
        conditions(policy, pointer + "/require/", reason, rule.require(), Truth.TRUE, paths),
        rule.schedule()
            .map(
                schedule ->
                    new BoundSchedule(
                        policy, pointer + "/schedule", reason, new CompiledSchedule(schedule))),
        limits(policy, pointer, rule, sharedCounters),
        rule.approval()
            .map(approval -> approval(policy, pointer + "/approval", reason, approval, paths)),
        paths);
  }

  private static List<BoundCondition> conditions(
      PolicyId policy,
      String pointer,
      Optional<String> reason,
      List<Condition> declared,
      Truth whenAbsent,
      ArgumentPaths paths) {
    var conditions = new ArrayList<BoundCondition>();
    for (int i = 0; i < declared.size(); i++) {
      conditions.add(
          BoundCondition.of(policy, pointer + i, reason, declared.get(i), whenAbsent, paths));
    }
    return List.copyOf(conditions);
  }

  private static List<CompiledLimit> limits(
      PolicyId policy, String pointer, Rule rule, Set<String> sharedCounters) {
    var limits = new ArrayList<CompiledLimit>();
    for (int i = 0; i < rule.limits().size(); i++) {
      LimitDeclaration declared = rule.limits().get(i);
      Reach reach = sharedCounters.contains(declared.counter()) ? Reach.SHARED : Reach.ONE_RULE;
      limits.add(
          new CompiledLimit(
              policy, declared, pointer + "/limits/" + i, rule.reason(), reach, true));
    }
    rule.rateLimit()
        .ifPresent(
            declared ->
                limits.add(
                    new CompiledLimit(
                        policy,
                        declared,
                        pointer + "/rate_limit",
                        rule.reason(),
                        Reach.ONE_RULE,
                        true)));
    return List.copyOf(limits);
  }

  private static BoundApproval approval(
      PolicyId policy,
      String pointer,
      Optional<String> reason,
      Approval approval,
      ArgumentPaths paths) {
    return new BoundApproval(
        new ApprovalNeed(
            policy,
            pointer,
            approval.groups(),
            approval.users(),
            approval.ttl(),
            approval.reason()),
        reason,
        conditions(policy, pointer + "/unless/", reason, approval.unless(), Truth.TRUE, paths));
  }

  /** Why the rule lets no call pass, whatever it carries: its action, or a limit of 0. */
  Optional<DecisionReason> never() {
    if (isDenial) {
      return Optional.of(DecisionText.deniedByRule(subject, policy, pointer, reason));
    }
    return limits.stream()
        .filter(limit -> limit.max() == 0)
        .findFirst()
        .map(limit -> DecisionText.deniedByRule(subject, policy, limit.rule(), reason));
  }
}
