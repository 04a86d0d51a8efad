// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.reference;

import static dev.mcppolicy.engine.reference.ForAll.that;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.engine.ApprovalNeed;
import dev.mcppolicy.engine.BoundPolicy;
import dev.mcppolicy.engine.Call;
import dev.mcppolicy.engine.Caller;
import dev.mcppolicy.engine.Charge;
import dev.mcppolicy.engine.Conflict;
import dev.mcppolicy.engine.CounterKey;
import dev.mcppolicy.engine.CounterUsage;
import dev.mcppolicy.engine.Decision;
import dev.mcppolicy.engine.DecisionJson;
import dev.mcppolicy.engine.DecisionReason;
import dev.mcppolicy.engine.ExplainedStep;
import dev.mcppolicy.engine.Explanation;
import dev.mcppolicy.engine.FixedWindow;
import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.engine.PolicySet;
import dev.mcppolicy.engine.PolicyTests;
import dev.mcppolicy.engine.ReasonCode;
import dev.mcppolicy.engine.TestResult;
import dev.mcppolicy.engine.ToolDefinition;
import dev.mcppolicy.engine.ToolLookup;
import dev.mcppolicy.engine.document.Action;
import dev.mcppolicy.engine.document.LimitDeclaration;
import dev.mcppolicy.engine.document.Mode;
import dev.mcppolicy.engine.document.PolicyDocument;
import dev.mcppolicy.engine.document.PolicyTest;
import dev.mcppolicy.engine.document.Rule;
import dev.mcppolicy.engine.document.RuleSet;
import dev.mcppolicy.engine.document.Subject;
import dev.mcppolicy.engine.schema.SchemaReading;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is said of decisions is said of the decisions that are made. */
final class ReportProperties {
  private static final int COUNT = Numbers.of(300, 4_000, 100_000);

  private static final List<String> STEPS =
      List.of(
          "tool",
          "policy",
          "action",
          "arguments",
          "deny_if",
          "require",
          "schedule",
          "limits",
          "approval",
          "allow");

  private static final Pattern EXACT = Pattern.compile("\\(at ([^)]+)\\)");
  private static final Pattern ROUNDED = Pattern.compile("Next call possible in (\\d+) (s|min)");

  private static final String WITHOUT_AUDIT = Explanation.WITHOUT_AUDIT_MODE;

  private static String step(ReasonCode code) {
    return switch (code) {
      case UnknownTool, CatalogueNotLoaded -> "tool";
      case NoPolicy -> "policy";
      case DeniedByRule, NotAllowed -> "action";
      case SchemaUnknown, UndeclaredArgument, InvalidArguments, SchemaUnusable -> "arguments";
      case DeniedByCondition -> "deny_if";
      case RequirementNotMet -> "require";
      case OutsideSchedule -> "schedule";
      case InvalidCost, LimitExhausted -> "limits";
      case ApprovalNeeded -> "approval";
      case Allowed -> "allow";
      case AllDenied, PolicyError -> throw new AssertionError(code);
    };
  }

  @Test
  void explainsTheDecisionThatIsMadeStepByStep() {
    ForAll.situations(
        COUNT,
        (one, _) -> {
          Explanation explanation =
              PolicySet.compile(one.policies())
                  .explain(one.call(), TestTools.CATALOGUE, one.now(), one.usage());
          Decision decision = one.decide();
          List<String> faults = new ArrayList<>();
          if (!explanation.decision().equals(decision)) {
            faults.add(explanation.decision() + " instead of " + decision);
          }
          List<String> names = new ArrayList<>();
          List<String> deciding = new ArrayList<>();
          for (ExplainedStep step : explanation.steps()) {
            names.add(step.step());
            if (step.decided()) {
              deciding.add(step.step());
            }
          }
          List<String> must = upTo(step(decision.reason().code()), "");
          List<String> mustDecide = new ArrayList<>(List.of(must.getLast()));
          if (decision instanceof Decision.Allow allow && allow.wouldBe().isPresent()) {
            must.addAll(upTo(step(allow.wouldBe().get().reason().code()), WITHOUT_AUDIT));
            mustDecide.add(must.getLast());
          } else if (names.size() > must.size() && one.policies().toString().contains("AUDIT")) {
            // Something is in audit mode, and without it the same is decided or something stricter.
            must.addAll(upTo(names.getLast().substring(WITHOUT_AUDIT.length()), WITHOUT_AUDIT));
            mustDecide.add(must.getLast());
          }
          if (!names.equals(must)) {
            faults.add("steps " + names + " instead of " + must);
          }
          if (!deciding.equals(mustDecide)) {
            faults.add("decided by " + deciding + " instead of " + mustDecide);
          }
          return faults;
        });
  }

