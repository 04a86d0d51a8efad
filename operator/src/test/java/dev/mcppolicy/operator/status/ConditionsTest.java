// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ConditionsTest {
  private static final Instant THEN = Instant.parse("2026-05-01T12:00:00.5Z");
  private static final Instant LATER = Instant.parse("2026-05-01T13:00:00Z");

  @Test
  void equalsTheConditionsBeforeWhenNothingChanged() {
    List<Condition> before = Conditions.since(List.of(), ready("A", 1), THEN);
    assertEquals(before, Conditions.since(before, ready("A", 1), LATER), "so nothing is written");
  }

  @Test
  void keepsTheTransitionTimeWhenOnlyTheReasonOrGenerationChanged() {
    List<Condition> before = Conditions.since(List.of(), ready("A", 1), THEN);
    Condition now = Conditions.since(before, ready("B", 2), LATER).getFirst();
    assertEquals("2026-05-01T12:00:00Z", now.getLastTransitionTime());
    assertEquals(2, now.getObservedGeneration());
  }

  @Test
  void movesTheTransitionTimeWithTheStatus() {
    List<Condition> before = Conditions.since(List.of(), ready("A", 1), THEN);
    Condition now =
        Conditions.since(before, List.of(Conditions.isFalse("Ready", 1, "C", "no")), LATER)
            .getFirst();
    assertEquals("2026-05-01T13:00:00Z", now.getLastTransitionTime());
  }

  @Test
  void boundsTheMessage() { // T127
    String message = Conditions.isTrue("Ready", 1, "A", "x".repeat(100_000)).getMessage();
    assertEquals(4096, message.length());
    assertTrue(message.endsWith("…"));
  }

  private static List<Condition> ready(String reason, long generation) {
    return List.of(Conditions.isTrue("Ready", generation, reason, "yes"));
  }
}
