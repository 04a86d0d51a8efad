// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonValue.JsonObject;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A call and the decision that the document's author expects of it.
 *
 * @param name for reports; a test without one is shown by its place
 * @param grantName under which the call is made; {@code test} when none is written
 * @param at when; 2026-01-01T00:00:00Z when none is written
 * @param state units used of counters, by the counter's name, in the window and scope of the call
 */
public record PolicyTest(
    Optional<String> name,
    Subject subject,
    JsonObject arguments,
    String grantName,
    Map<String, String> grantLabels,
    Instant at,
    Map<String, Long> state,
    Optional<TestWorkload> workload,
    Expectation expect) {
  public static final String DEFAULT_GRANT = "test";
  public static final Instant DEFAULT_AT = Instant.parse("2026-01-01T00:00:00Z");

  /** What a test can expect. */
  public static final List<String> DECISIONS =
      List.of("allow", "deny", "rate_limited", "needs_approval");

  /** Names of the reason codes, which the decision has and a document only mentions. */
  public static final List<String> REASONS =
      List.of(
          "UnknownTool",
          "CatalogueNotLoaded",
          "AllDenied",
          "NoPolicy",
          "DeniedByRule",
          "NotAllowed",
          "SchemaUnknown",
          "UndeclaredArgument",
          "InvalidArguments",
          "SchemaUnusable",
          "DeniedByCondition",
          "RequirementNotMet",
          "OutsideSchedule",
          "InvalidCost",
          "ApprovalNeeded",
          "LimitExhausted",
          "PolicyError",
          "Allowed");

  /** Tests in one document. */
  static final int TESTS_MAX = 256;

  /** Characters in a name. */
  static final int NAME_CHARS_MAX = 253;

  /** Characters in the value of a label. */
  static final int LABEL_CHARS_MAX = 256;

  /** Labels of a grant, or counters with a state. */
  static final int ENTRIES_MAX = 64;

  /** Characters in the pointer to a rule. */
  static final int POINTER_CHARS_MAX = 4_096;

  public PolicyTest {
    grantLabels = Collections.unmodifiableMap(new LinkedHashMap<>(grantLabels));
    state = Collections.unmodifiableMap(new LinkedHashMap<>(state));
  }

  /** The workload that the call acts on. */
  public record TestWorkload(String name, Optional<Long> replicas) {}

  /**
   * @param decision one of {@code allow deny rate_limited needs_approval}
   * @param reason name of a reason code, where one is expected
   * @param rule JSON Pointer, where one is expected
   */
  public record Expectation(String decision, Optional<String> reason, Optional<String> rule) {}
}
