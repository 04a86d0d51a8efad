// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import static dev.mcppolicy.engine.Fixtures.NOW;
import static dev.mcppolicy.engine.Fixtures.object;
import static dev.mcppolicy.engine.Fixtures.policy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.mcppolicy.engine.document.Subject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Three values: a condition is seen through what deny_if and require make of it. */
final class ConditionTest {
  private static final Grant GRANT = new Grant("agent", Map.of("team", "a", "acme.io/env", "prod"));
  private static final CalledWorkload WORKLOAD = new CalledWorkload("llama", Optional.of(2L));

  private record Case(String condition, String arguments, Truth expected) {}

  private static Case of(String condition, String arguments, Truth expected) {
    return new Case(condition, arguments, expected);
  }

  private static final Truth YES = Truth.TRUE;
  private static final Truth NO = Truth.FALSE;
  private static final Truth UNTOLD = Truth.UNDETERMINED;

  private static final List<Case> CASES =
      List.of(
          // eq and neq
          of("{path: args.a, op: eq, value: x}", "{\"a\":\"x\"}", YES),
          of("{path: args.a, op: eq, value: x}", "{\"a\":\"X\"}", NO),
          of("{path: args.a, op: neq, value: x}", "{\"a\":\"x\"}", NO),
          of("{path: args.a, op: neq, value: x}", "{\"a\":\"w\"}", YES),
          of("{path: args.a, op: eq, value: 22}", "{\"a\":\"22\"}", UNTOLD),
          of("{path: args.a, op: neq, value: 22}", "{\"a\":\"22\"}", UNTOLD),
          of("{path: args.a, op: eq, value: '22'}", "{\"a\":22}", UNTOLD),
          of("{path: args.a, op: eq, value: 1}", "{\"a\":true}", UNTOLD),
          of("{path: args.a, op: eq, value: true}", "{\"a\":true}", YES),
          of("{path: args.a, op: eq, value: true}", "{\"a\":false}", NO),
          of("{path: args.a, op: eq, value: true}", "{\"a\":\"true\"}", UNTOLD),
          of("{path: args.a, op: eq, value: null}", "{\"a\":null}", YES),
          of("{path: args.a, op: eq, value: null}", "{\"a\":0}", UNTOLD),
          of("{path: args.a, op: eq, value: x}", "{\"a\":null}", UNTOLD),
          of("{path: args.a, op: eq, value: [1, 2]}", "{\"a\":[1.0,2]}", YES),
          of("{path: args.a, op: eq, value: [1, 2]}", "{\"a\":[2,1]}", NO),
          of("{path: args.a, op: eq, value: [1, 2]}", "{\"a\":[1]}", NO),
          of("{path: args.a, op: eq, value: [1, 2]}", "{\"a\":{\"0\":1}}", UNTOLD),
          of("{path: args.a, op: eq, value: {x: 1, w: 2}}", "{\"a\":{\"w\":2.0,\"x\":1}}", YES),
          of("{path: args.a, op: eq, value: {x: 1, w: 2}}", "{\"a\":{\"x\":1}}", NO),
          of("{path: args.a, op: eq, value: {x: 1}}", "{\"a\":{\"w\":1}}", NO),
          // exact decimals
          of("{path: args.a, op: eq, value: 1}", "{\"a\":1.0}", YES),
          of("{path: args.a, op: eq, value: 1000}", "{\"a\":1e3}", YES),
          of("{path: args.a, op: eq, value: 0}", "{\"a\":-0.0}", YES),
          of("{path: args.a, op: eq, value: 0.1}", "{\"a\":0.10000000000000000001}", NO),
          of(
              "{path: args.a, op: eq, value: 9007199254740993}",
              "{\"a\":9007199254740992}",
              NO), // equal as doubles
          of(
              "{path: args.a, op: eq, value: 123456789012345678901234567890}",
              "{\"a\":123456789012345678901234567890}",
              YES),
          of("{path: args.a, op: lt, value: 123456789012345678901234567890}", "{\"a\":5}", YES),
          of("{path: args.a, op: gt, value: 0.1}", "{\"a\":0.10000000000000000001}", YES),
          // order
          of("{path: args.a, op: lt, value: 5}", "{\"a\":4.999}", YES),
          of("{path: args.a, op: lt, value: 5}", "{\"a\":5}", NO),
          of("{path: args.a, op: lte, value: 5}", "{\"a\":5.0}", YES),
          of("{path: args.a, op: lte, value: 5}", "{\"a\":6}", NO),
          of("{path: args.a, op: gt, value: 5}", "{\"a\":6}", YES),
          of("{path: args.a, op: gt, value: 5}", "{\"a\":5}", NO),
          of("{path: args.a, op: gt, value: -5}", "{\"a\":-6}", NO),
          of("{path: args.a, op: gte, value: 5}", "{\"a\":5}", YES),
          of("{path: args.a, op: gte, value: 5}", "{\"a\":4}", NO),
          of("{path: args.a, op: lt, value: 10}", "{\"a\":\"9\"}", UNTOLD),
          of("{path: args.a, op: gte, value: 5}", "{\"a\":null}", UNTOLD),
          of("{path: grant.name, op: lt, value: 5}", "{}", UNTOLD),
          // in and not_in
          of("{path: args.a, op: in, value: [x, w]}", "{\"a\":\"w\"}", YES),
          of("{path: args.a, op: in, value: [x, w]}", "{\"a\":\"z\"}", NO),
          of("{path: args.a, op: in, value: [x, w]}", "{\"a\":1}", UNTOLD),
          of("{path: args.a, op: in, value: [x, 1]}", "{\"a\":2}", NO),
          of("{path: args.a, op: in, value: [x, 1]}", "{\"a\":1.0}", YES),
          of("{path: args.a, op: in, value: [0.5, 1e3]}", "{\"a\":1000}", YES),
          of("{path: args.a, op: in, value: [0.5, 1e3]}", "{\"a\":5e-1}", YES),
          of("{path: args.a, op: in, value: [true, x]}", "{\"a\":false}", NO),
          of("{path: args.a, op: in, value: [false, x]}", "{\"a\":false}", YES),
          of("{path: args.a, op: in, value: [1, x]}", "{\"a\":true}", UNTOLD),
          of("{path: args.a, op: in, value: [null, x]}", "{\"a\":null}", YES),
          of("{path: args.a, op: in, value: [x]}", "{\"a\":null}", UNTOLD),
          of("{path: args.a, op: in, value: [x]}", "{\"a\":[\"x\"]}", UNTOLD),
          of("{path: args.a, op: not_in, value: [x, w]}", "{\"a\":\"w\"}", NO),
          of("{path: args.a, op: not_in, value: [x, w]}", "{\"a\":\"z\"}", YES),
          of("{path: args.a, op: not_in, value: [x, w]}", "{\"a\":1}", UNTOLD),
          // regex: the whole value (T74)
          of("{path: args.a, op: regex, value: 'team-a'}", "{\"a\":\"team-a\"}", YES),
          of("{path: args.a, op: regex, value: 'team-a'}", "{\"a\":\"xteam-a\"}", NO),
          of("{path: args.a, op: regex, value: 'team-a'}", "{\"a\":\"team-ab\"}", NO),
          of("{path: args.a, op: regex, value: '^x$'}", "{\"a\":\"x\\n\"}", NO),
          of("{path: args.a, op: regex, value: 'x'}", "{\"a\":\"X\"}", NO),
          of("{path: args.a, op: regex, value: '(?i)x'}", "{\"a\":\"X\"}", YES),
          of("{path: args.a, op: regex, value: 'a|ab'}", "{\"a\":\"ab\"}", YES),
          of("{path: args.a, op: regex, value: '[0-9]+'}", "{\"a\":22}", UNTOLD),
          // contains
          of("{path: args.a, op: contains, value: b}", "{\"a\":\"abc\"}", YES),
          of("{path: args.a, op: contains, value: x}", "{\"a\":\"abc\"}", NO),
          of("{path: args.a, op: contains, value: 1}", "{\"a\":\"1\"}", UNTOLD),
          of("{path: args.a, op: contains, value: b}", "{\"a\":[\"a\",\"b\"]}", YES),
          of("{path: args.a, op: contains, value: b}", "{\"a\":[\"ab\"]}", NO),
          of("{path: args.a, op: contains, value: b}", "{\"a\":[]}", NO),
          of("{path: args.a, op: contains, value: b}", "{\"a\":[1,\"b\"]}", YES),
          of("{path: args.a, op: contains, value: b}", "{\"a\":[1,\"a\"]}", UNTOLD),
          of("{path: args.a, op: contains, value: b}", "{\"a\":{\"b\":1}}", UNTOLD),
          // exists
          of("{path: args.a, op: exists}", "{\"a\":1}", YES),
          of("{path: args.a, op: exists}", "{\"a\":null}", YES),
          of("{path: args.a, op: exists}", "{}", NO),
          of("{path: args.a, op: exists, value: false}", "{}", YES),
          of("{path: args.a, op: exists, value: false}", "{\"a\":1}", NO),
          of("{path: args.a.b, op: exists}", "{\"a\":1}", NO),
          of("{path: args.a.b, op: exists, value: false}", "{\"a\":1}", YES),
          of("{path: grant.labels.none, op: exists}", "{}", NO),
          of("{path: workload.name, op: exists}", "{}", YES),
          // paths
          of("{path: args.a, op: eq, value: x}", "{}", UNTOLD),
          of("{path: args.a.b, op: eq, value: x}", "{\"a\":{\"b\":\"x\"}}", YES),
          of("{path: /a/b, op: eq, value: x}", "{\"a\":{\"b\":\"x\"}}", YES),
          of("{path: /a.b, op: eq, value: x}", "{\"a.b\":\"x\"}", YES),
          of("{path: args.a.b, op: eq, value: x}", "{\"a.b\":\"x\"}", UNTOLD),
          of("{path: /a~1b, op: eq, value: x}", "{\"a/b\":\"x\"}", YES),
          of("{path: /a~0b, op: eq, value: x}", "{\"a~b\":\"x\"}", YES),
          of("{path: args.a.b, op: eq, value: x}", "{\"a\":\"x\"}", UNTOLD),
          of("{path: args.a.1, op: eq, value: x}", "{\"a\":[\"w\",\"x\"]}", YES),
          of("{path: args.a.1, op: eq, value: x}", "{\"a\":{\"1\":\"x\"}}", YES),
          of("{path: args.a.01, op: exists}", "{\"a\":[\"w\",\"x\"]}", NO),
          of("{path: args.a.2, op: exists}", "{\"a\":[\"w\",\"x\"]}", NO),
          of("{path: args.a.99999999999, op: exists}", "{\"a\":[\"w\"]}", NO),
          of("{path: grant.name, op: eq, value: agent}", "{}", YES),
          of("{path: grant.labels.team, op: in, value: [a, b]}", "{}", YES),
          of("{path: grant.labels.acme.io/env, op: eq, value: prod}", "{}", YES),
          of("{path: grant.labels.none, op: eq, value: a}", "{}", UNTOLD),
          of("{path: workload.name, op: eq, value: llama}", "{}", YES),
          of("{path: workload.replicas, op: gte, value: 2}", "{}", YES),
          of("{path: workload.replicas, op: eq, value: 0}", "{}", NO),
          // Kleene
          of("{not: {path: args.a, op: eq, value: x}}", "{\"a\":\"x\"}", NO),
          of("{not: {path: args.a, op: eq, value: x}}", "{\"a\":\"w\"}", YES),
          of("{not: {path: args.a, op: eq, value: x}}", "{}", UNTOLD),
          of(all("x", "w"), "{\"a\":\"x\",\"b\":\"w\"}", YES),
          of(all("x", "w"), "{\"a\":\"x\",\"b\":\"n\"}", NO),
          of(all("x", "w"), "{\"b\":\"n\"}", NO),
          of(all("x", "w"), "{\"a\":\"n\"}", NO),
          of(all("x", "w"), "{\"a\":\"x\"}", UNTOLD),
          of(all("x", "w"), "{\"b\":\"w\"}", UNTOLD),
          of(any("x", "w"), "{\"a\":\"n\",\"b\":\"n\"}", NO),
          of(any("x", "w"), "{\"a\":\"n\",\"b\":\"w\"}", YES),
          of(any("x", "w"), "{\"b\":\"w\"}", YES),
          of(any("x", "w"), "{\"a\":\"x\"}", YES),
          of(any("x", "w"), "{\"a\":\"n\"}", UNTOLD),
          of(any("x", "w"), "{\"b\":\"n\"}", UNTOLD));