  private static List<String> upTo(String last, String prefix) {
    return new ArrayList<>(
        STEPS.subList(0, STEPS.indexOf(last) + 1).stream().map(name -> prefix + name).toList());
  }

  @Test
  void writesEveryDecisionForMachines() {
    ForAll.situations(
        COUNT,
        (one, _) -> {
          Decision decision = one.decide();
          return written(decision, DecisionJson.of(decision));
        });
  }

  private static List<String> written(Decision decision, JsonObject json) {
    DecisionReason reason = decision.reason();
    Map<String, JsonValue> must = new LinkedHashMap<>();
    must.put("reason", JsonValue.of(reason.code().name()));
    must.put("text", JsonValue.of(reason.text()));
    if (reason.policy().isPresent()) {
      PolicyId policy = reason.policy().get();
      must.put("policy", JsonValue.of(display(policy)));
      must.put("generation", JsonValue.of(policy.generation()));
      must.put("rule", JsonValue.of(reason.rule()));
    }
    List<String> faults = new ArrayList<>();
    switch (decision) {
      case Decision.Allow allow -> {
        must.put("outcome", JsonValue.of("allow"));
        Optional<JsonObject> wouldBe = json.object("wouldBe");
        if (wouldBe.isPresent() != allow.wouldBe().isPresent()) {
          faults.add("wouldBe " + wouldBe);
        } else if (wouldBe.isPresent()) {
          faults.addAll(written(allow.wouldBe().orElseThrow(), wouldBe.get()));
          must.put("wouldBe", wouldBe.get());
        }
      }
      case Decision.Deny _ -> must.put("outcome", JsonValue.of("deny"));
      case Decision.RateLimited limited -> {
        must.put("outcome", JsonValue.of("rate_limited"));
        must.put("counter", JsonValue.of(limited.counter().counter()));
        must.put("window", JsonValue.of(limited.counter().window()));
        must.put("used", JsonValue.of(limited.used()));
        must.put("max", JsonValue.of(limited.max()));
        must.put("resetsAt", JsonValue.of(limited.resetsAt().toString()));
      }
      case Decision.NeedsApproval needs -> {
        must.put("outcome", JsonValue.of("needs_approval"));
        List<JsonValue> approvals = new ArrayList<>();
        for (ApprovalNeed need : needs.approvals()) {
          var approval =
              JsonObject.builder()
                  .put("policy", display(need.policy()))
                  .put("generation", need.policy().generation())
                  .put("rule", need.rule())
                  .put("groups", sorted(need.groups()))
                  .put("users", sorted(need.users()))
                  .put("ttl", need.ttl().toString());
          need.reason().ifPresent(text -> approval.put("reason", text));
          approvals.add(approval.build());
        }
        must.put("approvals", new JsonArray(approvals));
      }
    }
    if (!json.members().equals(must)) {
      faults.add("written " + json.members() + " instead of " + must);
    }
    return faults;
  }

  private static String display(PolicyId policy) {
    return policy.namespace().isEmpty() ? policy.name() : policy.namespace() + "/" + policy.name();
  }

  private static JsonArray sorted(Set<String> texts) {
    return new JsonArray(new TreeSet<>(texts).stream().<JsonValue>map(JsonValue::of).toList());
  }

  /** A server's tools, and any other as one without a schema. */
  private static ToolLookup orPlain(String name) {
    return TestTools.CATALOGUE.find(name) instanceof ToolLookup.Known known
        ? known
        : new ToolLookup.Known(new ToolDefinition(name, JsonObject.EMPTY));
  }

