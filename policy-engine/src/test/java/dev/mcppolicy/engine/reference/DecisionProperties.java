// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.reference;

import static dev.mcppolicy.engine.reference.ForAll.that;

import dev.mcppolicy.engine.BoundPolicy;
import dev.mcppolicy.engine.Call;
import dev.mcppolicy.engine.CalledWorkload;
import dev.mcppolicy.engine.Caller;
import dev.mcppolicy.engine.Charge;
import dev.mcppolicy.engine.CounterKey;
import dev.mcppolicy.engine.Decision;
import dev.mcppolicy.engine.Grant;
import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.engine.PolicySet;
import dev.mcppolicy.engine.ReasonCode;
import dev.mcppolicy.engine.document.Action;
import dev.mcppolicy.engine.document.Hidden;
import dev.mcppolicy.engine.document.Mode;
import dev.mcppolicy.engine.document.PolicyDocument;
import dev.mcppolicy.engine.document.Rule;
import dev.mcppolicy.engine.document.RuleSet;
import dev.mcppolicy.engine.document.Subject;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What holds of every decision, whatever the policies say. */
final class DecisionProperties {
  private static final int COUNT = Numbers.of(100, 2_000, 60_000);

  /** Denials that nothing said by another policy can lift. */
  private static final Set<ReasonCode> LASTING =
      EnumSet.of(
          ReasonCode.UnknownTool,
          ReasonCode.DeniedByRule,
          ReasonCode.DeniedByCondition,
          ReasonCode.RequirementNotMet,
          ReasonCode.OutsideSchedule,
          ReasonCode.InvalidCost,
          ReasonCode.LimitExhausted,
          ReasonCode.ApprovalNeeded);

  private static boolean allows(Situation situation) {
    return situation.decide() instanceof Decision.Allow;
  }

  private static Situation changed(Situation one, UnaryOperator<PolicyDocument> change) {
    return one.withPolicies(
        one.policies().stream()
            .map(p -> new BoundPolicy(p.id(), p.grants(), change.apply(p.document())))
            .toList());
  }

  @Test
  void neverAllowsAToolThatNoRuleNamesUnderDefaultDeny() {
    ForAll.situations(
        COUNT,
        (one, _) -> {
          Subject subject = one.call().subject();
          Situation unnamed =
              changed(
                  one,
                  document -> {
                    Map<String, Rule> rules =
                        new LinkedHashMap<>(document.rules(subject.kind()).rules());
                    rules.remove(subject.name());
                    PolicyDocument without = Shrinking.withRules(document, subject.kind(), rules);
                    return new PolicyDocument(
                        "1",
                        Action.DENY,
                        Mode.ENFORCE,
                        without.recording(),
                        without.hidden(),
                        without.allToolsLimits(),
                        without.tools(),
                        new RuleSet(Action.DENY, without.resources().rules()),
                        new RuleSet(Action.DENY, without.prompts().rules()),
                        List.of());
                  });
          Decision decision = unnamed.decide();
          return that(decision instanceof Decision.Deny, "unnamed, and yet " + decision);
        });
  }

  /** A denial, a condition, a limit, a schedule, an approval, something hidden: T77. */
  @Test
  void neverAllowsMoreWhenAPolicyIsMadeStricter() {
    ForAll.situations(
        Numbers.of(100, 6_000, 200_000),
        (one, dice) -> {
          Situation stricter = Stricter.than(one, dice);
          return that(
              allows(one) || !allows(stricter), "passes only with the stricter " + stricter);
        });
  }

  @Test
  void decidesTheSameInAnyOrderOfPoliciesAndRules() { // T77
    ForAll.situations(
        COUNT,
        (one, dice) -> {
          var random = new Random(dice.next());
          List<BoundPolicy> policies =
              new ArrayList<>(changed(one, document -> shuffled(document, random)).policies());
          Collections.shuffle(policies, random);
          Decision expected = one.decide();
          Decision decision = one.withPolicies(policies).decide();
          return that(decision.equals(expected), decision + " instead of " + expected);
        });
  }

  private static PolicyDocument shuffled(PolicyDocument one, Random random) {
    return new PolicyDocument(
        "1",
        one.defaultAction(),
        one.mode(),
        one.recording(),
        one.hidden(),
        one.allToolsLimits(),
        shuffled(one.tools(), random),
        new RuleSet(one.resources().defaultAction(), shuffled(one.resources().rules(), random)),
        new RuleSet(one.prompts().defaultAction(), shuffled(one.prompts().rules(), random)),
        List.of());
  }