  private static String all(String a, String b) {
    return "{all: [" + two(a, b) + "]}";
  }

  private static String any(String a, String b) {
    return "{any: [" + two(a, b) + "]}";
  }

  private static String two(String a, String b) {
    return "{path: args.a, op: eq, value: %s}, {path: args.b, op: eq, value: %s}".formatted(a, b);
  }

  private static Decision decide(String key, String condition, Call call) {
    return PolicySet.compile(
            List.of(
                policy(
                    "p",
                    """
                    version: "1"
                    default: deny
                    tools:
                      t: {strict_arguments: false, reason: because, %s: [%s]}
                    """
                        .formatted(key, condition))))
        .decide(call, Fixtures.CATALOGUE, NOW, (_, _) -> 0);
  }

  private static Call call(String arguments) {
    return new Call(
        Subject.tool("t"), object(arguments), new Caller(GRANT, "s"), Optional.of(WORKLOAD));
  }

  private static boolean denies(String condition, Call call) {
    Decision decision = decide("deny_if", condition, call);
    if (decision instanceof Decision.Allow) {
      return false;
    }
    assertEquals(ReasonCode.DeniedByCondition, decision.reason().code());
    assertEquals("/tools/t/deny_if/0", decision.reason().rule());
    return true;
  }

  private static boolean satisfies(String condition, Call call) {
    Decision decision = decide("require", condition, call);
    if (decision instanceof Decision.Allow) {
      return true;
    }
    assertEquals(ReasonCode.RequirementNotMet, decision.reason().code());
    assertEquals("/tools/t/require/0", decision.reason().rule());
    return false;
  }

