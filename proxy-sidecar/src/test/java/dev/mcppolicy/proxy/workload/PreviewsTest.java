// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.bundle.Workload;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PreviewsTest {
  private static final Workload VLLM =
      new Workload(
          "vllm", true, new Workload.Target("apps/v1", "Deployment", "vllm"), Optional.empty());
  private static final WorkloadPreview PREVIEW =
      new WorkloadPreview(
          RecordingWorkloads.replicas(2, 2), OptionalInt.empty(), Map.of(), OptionalInt.empty());

  private final RecordingWorkloads workloads = new RecordingWorkloads();
  private final Previews previews = new Previews(Optional.of(workloads));

  private Optional<WorkloadPreview> ask() throws Exception {
    return asked(VLLM).get(5, TimeUnit.SECONDS);
  }

  private CompletableFuture<Optional<WorkloadPreview>> asked(Workload workload) {
    var answer = new CompletableFuture<Optional<WorkloadPreview>>();
    previews.of(workload, answer::complete);
    return answer;
  }

  private static Workload named(String name) {
    return new Workload(name, false, VLLM.target(), Optional.empty());
  }

  @Test
  void looksAtFourAtATimeHoweverManyThereAre() throws Exception {
    workloads.previewDelay = java.time.Duration.ofMinutes(1);
    var answers = IntStream.range(0, 64).mapToObj(i -> asked(named("w" + i))).toList();
    for (var answer : answers) {
      assertEquals(Optional.empty(), answer.get(5, TimeUnit.SECONDS));
    }
    assertEquals(4, workloads.previewed.get());
  }

  @Test
  void makesRoomForTheNextLook() throws Exception {
    for (int i = 0; i < 20; i++) {
      workloads.previews.put("w" + i, PREVIEW);
    }
    for (int i = 0; i < 20; i++) {
      Optional<WorkloadPreview> seen;
      do { // a look makes room just after it has told
        seen = asked(named("w" + i)).get(5, TimeUnit.SECONDS);
      } while (seen.isEmpty());
      assertEquals(Optional.of(PREVIEW), seen);
    }
  }

  @Test
  void looksOnceHoweverManyCallsAreDenied() throws Exception {
    workloads.previews.put("vllm", PREVIEW);
    for (int i = 0; i < 100; i++) {
      assertEquals(Optional.of(PREVIEW), ask());
    }
    assertEquals(1, workloads.previewed.get());
  }

  @Test
  void doesNotWaitForWhatTakesTooLong() throws Exception {
    workloads.previewDelay = java.time.Duration.ofSeconds(30);
    long begun = System.nanoTime();
    assertEquals(Optional.empty(), ask());
    assertTrue(System.nanoTime() - begun < 3_000_000_000L);
  }

  @Test
  void tellsNothingWhenLookingBreaks() throws Exception {
    workloads.previews.put("vllm", PREVIEW);
    workloads.previewBreaks = true;
    assertEquals(Optional.empty(), ask());
    assertEquals(1, workloads.previewed.get(), "and is not tried for every call");
    ask();
    assertEquals(1, workloads.previewed.get());
  }
}
