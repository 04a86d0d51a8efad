// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.api.v1alpha1.McpServerState;
import dev.mcppolicy.api.v1alpha1.McpServerStateSpec;
import dev.mcppolicy.api.v1alpha1.McpServerStateSpec.PodState;
import dev.mcppolicy.bundle.Bundle;
import dev.mcppolicy.operator.watch.PodView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A sidecar that somebody else controls writes what he likes. */
final class AcknowledgementsTest {
  private static final Instant NOW = BundleCompilerTest.NOW;
  private static final long PUBLISHED = NOW.toEpochMilli();
  private static final PodView HONEST = new PodView("honest", "uid-of-honest", true);
  private static final PodView LIAR = new PodView("liar", "uid-of-liar", true);

  @Test
  void believesNoSequenceThatWasNeverPublished() {
    Acknowledgements acks = acks(9_007_199_254_740_991L, Optional.empty());
    assertTrue(acks.hasAny(HONEST));
    assertFalse(acks.hasAny(LIAR));
    assertEquals(PUBLISHED, acks.highest(), "no sequence follows the claim");
    String text = acks.forgedBy(List.of(HONEST, LIAR)).orElseThrow();
    assertTrue(text.startsWith("pod `liar` acknowledges bundle 9007199254740991"), text);
    assertEquals(Optional.empty(), acks.forgedBy(List.of(HONEST)), "of a pod that is gone");
  }

  @Test
  void believesWhatAnOperatorWithAnotherClockPublished() {
    long ahead = NOW.plus(Duration.ofHours(23)).toEpochMilli();
    assertEquals(ahead, acks(ahead, Optional.empty()).highest());
    long farAhead = NOW.plus(Duration.ofHours(25)).toEpochMilli();
    assertEquals(PUBLISHED, acks(farAhead, Optional.empty()).highest());
    assertEquals(farAhead, acks(farAhead, Optional.of(published(farAhead))).highest());
    assertEquals(PUBLISHED, acks(farAhead + 1, Optional.of(published(farAhead))).highest());
  }

  private static Acknowledgements acks(long claimed, Optional<Bundle> published) {
    McpServerState state = new McpServerState();
    state.setSpec(
        new McpServerStateSpec(
            Map.of(
                "honest", new PodState("uid-of-honest", PUBLISHED, "sha256:1", null),
                "liar", new PodState("uid-of-liar", claimed, "sha256:1", null)),
            Map.of(),
            null,
            Map.of()));
    return Acknowledgements.of(Optional.of(state), published, NOW);
  }

  private static Bundle published(long sequence) {
    return BundleCompiler.compile(
            BundleCompilerTest.input(List.of(), List.of(), 1, Optional.empty(), 0))
        .withSequence(sequence);
  }
}
