// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.engine.document.PolicyTest.Expectation;
import dev.mcppolicy.engine.document.PolicyTest.TestWorkload;
import dev.mcppolicy.engine.document.Schedule.Period;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonNull;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/** One valid document that uses every field of the language with some probability. */
final class RandomDocument {
  private static final List<String> TEXTS =
      List.of("a", "no", "10", "true", "null", "~", "22:00", "2026-12-24", "{x}", "a: b", "\u00e9");
  private static final List<ZoneId> ZONES =
      List.of(ZoneOffset.UTC, ZoneId.of("Europe/Berlin"), ZoneId.of("America/New_York"));
  private static final List<String> PATTERNS =
      List.of("a+", "[a-z]{1,8}", "(?i)model-[0-9]+", "\\d+|x", "");

  private final Random random;
  private final Map<String, LimitDeclaration> counters = new LinkedHashMap<>();
  private final Set<String> counterNames = new LinkedHashSet<>();

  RandomDocument(Random random) {
    this.random = random;
    for (String name : List.of("c0", "c1", "c.2")) {
      counters.put(name, counter(name));
    }
  }

  PolicyDocument document() {
    List<LimitDeclaration> allTools = maybe(4) ? limits() : List.of();
    Map<String, Rule> tools = new LinkedHashMap<>();
    for (String tool : DocumentArbitraries.TOOLS) {
      if (!maybe(3)) {
        tools.put(tool, rule(Subject.tool(tool)));
      }
    }
    RuleSet resources =
        maybe(3) ? ruleSet(Subject.Kind.RESOURCE, "file:///a", "x:\"y") : RuleSet.DENY_ALL;
    RuleSet prompts = maybe(3) ? ruleSet(Subject.Kind.PROMPT, "greet me", "t0") : RuleSet.DENY_ALL;
    List<PolicyTest> tests = maybe(3) ? list(4, this::test) : List.of();
    return new PolicyDocument(
        "1",
        one(Action.ALLOW, Action.DENY),
        one(Mode.ENFORCE, Mode.AUDIT),
        one(Recording.BEST_EFFORT, Recording.REQUIRED),
        maybe(3) ? hidden() : Hidden.NOTHING,
        allTools,
        tools,
        resources,
        prompts,
        tests);
  }

  private Hidden hidden() {
    boolean all = maybe(2);
    return new Hidden(all, !all || maybe(2) ? Set.of("t1", "secret.tool") : Set.of());
  }

  private RuleSet ruleSet(Subject.Kind kind, String... names) {
    Map<String, Rule> rules = new LinkedHashMap<>();
    for (String name : names) {
      if (maybe(2)) {
        rules.put(name, rule(new Subject(kind, name)));
      }
    }
    return new RuleSet(one(Action.ALLOW, Action.DENY), rules);
  }

  private Rule rule(Subject subject) {
    Optional<String> reason = optional(() -> "because \u00e9 " + text());
    if (maybe(5)) {
      return Rule.deny(reason);
    }
    return new Rule(
        Action.ALLOW,
        reason,
        maybe(3) ? conditions(0) : List.of(),
        maybe(3) ? conditions(0) : List.of(),
        maybe(2) ? limits() : List.of(),
        optional(() -> rateLimit(subject)),
        optional(this::approval),
        optional(this::schedule),
        subject.kind() != Subject.Kind.TOOL || !maybe(4),
        optional(() -> one(Mode.ENFORCE, Mode.AUDIT)));
  }

  private LimitDeclaration rateLimit(Subject subject) {
    String counter = LimitDeclaration.generatedCounter(subject);
    counterNames.add(counter);
    return new LimitDeclaration(
        counter,
        DocumentArbitraries.window(random),
        DocumentArbitraries.max(random),
        maybe(3) ? scope() : Set.of(Scope.GRANT));
  }

  /** What all limits of one counter agree in. */
  private LimitDeclaration counter(String name) {
    Window window = DocumentArbitraries.window(random);
    boolean canSlide = !(window instanceof Window.Month);
    Algorithm algorithm = canSlide && maybe(3) ? Algorithm.SLIDING : Algorithm.FIXED;
    ZoneId zone =
        algorithm == Algorithm.FIXED && window.isOfCalendar() ? any(ZONES) : ZoneOffset.UTC;
    return new LimitDeclaration(
        name, window, 1, scope(), algorithm, zone, Cost.ONE, ChargedOn.ATTEMPT);
  }

  private Set<Scope> scope() {
    var scope = EnumSet.of(any(List.of(Scope.values())));
    for (Scope more : Scope.values()) {
      if (maybe(4)) {
        scope.add(more);
      }
    }
    return scope;
  }

  private List<LimitDeclaration> limits() {
    var limits = new ArrayList<LimitDeclaration>();
    for (LimitDeclaration counter : counters.values()) {
      if (limits.isEmpty() || maybe(2)) {
        counterNames.add(counter.counter());
        limits.add(
            new LimitDeclaration(
                counter.counter(),
                counter.window(),
                DocumentArbitraries.max(random),
                counter.scope(),
                counter.algorithm(),
                counter.timeZone(),
                cost(),
                one(ChargedOn.ATTEMPT, ChargedOn.SUCCESS)));
      }
    }
    return limits;
  }

  private Cost cost() {
    return switch (random.nextInt(4)) {
      case 0 -> new Cost.Units(random.nextInt(3));
      case 1 -> new Cost.Argument(argument(), 1 + random.nextInt(100));
      default -> Cost.ONE;
    };
  }