  /** What a document's own test expects is what the same call gets. */
  @Test
  void runsTheTestsOfADocumentAsCallsAreDecided() {
    ForAll.situations(
        Numbers.of(500, 6_000, 100_000),
        (one, dice) -> {
          // A name that no tool can have stays one.
          if (one.policies().isEmpty() || !one.call().subject().name().matches("[^\\n]+")) {
            return List.of();
          }
          PolicyDocument document = one.policies().getFirst().document();
          Map<String, Long> state = new LinkedHashMap<>();
          for (String counter : List.of("c0", "c1", "c2", "a0", "a1")) {
            if (dice.oneIn(2)) {
              state.put(counter, (long) dice.upTo(12));
            }
          }
          Call call = one.call();
          Call tested =
              new Call(
                  call.subject(),
                  call.arguments(),
                  new Caller(call.caller().grant(), ""),
                  call.workload());
          var policy =
              new BoundPolicy(
                  new PolicyId("a", "p", 3), Optional.empty(), withTests(document, List.of()));
          Decision decision =
              PolicySet.compile(List.of(policy))
                  .decide(tested, ReportProperties::orPlain, one.now(), inWindowOf(one, state));
          String outcome = DecisionJson.outcome(decision);
          String reason = decision.reason().code().name();
          String rule = decision.reason().rule();
          List<PolicyTest> tests = new ArrayList<>();
          tests.add(test(one, state, outcome, Optional.empty(), Optional.empty()));
          tests.add(test(one, state, outcome, Optional.of(reason), Optional.of(rule)));
          String other = outcome.equals("allow") ? "deny" : "allow";
          tests.add(test(one, state, other, Optional.empty(), Optional.empty()));
          tests.add(test(one, state, outcome, Optional.of("NoPolicy"), Optional.empty()));
          tests.add(test(one, state, outcome, Optional.empty(), Optional.of("/nowhere")));
          List<TestResult> results =
              PolicyTests.run(withTests(document, tests), policy.id(), TestTools.CATALOGUE);
          List<String> faults = new ArrayList<>();
          for (int i = 0; i < tests.size(); i++) {
            TestResult result = results.get(i);
            PolicyTest.Expectation expect = tests.get(i).expect();
            String expected =
                expect.decision()
                    + expect.reason().map(code -> " " + code).orElse("")
                    + expect.rule().map(pointer -> " by " + pointer).orElse("");
            String actual =
                outcome
                    + " "
                    + reason
                    + (rule.isEmpty() ? "" : " by " + rule)
                    + ": "
                    + decision.reason().text();
            boolean tellsWouldBe =
                decision instanceof Decision.Allow allow
                    && allow
                        .wouldBe()
                        .map(would -> result.actual().contains(would.reason().text()))
                        .orElse(true);
            if (result.passed() != i < 2
                || !result.place().equals("tests[" + i + "]")
                || !result.name().equals(Optional.of("a test"))
                || !result.expected().equals(expected)
                || !result.actual().startsWith(actual)
                || (decision instanceof Decision.Allow && !tellsWouldBe)) {
              faults.add("test " + i + ": " + result + " for " + decision);
            }
          }
          return that(results.size() == tests.size() && faults.isEmpty(), faults.toString());
        });
  }

  private static PolicyTest test(
      Situation one,
      Map<String, Long> state,
      String decision,
      Optional<String> reason,
      Optional<String> rule) {
    Call call = one.call();
    return new PolicyTest(
        Optional.of("a test"),
        call.subject(),
        call.arguments(),
        call.caller().grant().name(),
        call.caller().grant().labels(),
        one.now(),
        state,
        call.workload().map(w -> new PolicyTest.TestWorkload(w.name(), w.replicas())),
        new PolicyTest.Expectation(decision, reason, rule));
  }

  /** All that is used was used in the window, or the part, in which the call falls. */
  private static CounterUsage inWindowOf(Situation one, Map<String, Long> state) {
    return (key, window) -> window.contains(one.now()) ? state.getOrDefault(key.counter(), 0L) : 0L;
  }

