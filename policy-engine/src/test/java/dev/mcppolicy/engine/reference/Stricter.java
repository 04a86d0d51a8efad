// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.reference;

import dev.mcppolicy.engine.BoundPolicy;
import dev.mcppolicy.engine.document.Action;
import dev.mcppolicy.engine.document.Algorithm;
import dev.mcppolicy.engine.document.Approval;
import dev.mcppolicy.engine.document.ChargedOn;
import dev.mcppolicy.engine.document.Condition;
import dev.mcppolicy.engine.document.Cost;
import dev.mcppolicy.engine.document.Hidden;
import dev.mcppolicy.engine.document.LimitDeclaration;
import dev.mcppolicy.engine.document.Mode;
import dev.mcppolicy.engine.document.PolicyDocument;
import dev.mcppolicy.engine.document.Recording;
import dev.mcppolicy.engine.document.Rule;
import dev.mcppolicy.engine.document.Schedule;
import dev.mcppolicy.engine.document.Scope;
import dev.mcppolicy.engine.document.Subject;
import dev.mcppolicy.engine.document.Window;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Changes to policies after which no call may pass that did not pass before. */
final class Stricter {
  private final Situation situation;
  private final Dice dice;

  private Stricter(Situation situation, Dice dice) {
    this.situation = situation;
    this.dice = dice;
  }

  /** The situation with one of its policies changed for the stricter. */
  static Situation than(Situation situation, Dice dice) {
    return new Stricter(situation, dice).changed();
  }

  private Situation changed() {
    Subject subject = situation.call().subject();
    return switch (dice.upTo(10)) {
      case 0 -> rule(Stricter::denying, Rule.deny(Optional.empty()));
      case 1 -> rule(rule -> with(rule, plus(rule.require(), condition()), rule.denyIf()));
      case 2 -> rule(rule -> with(rule, rule.require(), plus(rule.denyIf(), condition())));
      case 3 -> rule(rule -> withLimits(rule, plus(rule.limits(), limit())));
      case 4 -> rule(rule -> with(rule, Optional.of(approval()), rule.schedule(), true));
      case 5 ->
          rule(
              rule -> {
                Schedule schedule = new TimeDice(dice).schedule(situation.now());
                return with(
                    rule, rule.approval(), Optional.of(rule.schedule().orElse(schedule)), true);
              });
      case 6 ->
          document(
              one ->
                  with(
                      one,
                      one.defaultAction(),
                      one.mode(),
                      new Hidden(false, Set.of(subject.name())),
                      one.allToolsLimits()));
      case 7 ->
          document(
              one ->
                  with(
                      one,
                      one.defaultAction(),
                      one.mode(),
                      one.hidden(),
                      plus(one.allToolsLimits(), limit())));
      case 8 ->
          document(one -> with(one, Action.DENY, one.mode(), one.hidden(), one.allToolsLimits()));
      default ->
          document(
              one ->
                  permitsBesideOthers(one)
                      ? one
                      : with(
                          one,
                          one.defaultAction(),
                          Mode.ENFORCE,
                          one.hidden(),
                          one.allToolsLimits()));
    };
  }

  /** Beside an enforced one, a document in audit mode opens nothing: enforced, its rule may. */
  private boolean permitsBesideOthers(PolicyDocument one) {
    return situation.policies().size() > 1
        && one.rule(situation.call().subject())
            .filter(rule -> rule.action() != Action.DENY)
            .isPresent();
  }

  private Condition condition() {
    return new ConditionDice(dice, situation.call()).condition(2);
  }

  private LimitDeclaration limit() {
    return new LimitDeclaration(
        "added",
        new Window.Seconds(60),
        dice.upTo(5),
        Set.of(Scope.SERVER),
        dice.of(Algorithm.values()),
        ZoneOffset.UTC,
        new Cost.Units(dice.upTo(3)),
        ChargedOn.ATTEMPT);
  }

  private static Approval approval() {
    return new Approval(Set.of(), Set.of(), Approval.DEFAULT_TTL, Optional.empty(), List.of());
  }

  private Situation document(UnaryOperator<PolicyDocument> change) {
    if (situation.policies().isEmpty()) {
      return situation;
    }
    List<BoundPolicy> policies = new ArrayList<>(situation.policies());
    int at = dice.upTo(policies.size());
    BoundPolicy policy = policies.get(at);
    policies.set(
        at, new BoundPolicy(policy.id(), policy.grants(), change.apply(policy.document())));
    return situation.withPolicies(policies);
  }

  /** Changes a rule that allows the subject; nothing when a policy has none. */
  private Situation rule(UnaryOperator<Rule> change) {
    return document(
        document -> {
          Subject subject = situation.call().subject();
          Map<String, Rule> rules = new LinkedHashMap<>(document.rules(subject.kind()).rules());
          rules.computeIfPresent(
              subject.name(),
              (_, rule) -> rule.action() == Action.DENY ? rule : change.apply(rule));
          return Shrinking.withRules(document, subject.kind(), rules);
        });
  }

  /** The same, and where there is no rule, a new one. */
  private Situation rule(UnaryOperator<Rule> change, Rule added) {
    return document(
        document -> {
          Subject subject = situation.call().subject();
          Map<String, Rule> rules = new LinkedHashMap<>(document.rules(subject.kind()).rules());
          Rule rule = rules.get(subject.name());
          rules.put(subject.name(), rule == null ? added : change.apply(rule));
          return Shrinking.withRules(document, subject.kind(), rules);
        });
  }

  static PolicyDocument with(
      PolicyDocument one,
      Action defaultAction,
      Mode mode,
      Hidden hidden,
      List<LimitDeclaration> allToolsLimits) {
    return new PolicyDocument(
        "1",
        defaultAction,
        mode,
        one.recording() == Recording.REQUIRED ? Recording.REQUIRED : Recording.BEST_EFFORT,
        hidden,
        allToolsLimits,
        one.tools(),
        one.resources(),
        one.prompts(),
        List.of());
  }

  /** The denial has to be in the mode of what it denies. */
  private static Rule denying(Rule one) {
    return new Rule(
        Action.DENY,
        one.reason(),
        List.of(),
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        true,
        one.mode());
  }

  private static Rule with(Rule one, List<Condition> require, List<Condition> denyIf) {
    return new Rule(
        one.action(),
        one.reason(),
        require,
        denyIf,
        one.limits(),
        one.rateLimit(),
        one.approval(),
        one.schedule(),
        one.strictArguments(),
        one.mode());
  }

  private static Rule withLimits(Rule one, List<LimitDeclaration> limits) {
    return new Rule(
        one.action(),
        one.reason(),
        one.require(),
        one.denyIf(),
        limits,
        one.rateLimit(),
        one.approval(),
        one.schedule(),
        one.strictArguments(),
        one.mode());
  }

  private static Rule with(
      Rule one, Optional<Approval> approval, Optional<Schedule> schedule, boolean isStrict) {
    return new Rule(
        one.action(),
        one.reason(),
        one.require(),
        one.denyIf(),
        one.limits(),
        one.rateLimit(),
        approval,
        schedule,
        isStrict,
        one.mode());
  }

  private static <T> List<T> plus(List<T> all, T one) {
    List<T> more = new ArrayList<>(all);
    more.add(one);
    return more;
  }
}
