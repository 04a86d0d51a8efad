// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.engine.document.Action;
import dev.mcppolicy.engine.document.DocumentArbitraries;
import dev.mcppolicy.engine.document.LimitDeclaration;
import dev.mcppolicy.engine.document.PolicyDocument;
import dev.mcppolicy.engine.document.Rule;
import dev.mcppolicy.engine.document.Scope;
import dev.mcppolicy.engine.document.Window;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

final class DecisionProperties {
  private static final List<String> GRANTS = List.of("g0", "g1", "g2");

  /** Policies, a call and a state of all counters. */
  record Situation(List<BoundPolicy> policies, Call call, Grant grant, Instant now, int seed) {

    /** Any key and window has a count of its own, the same each time. */
    CounterUsage usage() {
      return (key, window) ->
          Math.floorMod(31 * (31 * key.hashCode() + window.hashCode()) + seed, 5);
    }

    Decision decide() {
      return PolicySet.compile(policies).decide(call, Fixtures.CATALOGUE, now, usage());
    }

    boolean allows(List<BoundPolicy> others) {
      return new Situation(others, call, grant, now, seed).decide() instanceof Decision.Allow;
    }
  }

  @Provide
  Arbitrary<Situation> situations() {
    return Arbitraries.randomValue(
        random -> {
          var policies = new ArrayList<BoundPolicy>();
          int count = random.nextInt(4);
          for (int i = 0; i < count; i++) {
            policies.add(
                new BoundPolicy(
                    new PolicyId(random.nextBoolean() ? "a" : "b", "p" + i, random.nextInt(9)),
                    grants(random),
                    DocumentArbitraries.document(random)));
          }
          List<String> tools = new ArrayList<>(DocumentArbitraries.TOOLS);
          tools.addAll(List.of("unnamed", "no_such_tool"));
          String tool = tools.get(random.nextInt(tools.size()));
          JsonObject arguments =
              switch (random.nextInt(6)) {
                case 0 -> JsonObject.builder().put("undeclared", JsonValue.of(true)).build();
                case 1 -> JsonObject.builder().put("container_name", "x").build();
                default -> JsonObject.EMPTY;
              };
          var grant = new Grant(GRANTS.get(random.nextInt(GRANTS.size())));
          return new Situation(
              policies,
              Call.ofTool(tool, arguments, grant),
              grant,
              Instant.ofEpochSecond(1_700_000_000L + random.nextInt(200_000_000), 5),
              random.nextInt());
        });
  }

  private static Optional<Set<String>> grants(Random random) {
    if (random.nextInt(3) > 0) {
      return Optional.empty();
    }
    Set<String> grants = new HashSet<>();
    for (String grant : GRANTS) {
      if (random.nextBoolean()) {
        grants.add(grant);
      }
    }
    return Optional.of(grants);
  }

  @Property(tries = 2_000)
  void decidesAsTheReferenceDoes(@ForAll("situations") Situation one) {
    ReferenceDecision.Outcome expected =
        ReferenceDecision.decide(one.policies(), one.call(), one.grant(), one.now(), one.usage());
    Decision decision = one.decide();
    Statistics.label("outcomes")
        .collect(expected.code())
        .coverage(
            seen -> {
              for (ReasonCode code :
                  List.of(
                      ReasonCode.Allowed,
                      ReasonCode.LimitExhausted,
                      ReasonCode.DeniedByRule,
                      ReasonCode.NotAllowed,
                      ReasonCode.NoPolicy,
                      ReasonCode.UndeclaredArgument,
                      ReasonCode.UnknownTool)) {
                seen.check(code).percentage(p -> p > 1);
              }
            });
    assertEquals(expected.code(), decision.reason().code());
    assertEquals(expected.kind(), decision.getClass().getSimpleName());
    switch (decision) {
      case Decision.Allow allow -> assertEquals(expected.charges(), allow.charges().size());
      case Decision.RateLimited limited ->
          assertEquals(expected.resetsAt(), Optional.of(limited.resetsAt()));
      case Decision.Deny _, Decision.NeedsApproval _ -> {}
    }
  }

  @Property(tries = 1_000)
  void neverAllowsAToolThatNoRuleNamesUnderDefaultDeny(
      @ForAll("situations") Situation one, @ForAll String tool) {
    List<BoundPolicy> strict =
        one.policies().stream()
            .map(
                policy ->
                    new BoundPolicy(
                        policy.id(),
                        policy.grants(),
                        PolicyDocument.ofTools(Action.DENY, policy.document().tools())))
            .toList();
    boolean isNamed =
        strict.stream().anyMatch(policy -> policy.document().tools().containsKey(tool));
    var call = Call.ofTool(tool, JsonObject.EMPTY, one.grant());
    Decision decision = new Situation(strict, call, one.grant(), one.now(), one.seed()).decide();
    assertTrue(isNamed || decision instanceof Decision.Deny);
  }

