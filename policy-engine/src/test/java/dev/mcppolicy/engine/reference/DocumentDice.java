// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.reference;

import dev.mcppolicy.engine.Call;
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
import dev.mcppolicy.engine.document.RuleSet;
import dev.mcppolicy.engine.document.Schedule;
import dev.mcppolicy.engine.document.Scope;
import dev.mcppolicy.engine.document.Subject;
import dev.mcppolicy.engine.document.ValuePath;
import dev.mcppolicy.engine.document.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Valid documents that have something to say of one call, and rules for others beside it. */
final class DocumentDice {
  private static final List<Window> WINDOWS =
      List.of(
          new Window.Seconds(60),
          new Window.Seconds(3_600),
          new Window.Seconds(3_600),
          new Window.Seconds(86_400),
          new Window.Seconds(86_400),
          new Window.Seconds(1),
          new Window.Seconds(7),
          new Window.Seconds(90),
          new Window.Seconds(Window.SECONDS_MAX),
          new Window.Week(),
          new Window.Month());

  private final Dice dice;
  private final ConditionDice conditions;
  private final TimeDice times;
  private final Call call;
  private final Instant now;

  /** Counters of the document being made: how each is counted. */
  private final Map<String, LimitDeclaration> counters = new LinkedHashMap<>();

  DocumentDice(Dice dice, Call call, Instant now) {
    this.dice = dice;
    this.conditions = new ConditionDice(dice, call);
    this.times = new TimeDice(dice);
    this.call = call;
    this.now = now;
  }

  PolicyDocument document() {
    counters.clear();
    for (String name : List.of("c0", "c1", "c2", "a0", "a1")) {
      counters.put(name, counter(name));
    }
    Map<String, Rule> tools = rules(Subject.Kind.TOOL, SituationDice.TOOLS);
    return new PolicyDocument(
        "1",
        dice.oneIn(3) ? Action.ALLOW : Action.DENY,
        dice.oneIn(6) ? Mode.AUDIT : Mode.ENFORCE,
        dice.oneIn(5) ? Recording.REQUIRED : Recording.BEST_EFFORT,
        hidden(),
        dice.oneIn(5) ? limits("a") : List.of(),
        tools,
        new RuleSet(
            dice.oneIn(3) ? Action.ALLOW : Action.DENY,
            rules(Subject.Kind.RESOURCE, SituationDice.RESOURCES)),
        new RuleSet(
            dice.oneIn(3) ? Action.ALLOW : Action.DENY,
            rules(Subject.Kind.PROMPT, SituationDice.PROMPTS)),
        List.of());
  }

  private Hidden hidden() {
    return switch (dice.upTo(20)) {
      case 0 -> new Hidden(dice.oneIn(4), Set.of("t1"));
      case 1 -> new Hidden(false, new HashSet<>(dice.some(SituationDice.TOOLS, 3)));
      default -> Hidden.NOTHING;
    };
  }

  /** The subject of the call nearly always has a rule; few others have one. */
  private Map<String, Rule> rules(Subject.Kind kind, List<String> names) {
    Map<String, Rule> rules = new LinkedHashMap<>();
    for (String name : names) {
      boolean isCalled = call.subject().equals(new Subject(kind, name));
      if (isCalled ? !dice.oneIn(5) : dice.oneIn(6)) {
        rules.put(name, isCalled ? rule(kind, name) : Rule.ALLOW);
      }
    }
    return rules;
  }

  Rule rule(Subject.Kind kind, String name) {
    Optional<String> reason = dice.maybe(4, () -> "because \u00e9 of " + dice.upTo(9));
    Optional<Mode> mode = dice.maybe(6, () -> dice.of(Mode.ENFORCE, Mode.AUDIT, Mode.AUDIT));
    if (dice.oneIn(12)) {
      Rule deny = Rule.deny(reason);
      return dice.oneIn(2) ? deny : with(deny, mode);
    }
    return new Rule(
        Action.ALLOW,
        reason,
        dice.oneIn(2) ? List.of() : require(),
        dice.oneIn(2) ? List.of() : denyIf(),
        dice.oneIn(2) ? List.of() : limits("c"),
        dice.maybe(
            8,
            () ->
                new LimitDeclaration(
                    LimitDeclaration.GENERATED
                        + (kind == Subject.Kind.TOOL ? "" : kind.word() + "/")
                        + name,
                    dice.pick(WINDOWS),
                    max(),
                    scope())),
        dice.maybe(7, this::approval),
        dice.maybe(4, this::schedule),
        kind != Subject.Kind.TOOL || !dice.oneIn(4),
        mode);
  }