  private static <T> Map<String, T> shuffled(Map<String, T> all, Random random) {
    List<Map.Entry<String, T>> entries = new ArrayList<>(all.entrySet());
    Collections.shuffle(entries, random);
    Map<String, T> shuffled = new LinkedHashMap<>();
    entries.forEach(entry -> shuffled.put(entry.getKey(), entry.getValue()));
    return shuffled;
  }

  @Test
  void decidesTheSameInAnyOrderOfArguments() {
    ForAll.situations(
        COUNT,
        (one, dice) -> {
          Call call = one.call();
          Map<String, JsonValue> arguments =
              shuffled(call.arguments().members(), new Random(dice.next()));
          Situation turned =
              one.withCall(
                  new Call(
                      call.subject(), new JsonObject(arguments), call.caller(), call.workload()));
          ReasonCode expected = one.decide().reason().code();
          ReasonCode code = turned.decide().reason().code();
          // Of two wrong arguments either may be told.
          Set<ReasonCode> wrong =
              EnumSet.of(ReasonCode.UndeclaredArgument, ReasonCode.InvalidArguments);
          return that(
              code == expected || (wrong.contains(code) && wrong.contains(expected)),
              code + " instead of " + expected);
        });
  }

  @Test
  void auditModeAloneOnlyEverLetsMoreCallsPass() {
    ForAll.situations(
        COUNT,
        (one, _) -> {
          if (one.policies().size() != 1) {
            return List.of();
          }
          return that(
              !allows(withMode(one, 0, Mode.ENFORCE)) || allows(withMode(one, 0, Mode.AUDIT)),
              "denied in audit mode alone");
        });
  }

  /** A policy that is only tried out opens nothing that the others keep shut. */
  @Test
  void aPolicyInAuditModeChangesNothingBesideAnEnforcedOne() {
    ForAll.situations(
        COUNT,
        (one, dice) -> {
          if (one.policies().size() < 2) {
            return List.of();
          }
          int at = dice.upTo(one.policies().size());
          PolicyDocument tried = one.policies().get(at).document();
          List<BoundPolicy> others = new ArrayList<>(one.policies());
          others.remove(at);
          boolean isEnforced =
              others.stream()
                  .anyMatch(
                      other ->
                          other.document().mode() == Mode.ENFORCE
                              && (other.grants().isEmpty()
                                  || other.grants().get().contains(one.grant().name())));
          boolean hasEnforcedRule =
              tried
                  .rule(one.call().subject())
                  .flatMap(rule -> rule.mode())
                  .filter(mode -> mode == Mode.ENFORCE)
                  .isPresent();
          if (!isEnforced || hasEnforcedRule) {
            return List.of();
          }
          Decision without = one.withPolicies(others).decide();
          Decision with = withMode(one, at, Mode.AUDIT).decide();
          return that(
              without.reason().code() == with.reason().code(), with + " instead of " + without);
        });
  }

  @Test
  void auditModeNeverLiftsWhatAnotherPolicyDenies() {
    ForAll.situations(
        COUNT,
        (one, dice) -> {
          if (one.policies().size() < 2) {
            return List.of();
          }
          int at = dice.upTo(one.policies().size());
          List<BoundPolicy> others = new ArrayList<>(one.policies());
          others.remove(at);
          Decision without = one.withPolicies(others).decide();
          return that(
              !LASTING.contains(without.reason().code()) || !allows(withMode(one, at, Mode.AUDIT)),
              without + " is lifted by policy " + at);
        });
  }

  @Test
  void auditModeTellsWhatEnforcingWouldDo() {
    ForAll.situations(
        COUNT,
        (one, _) -> {
          Situation enforced = one;
          Situation audited = one;
          for (int i = 0; i < one.policies().size(); i++) {
            enforced = withMode(enforced, i, Mode.ENFORCE);
            audited = withMode(audited, i, Mode.AUDIT);
          }
          Decision would = enforced.decide();
          Decision decision = audited.decide();
          if (decision instanceof Decision.Allow allow) {
            return that(
                allow.wouldBe().isPresent()
                    ? allow.wouldBe().get().equals(would)
                    : would instanceof Decision.Allow,
                allow.wouldBe() + " instead of " + would);
          }
          Set<ReasonCode> codes =
              EnumSet.of(
                  ReasonCode.UnknownTool, ReasonCode.CatalogueNotLoaded, ReasonCode.NoPolicy);
          return that(
              codes.contains(decision.reason().code()), "audit mode alone, and yet " + decision);
        });
  }

