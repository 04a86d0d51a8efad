// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mcppolicy.bundle.Contested;
import dev.mcppolicy.bundle.Safeguards;
import dev.mcppolicy.bundle.Workload;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ContestedConditionTest {
  private static final Workload REFUSED = workload("a", new Contested.Refused("Flux", "do this"));
  private static final Workload PAUSED = workload("b", new Contested.Paused("so", 1));
  private static final Workload RESTS = workload("c", new Contested.Rests("HPA `h`", 2));

  private static Workload workload(String name, Contested contested) {
    return new Workload(
        name,
        false,
        new Workload.Target("apps/v1", "Deployment", name),
        Optional.empty(),
        new Safeguards(0, Optional.empty(), List.of(), Optional.of(contested)));
  }

  @Test
  void isNotThereWhileNobodyElseScales() {
    Workload alone =
        new Workload(
            "d", true, new Workload.Target("apps/v1", "Deployment", "d"), Optional.empty());
    assertEquals(Optional.empty(), ContestedCondition.of(1, List.of(alone)));
  }

  @Test
  void saysForEachWorkloadWhoAndWhatToDo() {
    Condition condition = ContestedCondition.of(4, List.of(RESTS, PAUSED, REFUSED)).orElseThrow();
    assertEquals("ScaleContested", condition.getType());
    assertEquals("True", condition.getStatus());
    assertEquals("ChangesRefused", condition.getReason());
    assertEquals(4, condition.getObservedGeneration());
    assertEquals(
        """
        workload `c`: HPA `h` rests while it is stopped; a start returns to 2 or more, from where it scales again
        workload `b`: ScaledObject `so` is paused by a stop and released by a start
        workload `a`: its replicas are set by Flux, so stop_vllm, start_vllm and restart_vllm are refused; what to do: do this""",
        condition.getMessage());
  }

  @Test
  void itsReasonIsThatOfTheWorstCase() {
    assertEquals(
        "PausedWithAStop",
        ContestedCondition.of(1, List.of(RESTS, PAUSED)).orElseThrow().getReason());
    assertEquals("RestsAtZero", ContestedCondition.of(1, List.of(RESTS)).orElseThrow().getReason());
  }
}
