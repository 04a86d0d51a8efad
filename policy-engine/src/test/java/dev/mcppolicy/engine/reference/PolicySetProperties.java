// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.reference;

import static dev.mcppolicy.engine.reference.ForAll.that;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mcppolicy.engine.BoundPolicy;
import dev.mcppolicy.engine.Call;
import dev.mcppolicy.engine.Charge;
import dev.mcppolicy.engine.CounterUsage;
import dev.mcppolicy.engine.Decision;
import dev.mcppolicy.engine.Explanation;
import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.engine.PolicySet;
import dev.mcppolicy.engine.ReasonCode;
import dev.mcppolicy.engine.document.Action;
import dev.mcppolicy.engine.document.Mode;
import dev.mcppolicy.engine.document.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What holds of a set of policies besides its decisions. */
final class PolicySetProperties {
  private static final int COUNT = Numbers.of(200, 3_000, 60_000);

  @Test
  void listsAnyOfAKindWhenOneIsListedOrEveryDefaultAllows() {
    ForAll.situations(
        COUNT,
        (one, dice) -> {
          Subject.Kind kind = dice.of(Subject.Kind.values());
          PolicySet set = PolicySet.compile(one.policies());
          Set<String> names = new TreeSet<>();
          int applying = 0;
          boolean allAllow = true;
          for (BoundPolicy policy : one.policies()) {
            if (policy.grants().isEmpty() || policy.grants().get().contains(one.grant().name())) {
              applying++;
              names.addAll(policy.document().rules(kind).rules().keySet());
              allAllow &=
                  policy.document().mode() == Mode.AUDIT
                      || policy.document().rules(kind).defaultAction() == Action.ALLOW;
            }
          }
          boolean must = applying > 0 && allAllow;
          for (String name : names) {
            must |= !ReferenceModel.neverPasses(of(one, new Subject(kind, name)));
          }
          boolean lists = set.listsAny(kind, one.grant());
          return that(lists == must, "lists any of " + kind + ": " + lists);
        });
  }

  private static Situation of(Situation one, Subject subject) {
    Call call = one.call();
    return one.withCall(new Call(subject, call.arguments(), call.caller(), call.workload()));
  }

  @Test
  void neverListsANameThatNoToolCanHave() {
    ForAll.situations(
        COUNT,
        (one, dice) ->
            that(
                !PolicySet.compile(one.policies())
                    .lists(Subject.tool(dice.of("", "a b", "t0\n", "\u00e4")), one.grant()),
                "an impossible name is listed"));
  }

  @Test
  void deniesAndTellsTheFaultWhenACounterBreaks() { // T76
    ForAll.situations(
        COUNT,
        (one, _) -> {
          var broken = new IllegalStateException("broken");
          List<Throwable> faults = new ArrayList<>();
          List<Throwable> asked = new ArrayList<>();
          CounterUsage usage =
              (_, _) -> {
                asked.add(broken);
                throw broken;
              };
          PolicySet set = PolicySet.compile(one.policies(), faults::add);
          Decision decision = set.decide(one.call(), TestTools.CATALOGUE, one.now(), usage);
          boolean isDecidedRightly =
              faults.equals(asked)
                  && isPolicyError(decision) == !asked.isEmpty()
                  && (decision instanceof Decision.Deny || asked.isEmpty());
          faults.clear();
          asked.clear();
          // Explaining asks for counts that it shows, also when they decide nothing.
          Explanation explanation = set.explain(one.call(), TestTools.CATALOGUE, one.now(), usage);
          return that(
              isDecidedRightly
                  && faults.equals(asked)
                  && isPolicyError(explanation.decision()) == !asked.isEmpty(),
              "decided " + decision + ", explained " + explanation);
        });
  }

  private static boolean isPolicyError(Decision decision) {
    return decision.reason().code() == ReasonCode.PolicyError;
  }

  @Test
  void refusesTwoPoliciesOfOneName() {
    ForAll.situations(
        COUNT,
        (one, _) -> {
          for (BoundPolicy policy : one.policies()) {
            PolicyId id = policy.id();
            List<BoundPolicy> twice = new ArrayList<>(one.policies());
            var later = new PolicyId(id.namespace(), id.name(), id.generation() + 1);
            twice.add(new BoundPolicy(later, policy.grants(), policy.document()));
            assertThrows(IllegalArgumentException.class, () -> PolicySet.compile(twice));
            List<BoundPolicy> elsewhere = new ArrayList<>(one.policies());
            var other = new PolicyId(id.namespace() + "x", id.name(), id.generation());
            elsewhere.add(new BoundPolicy(other, policy.grants(), policy.document()));
            PolicySet.compile(elsewhere);
          }
          return List.of();
        });
  }

  @Test
  void refusesToNameALimitThatItDoesNotHave() {
    ForAll.situations(
        Numbers.of(400, 3_000, 60_000),
        (one, _) -> {
          PolicySet set = PolicySet.compile(one.policies());
          if (one.decide() instanceof Decision.Allow allow) {
            for (Charge charge : allow.charges()) {
              Charge foreign =
                  new Charge(
                      charge.counter(),
                      charge.window(),
                      charge.windowsBefore(),
                      charge.max(),
                      charge.cost(),
                      charge.isEnforced(),
                      charge.chargedOn(),
                      charge.policy(),
                      charge.rule() + "0");
              assertThrows(
                  IllegalArgumentException.class,
                  () -> set.exhausted(foreign, 1, one.call(), one.now()));
            }
          }
          return List.of();
        });
  }
}