  private static Situation withMode(Situation one, int at, Mode mode) {
    List<BoundPolicy> policies = new ArrayList<>(one.policies());
    BoundPolicy policy = policies.get(at);
    PolicyDocument document = policy.document();
    policies.set(
        at,
        new BoundPolicy(
            policy.id(),
            policy.grants(),
            new PolicyDocument(
                "1",
                document.defaultAction(),
                mode,
                document.recording(),
                document.hidden(),
                document.allToolsLimits(),
                withoutMode(document.tools()),
                new RuleSet(
                    document.resources().defaultAction(),
                    withoutMode(document.resources().rules())),
                new RuleSet(
                    document.prompts().defaultAction(), withoutMode(document.prompts().rules())),
                List.of())));
    return one.withPolicies(policies);
  }

  private static Map<String, Rule> withoutMode(Map<String, Rule> rules) {
    Map<String, Rule> without = new LinkedHashMap<>();
    rules.forEach(
        (name, rule) ->
            without.put(
                name,
                new Rule(
                    rule.action(),
                    rule.reason(),
                    rule.require(),
                    rule.denyIf(),
                    rule.limits(),
                    rule.rateLimit(),
                    rule.approval(),
                    rule.schedule(),
                    rule.strictArguments(),
                    Optional.empty())));
    return without;
  }

  @Test
  void listsWhatMayPassAndNotWhatNeverCan() {
    ForAll.situations(
        Numbers.of(200, 4_000, 100_000),
        (one, _) -> {
          boolean lists =
              PolicySet.compile(one.policies()).lists(one.call().subject(), one.grant());
          Decision decision = one.withUsage(Situation.Usage.UNUSED).decide();
          boolean mayPass =
              decision instanceof Decision.Allow || decision instanceof Decision.NeedsApproval;
          if (mayPass && !lists) {
            return List.of("not listed, and yet " + decision);
          }
          return that(
              !lists || !ReferenceModel.neverPasses(one), "listed, though it can never pass");
        });
  }

  @Test
  void hidesWhatSomeEnforcingPolicyHides() {
    ForAll.situations(
        COUNT,
        (one, _) -> {
          boolean hides =
              PolicySet.compile(one.policies()).hides(one.call().subject().name(), one.grant());
          return that(
              one.call().subject().kind() != Subject.Kind.TOOL
                  || hides == ReferenceModel.hides(one),
              "hides " + hides);
        });
  }

  @Test
  void looksAtReplicasWheneverTheyMatter() {
    ForAll.situations(
        Numbers.of(200, 4_000, 100_000),
        (one, dice) -> {
          Call call = one.call();
          boolean looks =
              PolicySet.compile(one.policies()).looksAtReplicas(call.subject(), one.grant());
          boolean mentions = one.policies().toString().contains("WorkloadReplicas");
          if (!mentions && looks) {
            return List.of("looks at replicas that no condition mentions");
          }
          Decision expected = one.decide();
          List<Optional<Long>> replicas =
              List.of(Optional.empty(), Optional.of(0L), Optional.of((long) dice.upTo(9)));
          for (Optional<Long> number : replicas) {
            Situation other =
                one.withCall(
                    new Call(
                        call.subject(),
                        call.arguments(),
                        call.caller(),
                        call.workload().map(w -> new CalledWorkload(w.name(), number))));
            if (!looks && !other.decide().equals(expected)) {
              return List.of("decided by replicas without looking at them");
            }
          }
          return List.of();
        });
  }

  @Test
  void chargesEveryCounterOnceAndNeverOverItsMax() { // T59
    ForAll.situations(
        Numbers.of(200, 4_000, 100_000),
        (one, _) -> {
          if (!(one.decide() instanceof Decision.Allow allow)) {
            return List.of();
          }
          List<String> faults = new ArrayList<>();
          List<CounterKey> seen = new ArrayList<>();
          for (Charge charge : allow.charges()) {
            if (seen.contains(charge.counter())) {
              faults.add("twice " + charge);
            }
            seen.add(charge.counter());
            long used = one.usage().used(charge.counter(), charge.window());
            if (charge.isEnforced() && charge.cost() > 0 && used + charge.cost() > charge.max()) {
              faults.add("over its max, with " + used + " used: " + charge);
            }
          }
          return faults;
        });
  }

  @Test
  void keepsCountersOverGenerations() { // T72
    ForAll.situations(
        COUNT,
        (one, _) -> {
          Situation next =
              one.withPolicies(
                  one.policies().stream()
                      .map(
                          policy ->
                              new BoundPolicy(
                                  new PolicyId(
                                      policy.id().namespace(),
                                      policy.id().name(),
                                      policy.id().generation() + 1),
                                  policy.grants(),
                                  policy.document()))
                      .toList());
          return that(
              !(one.decide() instanceof Decision.Allow before)
                  || (next.decide() instanceof Decision.Allow after
                      && counters(before).equals(counters(after))),
              "other counters in the next generation");
        });
  }

