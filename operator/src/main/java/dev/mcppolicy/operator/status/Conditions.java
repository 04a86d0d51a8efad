// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Making conditions. Each carries its own observedGeneration, so that {@code kubectl wait} works.
 */
public final class Conditions {
  /** The API convention allows 32 KiB; nobody reads that much. */
  private static final int MESSAGE_CHARS_MAX = 4096;

  private Conditions() {}

  public static Condition isTrue(String type, long generation, String reason, String message) {
    return condition(type, "True", generation, reason, message);
  }

  public static Condition isFalse(String type, long generation, String reason, String message) {
    return condition(type, "False", generation, reason, message);
  }

  private static Condition condition(
      String type, String status, long generation, String reason, String message) {
    return new ConditionBuilder()
        .withType(type)
        .withStatus(status)
        .withObservedGeneration(generation)
        .withReason(reason)
        .withMessage(bounded(message))
        .build();
  }

  /**
   * The wanted conditions with the time of their last transition: that of the same condition before
   * when its status did not change, else now. Equal to {@code before} when nothing changed.
   */
  public static List<Condition> since(List<Condition> before, List<Condition> wanted, Instant now) {
    return wanted.stream().map(condition -> since(before, condition, now)).toList();
  }

  private static Condition since(List<Condition> before, Condition wanted, Instant now) {
    String since =
        find(before, wanted.getType())
            .filter(old -> Objects.equals(old.getStatus(), wanted.getStatus()))
            .map(Condition::getLastTransitionTime)
            .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString());
    return new ConditionBuilder(wanted).withLastTransitionTime(since).build();
  }

  public static Optional<Condition> find(List<Condition> conditions, String type) {
    return conditions.stream().filter(c -> Objects.equals(c.getType(), type)).findFirst();
  }

  private static String bounded(String message) {
    return message.length() <= MESSAGE_CHARS_MAX
        ? message
        : message.substring(0, MESSAGE_CHARS_MAX - 1) + "…";
  }
}