  private Approval approval() {
    return new Approval(
        maybe(2) ? Set.of("ops", "a b") : Set.of(),
        maybe(2) ? Set.of("anna") : Set.of(),
        Duration.ofSeconds(any(List.of(1L, 90L, 600L, 3_600L, 604_800L))),
        optional(this::text),
        maybe(3) ? conditions(0) : List.of());
  }

  private Schedule schedule() {
    List<Period> allow = maybe(2) ? list(2, this::period) : List.of();
    List<Period> deny = maybe(2) ? list(2, this::period) : List.of();
    boolean needsDate = allow.isEmpty() && deny.isEmpty();
    Set<LocalDate> except =
        needsDate || maybe(3)
            ? Set.of(LocalDate.of(2026, 12, 24), LocalDate.of(2028, 2, 29))
            : Set.of();
    return new Schedule(any(ZONES), allow, deny, except);
  }

  private Period period() {
    var days = EnumSet.of(any(List.of(DayOfWeek.values())));
    for (DayOfWeek day : DayOfWeek.values()) {
      if (maybe(2)) {
        days.add(day);
      }
    }
    int from = random.nextInt(1_440);
    int to = 1 + random.nextInt(1_440);
    return new Period(maybe(3) ? EnumSet.allOf(DayOfWeek.class) : days, from == to ? 0 : from, to);
  }

  private List<Condition> conditions(int depth) {
    return list(3, () -> condition(depth));
  }

  private Condition condition(int depth) {
    return switch (depth == 3 ? 9 : random.nextInt(9)) {
      case 0 -> new Condition.All(conditions(depth + 1));
      case 1 -> new Condition.Any(conditions(depth + 1));
      case 2 -> new Condition.Not(condition(depth + 1));
      default -> comparison();
    };
  }

  private Condition comparison() {
    Operator operator = any(List.of(Operator.values()));
    JsonValue operand =
        switch (operator) {
          case EQ, NEQ, CONTAINS -> value(2);
          case IN, NOT_IN -> new JsonArray(list(3, () -> value(0)));
          case LT, LTE, GT, GTE -> number();
          case REGEX -> JsonValue.of(any(PATTERNS));
          case EXISTS -> JsonValue.of(maybe(2));
        };
    return new Condition.Comparison(path(), operator, operand, maybe(3));
  }

  private ValuePath path() {
    return switch (random.nextInt(8)) {
      case 0 -> new ValuePath.GrantName();
      case 1 -> new ValuePath.GrantLabel(one("team", "example.org/team.x"));
      case 2 -> new ValuePath.WorkloadName();
      case 3 -> new ValuePath.WorkloadReplicas();
      default -> argument();
    };
  }

  private ValuePath.Argument argument() {
    return new ValuePath.Argument(
        list(3, () -> any(List.of("a", "b", "0", "12", "a.b", "", "~1", "x/y", "\u00e9"))));
  }

  private JsonValue value(int depth) {
    return switch (random.nextInt(depth == 0 ? 4 : 6)) {
      case 0 -> JsonValue.of(text());
      case 1 -> number();
      case 2 -> JsonValue.of(maybe(2));
      case 3 -> JsonNull.NULL;
      case 4 -> new JsonArray(list(2, () -> value(depth - 1)));
      default -> JsonObject.builder().put(text(), value(depth - 1)).build();
    };
  }

  private JsonNumber number() {
    return new JsonNumber(any(List.of("0", "-1", "10", "1.0", "1.5", "1e3", "123456789012345678")));
  }

  private PolicyTest test() {
    Subject subject =
        switch (random.nextInt(4)) {
          case 0 -> new Subject(Subject.Kind.RESOURCE, "file:///a");
          case 1 -> new Subject(Subject.Kind.PROMPT, "greet me");
          default -> Subject.tool(any(DocumentArbitraries.TOOLS));
        };
    boolean hasArguments = subject.kind() != Subject.Kind.RESOURCE && maybe(2);
    Map<String, Long> state = new LinkedHashMap<>();
    for (String counter : counterNames) {
      if (maybe(3)) {
        state.put(counter, (long) random.nextInt(20));
      }
    }
    return new PolicyTest(
        optional(this::text),
        subject,
        hasArguments ? JsonObject.builder().put("a", value(2)).build() : JsonObject.EMPTY,
        one("test", "grant-1"),
        maybe(3) ? Map.of("team", text(), "example.org/x", "") : Map.of(),
        any(
            List.of(
                PolicyTest.DEFAULT_AT,
                Instant.parse("2026-07-01T12:30:00Z"),
                Instant.parse("2028-02-29T23:59:59.999Z"))),
        state,
        optional(() -> new TestWorkload("vllm", optional(() -> (long) random.nextInt(3)))),
        new Expectation(
            any(PolicyTest.DECISIONS),
            optional(() -> any(PolicyTest.REASONS)),
            optional(() -> "/tools/t0")));
  }

  private String text() {
    return any(TEXTS);
  }

  private boolean maybe(int oneIn) {
    return random.nextInt(oneIn) == 0;
  }

  private <T> Optional<T> optional(Supplier<T> value) {
    return maybe(3) ? Optional.of(value.get()) : Optional.empty();
  }

  private <T> List<T> list(int max, Supplier<T> element) {
    var list = new ArrayList<T>();
    for (int i = 0; i <= random.nextInt(max); i++) {
      list.add(element.get());
    }
    return list;
  }

  private <T> T any(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private <T> T one(T first, T second) {
    return maybe(2) ? first : second;
  }
}
