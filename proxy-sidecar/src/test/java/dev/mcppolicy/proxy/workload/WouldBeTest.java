// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.bundle.Contested;
import dev.mcppolicy.bundle.Safeguards;
import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonText;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class WouldBeTest {
  private static final Workload VLLM =
      new Workload(
          "vllm-server",
          true,
          new Workload.Target("apps/v1", "Deployment", "vllm"),
          Optional.empty());

  private static WorkloadPreview preview(
      int wanted, OptionalInt kept, Map<String, Long> gpus, OptionalInt requests) {
    return new WorkloadPreview(RecordingWorkloads.replicas(wanted, wanted), kept, gpus, requests);
  }

  private static final WorkloadPreview RUNNING =
      preview(2, OptionalInt.empty(), Map.of("nvidia.com/gpu", 8L), OptionalInt.of(3));
  private static final WorkloadPreview STOPPED =
      preview(0, OptionalInt.of(2), Map.of("amd.com/gpu", 2L), OptionalInt.empty());

  private static WouldBe of(String tool, WorkloadPreview preview) {
    return WouldBe.of(tool, VLLM, preview).orElseThrow();
  }

  @Test
  void aStopFreesGpusAndCutsRequests() {
    WouldBe stop = of("stop_vllm", RUNNING);
    assertEquals(
        "It would have scaled Deployment `vllm` from 2 replicas to 0, which frees 8 GPUs"
            + " (nvidia.com/gpu); 3 requests run there now.",
        stop.text());
    assertEquals(
        "{\"workload\":\"vllm-server\",\"kind\":\"Deployment\",\"name\":\"vllm\",\"replicasFrom\":2,\"replicasTo\":0,\"requests\":3,\"gpusFreed\":{\"nvidia.com/gpu\":8}}",
        JsonText.string(stop.facts()));
  }

  @Test
  void aStartTakesGpusForTheKeptReplicas() {
    assertEquals(
        "It would have scaled Deployment `vllm` from 0 replicas to 2, which takes 2 GPUs"
            + " (amd.com/gpu).",
        of("start_vllm", STOPPED).text());
  }

  @Test
  void aRestartComesBack() {
    WouldBe restart = of("restart_vllm", RUNNING);
    assertEquals(
        "It would have scaled Deployment `vllm` from 2 replicas to 0 and back to 2; 3 requests run"
            + " there now.",
        restart.text());
    assertEquals(
        "{\"workload\":\"vllm-server\",\"kind\":\"Deployment\",\"name\":\"vllm\",\"replicasFrom\":2,\"replicasTo\":2,\"requests\":3}",
        JsonText.string(restart.facts()));
    assertEquals(of("start_vllm", STOPPED), of("restart_vllm", STOPPED));
  }

  @Test
  void saysWhenThereIsNothingToDo() {
    assertEquals(
        "It would have changed nothing: it is stopped already.", of("stop_vllm", STOPPED).text());
    assertEquals(
        "It would have changed nothing: it is started already.", of("start_vllm", RUNNING).text());
  }

  @Test
  void knowsToolsThatChangeNothing() {
    assertEquals(Optional.empty(), WouldBe.of("get_vllm_logs", VLLM, RUNNING));
    assertFalse(WouldBe.changes("get_vllm_logs"));
  }

  private static Workload guarded(Safeguards safeguards) {
    return new Workload(VLLM.name(), true, VLLM.target(), VLLM.model(), safeguards);
  }

  @Test
  void doesNotPromiseWhatAnotherControllerWouldUndo() {
    Workload contested =
        guarded(
            Safeguards.NONE.withContested(
                Optional.of(new Contested.Refused("Flux (Kustomization `models`)", "suspend it"))));
    assertEquals(
        "It would have changed nothing: it is refused while Flux (Kustomization `models`) undoes"
            + " it.",
        WouldBe.of("stop_vllm", contested, RUNNING).orElseThrow().text());
  }

  @Test
  void saysThatSafeguardsWereNotAsked() {
    Workload floored = guarded(new Safeguards(1, Optional.empty(), List.of(), Optional.empty()));
    assertTrue(
        WouldBe.of("stop_vllm", floored, RUNNING)
            .orElseThrow()
            .text()
            .endsWith(
                "; 3 requests run there now. What else a stop of it has to respect was not asked for this."));
    assertFalse(
        WouldBe.of("start_vllm", floored, STOPPED).orElseThrow().text().contains("respect"));
  }
}
