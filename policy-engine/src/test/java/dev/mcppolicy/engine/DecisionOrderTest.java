// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import static dev.mcppolicy.engine.Fixtures.NOW;
import static dev.mcppolicy.engine.Fixtures.call;
import static dev.mcppolicy.engine.Fixtures.object;
import static dev.mcppolicy.engine.Fixtures.policy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.mcppolicy.json.JsonValue.JsonObject;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The first step that applies decides: each call fails at its own step and at every later one that
 * it can get to, and is told the first.
 */
final class DecisionOrderTest {
  private static final BoundPolicy HIDES =
      policy("hides", "{version: '1', default: allow, hide: [t]}");
  private static final BoundPolicy DENIES =
      policy("denies", "{version: '1', default: allow, tools: {t: {action: deny}}}");
  private static final BoundPolicy NAMES_OTHERS =
      policy("others", "{version: '1', default: deny, tools: {other: {}}}");
  private static final BoundPolicy EVERYTHING =
      policy(
          "everything",
          """
          version: "1"
          default: deny
          tools:
            t:
              deny_if: [{path: args.a, op: eq, value: bad}]
              require: [{path: args.b, op: eq, value: good}]
              schedule: {deny: [{from: "10:00", to: "11:00"}]}
              limits: [{counter: c, window: minute, max: 1, scope: grant}]
              approval: {unless: [{path: args.c, op: eq, value: agreed}]}
          """);

  private static final String FITS_NOTHING = "{\"x\":1,\"a\":\"bad\"}";
  private static final Instant OPEN = Instant.parse("2026-11-18T12:00:00Z");

  private static final ToolCatalogue WITHOUT_THE_TOOL = _ -> new ToolLookup.Unknown();
  private static final ToolCatalogue WITH_THE_TOOL =
      name ->
          new ToolLookup.Known(
              new ToolDefinition(
                  name,
                  JsonObject.builder()
                      .put("inputSchema", object("{\"properties\":{\"a\":{},\"b\":{},\"c\":{}}}"))
                      .build()));

  private static DynamicTest step(
      ReasonCode expected,
      ToolCatalogue tools,
      String arguments,
      Instant now,
      long used,
      BoundPolicy... policies) {
    return dynamicTest(
        expected + " by " + Arrays.stream(policies).map(p -> p.id().name()).toList(),
        () ->
            assertEquals(
                expected,
                PolicySet.compile(List.of(policies))
                    .decide(call("t", arguments), tools, now, (_, _) -> used)
                    .reason()
                    .code()));
  }

  @TestFactory
  Stream<DynamicTest> theFirstStepThatAppliesDecides() {
    return Stream.of(
        // hidden or unknown, also for a grant that no policy applies to
        step(ReasonCode.UnknownTool, WITHOUT_THE_TOOL, FITS_NOTHING, NOW, 1),
        step(ReasonCode.UnknownTool, WITH_THE_TOOL, FITS_NOTHING, NOW, 1, HIDES, DENIES),
        // no policy
        step(ReasonCode.NoPolicy, WITH_THE_TOOL, FITS_NOTHING, NOW, 1),
        // action: deny, or not named
        step(ReasonCode.DeniedByRule, WITH_THE_TOOL, FITS_NOTHING, NOW, 1, EVERYTHING, DENIES),
        step(ReasonCode.NotAllowed, WITH_THE_TOOL, FITS_NOTHING, NOW, 1, NAMES_OTHERS),
        // arguments against the schema
        step(ReasonCode.UndeclaredArgument, WITH_THE_TOOL, FITS_NOTHING, NOW, 1, EVERYTHING),
        step(ReasonCode.DeniedByCondition, WITH_THE_TOOL, "{\"a\":\"bad\"}", NOW, 1, EVERYTHING),
        step(ReasonCode.RequirementNotMet, WITH_THE_TOOL, arguments("bad"), NOW, 1, EVERYTHING),
        step(ReasonCode.OutsideSchedule, WITH_THE_TOOL, arguments("good"), NOW, 1, EVERYTHING),
        step(ReasonCode.LimitExhausted, WITH_THE_TOOL, arguments("good"), OPEN, 1, EVERYTHING),
        step(ReasonCode.ApprovalNeeded, WITH_THE_TOOL, arguments("good"), OPEN, 0, EVERYTHING),
        step(
            ReasonCode.Allowed,
            WITH_THE_TOOL,
            "{\"a\":\"ok\",\"b\":\"good\",\"c\":\"agreed\"}",
            OPEN,
            0,
            EVERYTHING));
  }

  private static String arguments(String b) {
    return "{\"a\":\"ok\",\"b\":\"" + b + "\"}";
  }
}