  private static void assertTruth(Truth expected, String condition, Call call) {
    switch (expected) {
      case TRUE -> {
        assertTrue(denies(condition, call));
        assertTrue(satisfies(condition, call));
      }
      case FALSE -> {
        assertFalse(denies(condition, call));
        assertFalse(satisfies(condition, call));
      }
      case UNDETERMINED -> {
        assertTrue(denies(condition, call));
        assertFalse(satisfies(condition, call));
        String text = decide("deny_if", condition, call).reason().text();
        assertTrue(text.contains("which cannot be told"), text);
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> isTrueFalseOrUndetermined() {
    return CASES.stream()
        .map(
            one ->
                dynamicTest(
                    one.condition + " of " + one.arguments + " is " + one.expected.word(),
                    () -> assertTruth(one.expected, one.condition, call(one.arguments))));
  }

  @Test
  void optionalExcusesAnAbsentValueInBothDirections() {
    for (String condition :
        List.of(
            "{path: args.a, op: eq, value: x, optional: true}",
            "{path: args.a, op: neq, value: x, optional: true}",
            "{path: args.a.b, op: in, value: [x], optional: true}",
            "{path: grant.labels.none, op: regex, value: x, optional: true}")) {
      assertFalse(denies(condition, call("{}")), condition);
      assertTrue(satisfies(condition, call("{}")), condition);
    }
  }

  @Test
  void optionalUnderNotTurnsRound() {
    String condition = "{not: {path: args.a, op: eq, value: x, optional: true}}";
    assertTrue(denies(condition, call("{}")));
    assertFalse(satisfies(condition, call("{}")));
  }

  @Test
  void optionalExcusesNoWrongType() {
    for (String arguments : List.of("{\"a\":1}", "{\"a\":null}")) {
      assertTruth(
          Truth.UNDETERMINED, "{path: args.a, op: eq, value: x, optional: true}", call(arguments));
    }
    assertTruth(
        Truth.UNDETERMINED,
        "{path: args.a.b, op: eq, value: x, optional: true}",
        call("{\"a\":\"text\"}"));
  }

  @Test
  void workloadIsAbsentForACallThatActsOnNone() {
    Call none = Call.ofTool("t", object("{}"), GRANT);
    assertTruth(Truth.UNDETERMINED, "{path: workload.name, op: eq, value: llama}", none);
    assertTruth(Truth.UNDETERMINED, "{path: workload.replicas, op: eq, value: 0}", none);
    assertTruth(Truth.FALSE, "{path: workload.replicas, op: exists}", none);
    assertFalse(denies("{path: workload.replicas, op: eq, value: 0, optional: true}", none));
  }

  @Test
  void replicasThatCouldNotBeReadAreNeverExcused() {
    Call unread =
        new Call(
            Subject.tool("t"),
            object("{}"),
            new Caller(GRANT, "s"),
            Optional.of(new CalledWorkload("llama", Optional.empty())));
    String condition = "{path: workload.replicas, op: gt, value: 0, optional: true}";
    assertTruth(Truth.UNDETERMINED, condition, unread);
    assertTruth(Truth.FALSE, "{path: workload.replicas, op: exists}", unread);
  }

  @Test
  void aLongTextIsUndetermined() { // T73
    String longest = "{\"a\":\"" + "x".repeat(8_192) + "\"}";
    String tooLong = "{\"a\":\"" + "x".repeat(8_193) + "\"}";
    for (String comparison :
        List.of(
            "{path: args.a, op: neq, value: x}",
            "{path: args.a, op: not_in, value: [x, w]}",
            "{path: args.a, op: regex, value: 'x*'}",
            "{path: args.a, op: contains, value: x}")) {
      assertTruth(Truth.TRUE, comparison, call(longest));
      assertTruth(Truth.UNDETERMINED, comparison, call(tooLong));
    }
    assertTruth(
        Truth.UNDETERMINED,
        "{path: args.a, op: contains, value: x}",
        call("{\"a\":[\"" + "x".repeat(8_193) + "\"]}"));
    assertTruth(Truth.TRUE, "{path: args.a, op: exists}", call(tooLong));
  }

  @Test
  void matchesInTimeLinearInTheText() { // T73
    Call evil = call("{\"a\":\"" + "a".repeat(8_000) + "!\"}");
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> assertTruth(Truth.FALSE, "{path: args.a, op: regex, value: '(a+)+'}", evil));
  }

  /** What is remembered of the last text must not answer for another. */
  @Test
  void matchesEveryTextForItself() {
    PolicySet set =
        PolicySet.compile(
            List.of(
                policy(
                    "p",
                    """
                    {version: "1", default: deny, tools: {t: {strict_arguments: false,
                      require: [{path: args.a, op: regex, value: "[a-z]+"}]}}}
                    """)));
    for (String text : List.of("abc", "abc", "ABC", "abc", "abc1", "")) {
      boolean allowed =
          set.decide(call("{\"a\":\"" + text + "\"}"), Fixtures.CATALOGUE, NOW, (_, _) -> 0)
              instanceof Decision.Allow;
      assertEquals(text.equals("abc"), allowed, text);
    }
  }

  @Test
  void aResourceHasNoArguments() {
    PolicySet set =
        PolicySet.compile(
            List.of(
                policy(
                    "p",
                    """
                    version: "1"
                    default: deny
                    resources:
                      default: deny
                      file:///a: {require: [{path: args.a, op: exists, value: false}]}
                      file:///b: {deny_if: [{path: args.a, op: eq, value: x}]}
                    """)));
    assertInstanceOf(Decision.Allow.class, read(set, "file:///a"));
    assertEquals(ReasonCode.DeniedByCondition, read(set, "file:///b").reason().code());
  }

  private static Decision read(PolicySet set, String uri) {
    return set.decide(
        new Call(
            new Subject(Subject.Kind.RESOURCE, uri),
            object("{}"),
            new Caller(GRANT, ""),
            Optional.empty()),
        Fixtures.CATALOGUE,
        NOW,
        (_, _) -> 0);
  }

  @Test
  void saysWhatIsDeniedAndNeverTheValueThatWasSent() {
    String secret = "s3cr3t-value";
    Decision decision =
        decide(
            "deny_if",
            "{path: args.a, op: contains, value: s3cr3t}",
            call("{\"a\":\"" + secret + "\"}"));
    assertEquals(
        "Denied by policy: `t` may not be called when `args.a` contains `s3cr3t` (policy"
            + " inference/p). Reason: because",
        decision.reason().text());
  }

  @Test
  void saysWhatIsRequiredAndWhyItCannotBeTold() {
    assertEquals(
        "Denied by policy: `t` may only be called when `args.port` is at most 9000, which cannot be"
            + " told: `args.port` is of type string (policy inference/p). Reason: because",
        decide("require", "{path: args.port, op: lte, value: 9000}", call("{\"port\":\"80\"}"))
            .reason()
            .text());
    assertEquals(
        "Denied by policy: `t` may only be called when (`args.a` is one of `x`, `w` or not"
            + " (`grant.name` matches `b.*`)) (policy inference/p). Reason: because",
        decide(
                "require",
                "{any: [{path: args.a, op: in, value: [x, w]},"
                    + " {not: {path: grant.name, op: regex, value: 'b.*'}}]}",
                new Call(
                    Subject.tool("t"),
                    object("{\"a\":\"z\"}"),
                    new Caller(new Grant("bob"), ""),
                    Optional.empty()))
            .reason()
            .text());
  }

  @Test
  void boundsWhatItSaysOfALargeCondition() {
    String many = "{path: args.a, op: eq, value: '" + "w".repeat(60) + "'}, ";
    String condition = "{all: [" + many.repeat(30) + "{path: args.b, op: exists}]}";
    String text = decide("require", condition, call("{\"a\":\"no\"}")).reason().text();
    assertTrue(text.length() < 600, text);
  }

  @Test
  void denyIfIsLookedAtBeforeRequire() {
    PolicySet set =
        PolicySet.compile(
            List.of(
                policy(
                    "p",
                    """
                    version: "1"
                    default: deny
                    tools:
                      t:
                        strict_arguments: false
                        require: [{path: args.a, op: eq, value: x}]
                        deny_if: [{path: args.b, op: eq, value: w}]
                    """)));
    assertEquals(
        ReasonCode.DeniedByCondition,
        set.decide(call("{\"a\":\"n\",\"b\":\"w\"}"), Fixtures.CATALOGUE, NOW, (_, _) -> 0)
            .reason()
            .code());
  }

  @Test
  void everyConditionOfEveryPolicyHolds() {
    PolicySet set =
        PolicySet.compile(
            List.of(
                policy(
                    "a",
                    """
                    {version: "1", default: deny, tools: {t: {strict_arguments: false,
                      require: [{path: args.a, op: eq, value: x}]}}}
                    """),
                policy(
                    "b",
                    """
                    {version: "1", default: deny, tools: {t: {strict_arguments: false,
                      deny_if: [{path: args.b, op: exists}, {path: args.c, op: exists}]}}}
                    """)));
    assertInstanceOf(Decision.Allow.class, decide(set, "{\"a\":\"x\"}"));
    assertEquals("/tools/t/require/0", decide(set, "{\"a\":\"w\"}").reason().rule());
    assertEquals("/tools/t/deny_if/1", decide(set, "{\"a\":\"x\",\"c\":1}").reason().rule());
  }

  private static Decision decide(PolicySet set, String arguments) {
    return set.decide(call(arguments), Fixtures.CATALOGUE, NOW, (_, _) -> 0);
  }
}