  @Property(tries = 1_000)
  void neverAllowsMoreWithADenialMore(@ForAll("situations") Situation one, @ForAll Random random) {
    List<BoundPolicy> stricter = changed(one, random, rule -> Rule.deny(rule.reason()));
    assertTrue(one.decide() instanceof Decision.Allow || !one.allows(stricter));
  }

  @Property(tries = 1_000)
  void neverAllowsMoreWithALimitMore(
      @ForAll("situations") Situation one,
      @ForAll Random random,
      @ForAll @IntRange(max = 5) int max) {
    var limit = new LimitDeclaration("added", new Window.Seconds(60), max, Set.of(Scope.SERVER));
    List<BoundPolicy> stricter =
        changed(
            one,
            random,
            rule -> {
              if (rule.action() == Action.DENY) {
                return rule;
              }
              var limits = new ArrayList<>(rule.limits());
              limits.add(limit);
              return Rule.allow(limits, rule.rateLimit());
            });
    assertTrue(one.decide() instanceof Decision.Allow || !one.allows(stricter));
  }

  /** The policies with one existing rule of one of them changed. */
  private static List<BoundPolicy> changed(
      Situation one, Random random, java.util.function.UnaryOperator<Rule> change) {
    if (one.policies().isEmpty()) {
      return one.policies();
    }
    var policies = new ArrayList<>(one.policies());
    int at = random.nextInt(policies.size());
    BoundPolicy policy = policies.get(at);
    Map<String, Rule> tools = new LinkedHashMap<>(policy.document().tools());
    tools.computeIfPresent(one.call().subject().name(), (_, rule) -> change.apply(rule));
    policies.set(
        at,
        new BoundPolicy(
            policy.id(),
            policy.grants(),
            PolicyDocument.ofTools(policy.document().defaultAction(), tools)));
    return policies;
  }

  @Property(tries = 1_000)
  void decidesTheSameInAnyOrderOfPoliciesAndRules( // T77
      @ForAll("situations") Situation one, @ForAll Random random) {
    var policies = new ArrayList<BoundPolicy>();
    for (BoundPolicy policy : one.policies()) {
      var names = new ArrayList<>(policy.document().tools().keySet());
      Collections.shuffle(names, random);
      Map<String, Rule> tools = new LinkedHashMap<>();
      for (String name : names) {
        tools.put(name, policy.document().tools().get(name));
      }
      policies.add(
          new BoundPolicy(
              policy.id(),
              policy.grants(),
              PolicyDocument.ofTools(policy.document().defaultAction(), tools)));
    }
    Collections.shuffle(policies, random);
    Situation shuffled = new Situation(policies, one.call(), one.grant(), one.now(), one.seed());
    assertEquals(one.decide(), shuffled.decide());
  }

  @Property(tries = 1_000)
  void keepsCountersOverGenerations(@ForAll("situations") Situation one) { // T72
    List<BoundPolicy> next =
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
            .toList();
    if (one.decide() instanceof Decision.Allow before
        && new Situation(next, one.call(), one.grant(), one.now(), one.seed()).decide()
            instanceof Decision.Allow after) {
      assertEquals(
          before.charges().stream().map(Charge::counter).toList(),
          after.charges().stream().map(Charge::counter).toList());
    }
  }

  @Property(tries = 1_000)
  void listsWhatIsAllowedWithUnusedLimits(@ForAll("situations") Situation one) {
    PolicySet set = PolicySet.compile(one.policies());
    Call call = Call.ofTool(one.call().subject().name(), JsonObject.EMPTY, one.grant());
    boolean allowed =
        set.decide(call, Fixtures.CATALOGUE, one.now(), (_, _) -> 0) instanceof Decision.Allow;
    if (!call.subject().name().equals("no_such_tool")) {
      assertEquals(allowed, set.lists(call.subject(), one.grant()));
    }
  }

  @Property(tries = 1_000)
  void chargesEveryCounterAtMostOnce(@ForAll("situations") Situation one) {
    if (one.decide() instanceof Decision.Allow allow) {
      assertEquals(
          allow.charges().size(), allow.charges().stream().map(Charge::counter).distinct().count());
    }
  }

  @Property(tries = 1_000)
  void neverRepeatsACallersTextRaw(@ForAll String tool, @ForAll String argument) {
    String text =
        PolicySet.compile(List.of(Fixtures.policy("p", "{version: '1', default: allow}")))
            .decide(
                Call.ofTool(tool, JsonObject.builder().put(argument, 1).build(), Fixtures.AGENT),
                Fixtures.CATALOGUE,
                Fixtures.NOW,
                (_, _) -> 0)
            .reason()
            .text();
    assertFalse(text.chars().anyMatch(c -> c < 0x20 || c > 0x7E));
    assertTrue(text.length() < 2_000);
  }
}