  private static PolicyDocument withTests(PolicyDocument one, List<PolicyTest> tests) {
    return new PolicyDocument(
        "1",
        one.defaultAction(),
        one.mode(),
        one.recording(),
        one.hidden(),
        one.allToolsLimits(),
        one.tools(),
        one.resources(),
        one.prompts(),
        tests);
  }

  @Test
  void namesTheLimitWhoseLastUnitOthersTook() { // T59
    ForAll.situations(
        COUNT,
        (one, _) -> {
          PolicySet set = PolicySet.compile(one.policies());
          Decision decision = set.decide(one.call(), TestTools.CATALOGUE, one.now(), one.usage());
          if (!(decision instanceof Decision.Allow allow)) {
            return List.of();
          }
          List<String> faults = new ArrayList<>();
          for (Charge charge : allow.charges()) {
            Decision.RateLimited lost =
                set.exhausted(charge, charge.max() + 7, one.call(), one.now());
            var must =
                new Decision.RateLimited(
                    new DecisionReason(
                        ReasonCode.LimitExhausted,
                        lost.reason().text(),
                        Optional.of(charge.policy()),
                        charge.rule()),
                    charge.counter(),
                    charge.max() + 7,
                    charge.max(),
                    charge.window().end());
            if (!lost.equals(must) || lost.reason().text().isEmpty()) {
              faults.add(lost + " instead of " + must);
            }
            Charge foreign = of("elsewhere", charge);
            assertThrows(
                IllegalArgumentException.class,
                () -> set.exhausted(foreign, 1, one.call(), one.now()));
          }
          return faults;
        });
  }

  private static Charge of(String policy, Charge one) {
    CounterKey key = one.counter();
    return new Charge(
        new CounterKey(policy, key.policyName(), key.counter(), key.window(), key.scopeValues()),
        new FixedWindow(one.window().start(), one.window().end()),
        one.windowsBefore(),
        one.max(),
        one.cost(),
        one.isEnforced(),
        one.chargedOn(),
        new PolicyId(policy, key.policyName(), 1),
        one.rule());
  }

  @Test
  void tellsWhenASchedulesNextCallIsPossible() {
    ForAll.situations(
        Numbers.of(1_000, 8_000, 100_000),
        (one, dice) -> {
          String text = one.decide().reason().text();
          if (one.decide().reason().code() != ReasonCode.OutsideSchedule) {
            return List.of();
          }
          if (text.contains("No time within a year was found at which a call is possible.")) {
            for (int i = 0; i < 50; i++) {
              Instant later = one.now().plusSeconds(dice.upTo(365 * 86_400));
              if (isOpen(one, later)) {
                return List.of("open at " + later + ": " + text);
              }
            }
            return List.of();
          }
          Matcher exact = EXACT.matcher(text);
          if (exact.find()) {
            Instant told = Instant.parse(exact.group(1));
            long seconds = Duration.between(one.now(), told).toSeconds();
            List<Instant> before = new ArrayList<>(List.of(told.minusSeconds(1)));
            for (int i = 0; i < 30; i++) {
              before.add(one.now().plusSeconds((long) (seconds * (dice.upTo(1_000) / 1_000.0))));
            }
            return that(
                isOpen(one, told) && before.stream().noneMatch(at -> isOpen(one, at)),
                "not just then: " + text);
          }
          Matcher rounded = ROUNDED.matcher(text);
          if (!rounded.find()) {
            return List.of("tells no time: " + text);
          }
          long unit = rounded.group(2).equals("s") ? 1 : 60;
          long count = Long.parseLong(rounded.group(1));
          Instant latest = one.now().plusSeconds(count * unit);
          Instant earliest = one.now().plusSeconds((count - 1) * unit);
          return that(isOpen(one, latest) && !isOpen(one, earliest), "not just then: " + text);
        });
  }

  private static boolean isOpen(Situation one, Instant at) {
    var then = new Situation(one.policies(), one.call(), at, one.usage());
    return !ReferenceModel.decide(then).codes().contains(ReasonCode.OutsideSchedule);
  }

  /** Who allows what another denies, to a grant that both apply to. */
  private record Contradiction(String tool, PolicyId allowing, PolicyId denying) {}