  private static Rule with(Rule rule, Optional<Mode> mode) {
    return new Rule(
        rule.action(),
        rule.reason(),
        rule.require(),
        rule.denyIf(),
        rule.limits(),
        rule.rateLimit(),
        rule.approval(),
        rule.schedule(),
        rule.strictArguments(),
        mode);
  }

  private Set<Scope> scope() {
    Set<Scope> scope = EnumSet.of(dice.of(Scope.values()));
    scope.addAll(dice.some(List.of(Scope.values()), 5));
    return scope;
  }

  private List<Condition> require() {
    return conditions.list(
        condition -> ReferenceCondition.inRequire(condition, call) == Ternary.YES);
  }

  private List<Condition> denyIf() {
    return conditions.list(condition -> ReferenceCondition.inDenyIf(condition, call) == Ternary.NO);
  }

  private Approval approval() {
    return new Approval(
        dice.oneIn(2) ? Set.of("admins") : Set.of(),
        dice.oneIn(2) ? Set.of("ann", "bob") : Set.of(),
        dice.of(Approval.DEFAULT_TTL, Duration.ofSeconds(1), Duration.ofDays(7)),
        dice.maybe(2, () -> "look at the model"),
        dice.oneIn(2) ? List.of() : require());
  }

  private Schedule schedule() {
    Schedule schedule = times.schedule(now);
    for (int tries = dice.of(0, 2, 4);
        tries > 0 && !ReferenceSchedule.isOpen(schedule, now);
        tries--) {
      schedule = times.schedule(now);
    }
    return schedule;
  }

  private LimitDeclaration counter(String name) {
    Window window = dice.pick(WINDOWS);
    Algorithm algorithm =
        !(window instanceof Window.Month) && dice.oneIn(3) ? Algorithm.SLIDING : Algorithm.FIXED;
    boolean isOfCalendar =
        !(window instanceof Window.Seconds(long seconds)) || seconds == 3_600 || seconds == 86_400;
    ZoneId zone =
        algorithm == Algorithm.FIXED && isOfCalendar && !dice.oneIn(3)
            ? times.zone()
            : ZoneOffset.UTC;
    return new LimitDeclaration(
        name, window, 1, scope(), algorithm, zone, Cost.ONE, ChargedOn.ATTEMPT);
  }

  /** Of a rule or of all tools; rules share a counter with all tools now and then. */
  private List<LimitDeclaration> limits(String prefix) {
    List<LimitDeclaration> limits = new ArrayList<>();
    for (LimitDeclaration counter : counters.values()) {
      boolean isShared = prefix.equals("c") && dice.oneIn(6);
      if ((isShared || counter.counter().startsWith(prefix)) && dice.oneIn(2)) {
        limits.add(
            new LimitDeclaration(
                counter.counter(),
                counter.window(),
                max(),
                counter.scope(),
                counter.algorithm(),
                counter.timeZone(),
                cost(),
                dice.oneIn(5) ? ChargedOn.SUCCESS : ChargedOn.ATTEMPT));
      }
    }
    return limits;
  }

  private long max() {
    return switch (dice.upTo(20)) {
      case 0 -> dice.oneIn(2) ? 0 : 1;
      case 1 -> 1_000_000_000;
      default -> 1 + dice.upTo(10);
    };
  }

  private Cost cost() {
    return switch (dice.upTo(8)) {
      case 0 -> new Cost.Units(dice.of(0, 2, 3, 11));
      case 1 ->
          new Cost.Argument(
              new ValuePath.Argument(
                  dice.of(
                      List.of("i"),
                      List.of("i"),
                      List.of("n"),
                      List.of("l", "0"),
                      List.of("o", "a"))),
              dice.of(1, 3, 1_000_000_000));
      default -> Cost.ONE;
    };
  }
}
