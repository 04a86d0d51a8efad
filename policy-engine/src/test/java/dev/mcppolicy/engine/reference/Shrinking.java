// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.reference;

import dev.mcppolicy.engine.BoundPolicy;
import dev.mcppolicy.engine.Call;
import dev.mcppolicy.engine.Caller;
import dev.mcppolicy.engine.Grant;
import dev.mcppolicy.engine.document.Approval;
import dev.mcppolicy.engine.document.Condition;
import dev.mcppolicy.engine.document.Hidden;
import dev.mcppolicy.engine.document.LimitDeclaration;
import dev.mcppolicy.engine.document.Mode;
import dev.mcppolicy.engine.document.PolicyDocument;
import dev.mcppolicy.engine.document.Recording;
import dev.mcppolicy.engine.document.Rule;
import dev.mcppolicy.engine.document.RuleSet;
import dev.mcppolicy.engine.document.Schedule;
import dev.mcppolicy.engine.document.Subject;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Makes a situation that shows a fault as small as it can be. */
final class Shrinking {
  private Shrinking() {}

  static Situation shrink(Situation situation, Predicate<Situation> isFault) {
    Situation smallest = situation;
    for (boolean isSmaller = true; isSmaller; ) {
      isSmaller = false;
      for (Situation smaller : smaller(smallest)) {
        if (!smaller.equals(smallest) && isFault.test(smaller)) {
          smallest = smaller;
          isSmaller = true;
          break;
        }
      }
    }
    return smallest;
  }

  private static List<Situation> smaller(Situation one) {
    List<Situation> smaller = new ArrayList<>();
    for (List<BoundPolicy> policies : without(one.policies())) {
      smaller.add(one.withPolicies(policies));
    }
    for (int i = 0; i < one.policies().size(); i++) {
      BoundPolicy policy = one.policies().get(i);
      List<BoundPolicy> variants = new ArrayList<>();
      if (policy.grants().isPresent()) {
        variants.add(new BoundPolicy(policy.id(), Optional.empty(), policy.document()));
      }
      for (PolicyDocument document : documents(policy.document())) {
        variants.add(new BoundPolicy(policy.id(), policy.grants(), document));
      }
      for (BoundPolicy variant : variants) {
        var policies = new ArrayList<>(one.policies());
        policies.set(i, variant);
        smaller.add(one.withPolicies(policies));
      }
    }
    Call call = one.call();
    for (Map<String, JsonValue> arguments : without(call.arguments().members())) {
      smaller.add(
          one.withCall(
              new Call(call.subject(), new JsonObject(arguments), call.caller(), call.workload())));
    }
    smaller.add(
        one.withCall(new Call(call.subject(), call.arguments(), call.caller(), Optional.empty())));
    smaller.add(
        one.withCall(
            new Call(
                call.subject(),
                call.arguments(),
                new Caller(new Grant(one.grant().name()), ""),
                call.workload())));
    smaller.add(one.withUsage(Situation.Usage.UNUSED));
    for (ChronoUnit unit : List.of(ChronoUnit.DAYS, ChronoUnit.HOURS, ChronoUnit.SECONDS)) {
      smaller.add(new Situation(one.policies(), call, one.now().truncatedTo(unit), one.usage()));
    }
    return smaller;
  }

  private static List<PolicyDocument> documents(PolicyDocument one) {
    List<PolicyDocument> smaller = new ArrayList<>();
    smaller.add(
        new PolicyDocument(
            "1",
            one.defaultAction(),
            Mode.ENFORCE,
            one.recording(),
            one.hidden(),
            one.allToolsLimits(),
            one.tools(),
            one.resources(),
            one.prompts(),
            List.of()));
    smaller.add(
        new PolicyDocument(
            "1",
            one.defaultAction(),
            one.mode(),
            Recording.BEST_EFFORT,
            Hidden.NOTHING,
            one.allToolsLimits(),
            one.tools(),
            RuleSet.DENY_ALL,
            RuleSet.DENY_ALL,
            List.of()));
    for (List<LimitDeclaration> limits : without(one.allToolsLimits())) {
      smaller.add(
          new PolicyDocument(
              "1",
              one.defaultAction(),
              one.mode(),
              one.recording(),
              one.hidden(),
              limits,
              one.tools(),
              one.resources(),
              one.prompts(),
              List.of()));
    }
    for (Subject.Kind kind : Subject.Kind.values()) {
      Map<String, Rule> rules = one.rules(kind).rules();
      List<Map<String, Rule>> variants = new ArrayList<>(without(rules));
      rules.forEach(
          (name, rule) -> {
            for (Rule variant : rules(rule)) {
              var changed = new LinkedHashMap<>(rules);
              changed.put(name, variant);
              variants.add(changed);
            }
          });
      for (Map<String, Rule> variant : variants) {
        smaller.add(withRules(one, kind, variant));
      }
    }
    return smaller;
  }