  @Test
  void reportsPoliciesThatContradictEachOther() {
    ForAll.situations(
        COUNT,
        (one, _) -> {
          Set<Contradiction> must = new LinkedHashSet<>();
          for (BoundPolicy a : one.policies()) {
            for (BoundPolicy b : one.policies()) {
              if (!a.equals(b) && haveACommonGrant(a, b)) {
                must.addAll(contradictions(a, b));
              }
            }
          }
          List<Conflict> conflicts = PolicySet.compile(one.policies()).conflicts();
          Set<Contradiction> found = new LinkedHashSet<>();
          for (Conflict conflict : conflicts) {
            found.add(new Contradiction(conflict.tool(), conflict.allowing(), conflict.denying()));
          }
          return that(
              found.equals(must) && conflicts.size() == conflicts.stream().distinct().count(),
              conflicts + " instead of " + must);
        });
  }

  private static boolean haveACommonGrant(BoundPolicy a, BoundPolicy b) {
    if (a.grants().isEmpty() || b.grants().isEmpty()) {
      return a.grants().map(grants -> !grants.isEmpty()).orElse(true)
          && b.grants().map(grants -> !grants.isEmpty()).orElse(true);
    }
    Set<String> common = new HashSet<>(a.grants().get());
    common.retainAll(b.grants().get());
    return !common.isEmpty();
  }

  private static Set<Contradiction> contradictions(BoundPolicy a, BoundPolicy b) {
    Set<Contradiction> found = new LinkedHashSet<>();
    for (Subject.Kind kind : Subject.Kind.values()) {
      RuleSet allowing = a.document().rules(kind);
      RuleSet denying = b.document().rules(kind);
      if (a.document().mode() == Mode.ENFORCE
          && b.document().mode() == Mode.ENFORCE
          && allowing.defaultAction() == Action.ALLOW
          && denying.defaultAction() == Action.DENY) {
        found.add(new Contradiction("", a.id(), b.id()));
      }
      for (String name : allowing.rules().keySet()) {
        Optional<Boolean> allows = allows(a.document(), new Subject(kind, name));
        Optional<Boolean> denies = allows(b.document(), new Subject(kind, name));
        if (allows.equals(Optional.of(true)) && denies.equals(Optional.of(false))) {
          found.add(new Contradiction(name, a.id(), b.id()));
        }
      }
    }
    return found;
  }

  /** Whether its enforced rule can ever let a call pass; empty when there is none. */
  private static Optional<Boolean> allows(PolicyDocument document, Subject subject) {
    Optional<Rule> found = document.rule(subject);
    if (found.isEmpty() || found.get().mode().orElse(document.mode()) != Mode.ENFORCE) {
      return Optional.empty();
    }
    Rule rule = found.get();
    List<LimitDeclaration> limits = new ArrayList<>(rule.limits());
    rule.rateLimit().ifPresent(limits::add);
    return Optional.of(
        rule.action() == Action.ALLOW && limits.stream().noneMatch(limit -> limit.max() == 0));
  }

  @Test
  void aToolIsWhatItsDefinitionSays() {
    for (TestTools tool : TestTools.ALL) {
      JsonObject json = tool.definition();
      var definition = new ToolDefinition(tool.name(), json);
      assertEquals(tool.name(), definition.name());
      assertEquals(json, definition.definition());
      assertEquals(json.object("inputSchema"), definition.inputSchema());
      SchemaReading reading = definition.schema();
      assertSame(reading, definition.schema());
      assertEquals(
          switch (tool.state()) {
            case DECLARED -> SchemaReading.Usable.class;
            case BAD_SCHEMA -> SchemaReading.Unusable.class;
            case NO_SCHEMA, NOT_LOADED -> SchemaReading.Absent.class;
          },
          reading.getClass());
      assertEquals(definition, new ToolDefinition(tool.name(), json));
      assertEquals(definition.hashCode(), new ToolDefinition(tool.name(), json).hashCode());
      assertNotEquals(definition, new ToolDefinition(tool.name() + "x", json));
      assertNotEquals(definition, new ToolDefinition(tool.name(), JsonObject.EMPTY));
      assertNotEquals(definition, new Object());
      assertTrue(definition.toString().contains(tool.name()));
    }
  }
}