  private static List<CounterKey> counters(Decision.Allow allow) {
    return allow.charges().stream().map(Charge::counter).toList();
  }

  /** What is kept between calls must not outlive its window or cross callers. */
  @Test
  void decidesTheSameHoweverOftenAndAfterWhateverElse() {
    ForAll.situations(
        COUNT,
        (one, dice) -> {
          PolicySet set = PolicySet.compile(one.policies());
          Decision expected = set.decide(one.call(), TestTools.CATALOGUE, one.now(), one.usage());
          for (int i = 0; i < 4; i++) {
            Situation other = SituationDice.situation(dice.next());
            Instant near =
                dice.oneIn(2) ? one.now() : one.now().plusMillis(dice.upTo(8_000_000) - 4_000_000);
            Caller caller =
                new Caller(
                    dice.oneIn(2) ? one.grant() : other.grant(), other.call().caller().session());
            set.decide(
                new Call(
                    one.call().subject(),
                    dice.oneIn(2) ? one.call().arguments() : other.call().arguments(),
                    caller,
                    other.call().workload()),
                TestTools.CATALOGUE,
                near,
                other.usage());
          }
          Decision again = set.decide(one.call(), TestTools.CATALOGUE, one.now(), one.usage());
          return that(again.equals(expected), again + " instead of " + expected);
        });
  }

  @Test
  void throwsAtNothing() {
    List<Instant> instants =
        List.of(
            Instant.MIN,
            Instant.MAX,
            Instant.EPOCH,
            Instant.parse("-9999-01-01T00:00:00Z"),
            Instant.parse("+90000-12-31T23:59:59.999999999Z"));
    ForAll.situations(
        Numbers.of(30, 500, 10_000),
        (one, dice) -> {
          Situation strange =
              new Situation(
                  one.policies(),
                  new Call(
                      one.call().subject(),
                      one.call().arguments(),
                      new Caller(new Grant("\u0000\uD800"), "\uDFFF"),
                      one.call().workload()),
                  dice.pick(instants),
                  new Situation.Usage((int) dice.next(), 1_000_000, dice.oneIn(2)));
          Decision decision = strange.decide();
          PolicySet set = PolicySet.compile(strange.policies());
          set.explain(strange.call(), TestTools.CATALOGUE, strange.now(), strange.usage());
          set.lists(strange.call().subject(), strange.grant());
          return that(!decision.reason().text().isEmpty(), "no text");
        });
  }

  @Test
  void tellsAgentsWholeSentencesOnOneLine() {
    ForAll.situations(
        COUNT,
        (one, dice) -> {
          Call call = one.call();
          String strange = dice.of("\u0000", "\u202e", "`\n", "\uD800", "x".repeat(9_000));
          Subject subject =
              dice.oneIn(2)
                  ? call.subject()
                  : new Subject(call.subject().kind(), call.subject().name() + strange);
          Situation other =
              one.withCall(
                  new Call(
                      subject,
                      call.arguments().with("a" + strange, JsonValue.of(strange)),
                      call.caller(),
                      call.workload()));
          for (Situation each : List.of(one, other)) {
            String text = each.decide().reason().text();
            // A reason that a policy gives may hold any letter.
            String plain = text.replaceAll("because \u00e9 of [0-9]", "");
            if (plain.isBlank()
                || plain.length() > 2_000
                || plain.chars().anyMatch(c -> c < 0x20 || c > 0x7E)) {
              return List.of("`" + text + "`");
            }
          }
          return List.of();
        });
  }

  @Test
  void hidesNothingFromGrantsThatNoPolicyAppliesTo() {
    ForAll.situations(
        COUNT,
        (one, _) -> {
          var stranger = new Grant("nobody");
          List<BoundPolicy> bound =
              one.policies().stream()
                  .map(
                      policy ->
                          new BoundPolicy(
                              policy.id(),
                              Optional.of(Set.of("somebody")),
                              Stricter.with(
                                  policy.document(),
                                  Action.ALLOW,
                                  Mode.ENFORCE,
                                  new Hidden(true, Set.of()),
                                  List.of())))
                  .toList();
          PolicySet set = PolicySet.compile(bound);
          return that(
              !set.hides(one.call().subject().name(), stranger)
                  && !set.lists(one.call().subject(), stranger)
                  && !set.looksAtReplicas(one.call().subject(), stranger),
              "something was said of a grant that no policy applies to");
        });
  }
}