  static PolicyDocument withRules(PolicyDocument one, Subject.Kind kind, Map<String, Rule> rules) {
    return new PolicyDocument(
        "1",
        one.defaultAction(),
        one.mode(),
        one.recording(),
        one.hidden(),
        one.allToolsLimits(),
        kind == Subject.Kind.TOOL ? rules : one.tools(),
        kind == Subject.Kind.RESOURCE
            ? new RuleSet(one.resources().defaultAction(), rules)
            : one.resources(),
        kind == Subject.Kind.PROMPT
            ? new RuleSet(one.prompts().defaultAction(), rules)
            : one.prompts(),
        List.of());
  }

  private static List<Rule> rules(Rule one) {
    List<Rule> smaller = new ArrayList<>();
    for (List<Condition> require : conditions(one.require())) {
      smaller.add(rule(one, require, one.denyIf(), one.limits()));
    }
    for (List<Condition> denyIf : conditions(one.denyIf())) {
      smaller.add(rule(one, one.require(), denyIf, one.limits()));
    }
    for (List<LimitDeclaration> limits : without(one.limits())) {
      smaller.add(rule(one, one.require(), one.denyIf(), limits));
    }
    smaller.add(rule(one, Optional.empty(), one.approval(), one.schedule(), one.mode()));
    smaller.add(rule(one, one.rateLimit(), Optional.empty(), one.schedule(), one.mode()));
    smaller.add(rule(one, one.rateLimit(), one.approval(), Optional.empty(), one.mode()));
    smaller.add(rule(one, one.rateLimit(), one.approval(), one.schedule(), Optional.empty()));
    one.approval()
        .ifPresent(
            approval -> {
              for (List<Condition> unless : conditions(approval.unless())) {
                var less =
                    new Approval(
                        approval.groups(),
                        approval.users(),
                        approval.ttl(),
                        approval.reason(),
                        unless);
                smaller.add(
                    rule(one, one.rateLimit(), Optional.of(less), one.schedule(), one.mode()));
              }
            });
    return smaller;
  }

  private static Rule rule(
      Rule one, List<Condition> require, List<Condition> denyIf, List<LimitDeclaration> limits) {
    return new Rule(
        one.action(),
        one.reason(),
        require,
        denyIf,
        limits,
        one.rateLimit(),
        one.approval(),
        one.schedule(),
        one.strictArguments(),
        one.mode());
  }

  private static Rule rule(
      Rule one,
      Optional<LimitDeclaration> rateLimit,
      Optional<Approval> approval,
      Optional<Schedule> schedule,
      Optional<Mode> mode) {
    return new Rule(
        one.action(),
        Optional.empty(),
        one.require(),
        one.denyIf(),
        one.limits(),
        rateLimit,
        approval,
        schedule,
        one.strictArguments(),
        mode);
  }

  private static List<List<Condition>> conditions(List<Condition> all) {
    List<List<Condition>> smaller = new ArrayList<>(without(all));
    for (int i = 0; i < all.size(); i++) {
      List<Condition> parts =
          switch (all.get(i)) {
            case Condition.All(List<Condition> inner) -> inner;
            case Condition.Any(List<Condition> inner) -> inner;
            case Condition.Not(Condition inner) -> List.of(inner);
            case Condition.Comparison _ -> List.of();
          };
      for (Condition part : parts) {
        var changed = new ArrayList<>(all);
        changed.set(i, part);
        smaller.add(changed);
      }
    }
    return smaller;
  }

  private static <T> List<List<T>> without(List<T> all) {
    List<List<T>> smaller = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      var rest = new ArrayList<>(all);
      rest.remove(i);
      smaller.add(rest);
    }
    return smaller;
  }

  private static <T> List<Map<String, T>> without(Map<String, T> all) {
    List<Map<String, T>> smaller = new ArrayList<>();
    for (String name : all.keySet()) {
      Map<String, T> rest = new LinkedHashMap<>(all);
      rest.remove(name);
      smaller.add(rest);
    }
    return smaller;
  }
}
