// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import static dev.mcppolicy.proxy.kubernetes.FakeApiServer.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.workload.WorkloadOutcome;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.AlreadyThere;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Failed;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Scaled;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KubernetesWorkloadsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final String SCALE = "/apis/apps/v1/namespaces/inference/deployments/vllm/scale";
  private static final String STATE =
      "/apis/mcppolicy.dev/v1alpha1/namespaces/inference/mcpserverstates/server";
  private static final Workload VLLM =
      new Workload(
          "vllm-server",
          true,
          new Workload.Target("apps/v1", "Deployment", "vllm"),
          Optional.empty());

  @TempDir Path folder;
  private FakeApiServer api;
  private ApiServer client;
  private KubernetesWorkloads workloads;

  @BeforeEach
  void connect() throws IOException {
    api = new FakeApiServer(folder);
    api.put(STATE, JsonObject.EMPTY);
    client = new ApiServer(api.settings());
    workloads =
        new KubernetesWorkloads(
            client,
            new ServerState(client, "inference", "server"),
            "inference",
            InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z")));
  }

  @AfterEach
  void disconnect() {
    client.close();
    api.close();
  }

  private void scale(int replicas, int observed) {
    api.put(
        SCALE,
        json(
            "{\"kind\":\"Scale\",\"metadata\":{\"name\":\"vllm\"},\"spec\":{\"replicas\":"
                + replicas
                + "},\"status\":{\"replicas\":"
                + observed
                + "}}"));
  }

  private String replicas() {
    return JsonText.string(api.spec(SCALE));
  }

  private Failed failed(WorkloadOutcome outcome) {
    return assertInstanceOf(Failed.class, outcome);
  }

  @Test
  void stopsToZeroAndKeepsTheReplicasBefore() {
    scale(2, 2);
    assertEquals(new Scaled(0, 2, 2), workloads.stop(VLLM, TIMEOUT));
    assertEquals("{\"replicas\":0}", replicas());
    assertEquals(
        "{\"workloads\":{\"vllm-server\":{\"previousReplicas\":2,\"stoppedAt\":\"2026-01-02T03:04:05Z\"}}}",
        JsonText.string(api.spec(STATE)));
    var patches = api.requests("PATCH", "/");
    assertEquals(STATE, patches.get(0).path(), "kept first, then scaled");
    assertEquals(SCALE, patches.get(1).path());
    assertTrue(patches.get(1).body().contains("resourceVersion"), patches.get(1).body());
  }

  @Test
  void startsToTheKeptReplicas() {
    scale(3, 3);
    workloads.stop(VLLM, TIMEOUT);
    assertEquals(new Scaled(3, 0, 3), workloads.start(VLLM, TIMEOUT));
    assertEquals("{\"replicas\":3}", replicas());
  }

  @Test
  void startsToOneWhenNothingWasKept() {
    scale(0, 0);
    assertEquals(new Scaled(1, 0, 0), workloads.start(VLLM, TIMEOUT));
  }

  @Test
  void startsToOneWhenWhatWasKeptMakesNoSense() {
    scale(0, 0);
    for (String kept : new String[] {"0", "-3", "1.5", "\"4\"", "99999999999"}) {
      api.put(
          STATE,
          json("{\"spec\":{\"workloads\":{\"vllm-server\":{\"previousReplicas\":" + kept + "}}}}"));
      scale(0, 0);
      assertEquals(new Scaled(1, 0, 0), workloads.start(VLLM, TIMEOUT), kept);
    }
  }

  @Test
  void aSecondStopChangesNothingAndKeepsTheNumber() {
    scale(2, 2);
    workloads.stop(VLLM, TIMEOUT);
    int patches = api.requests("PATCH", "/").size();
    assertEquals(new AlreadyThere(0, 2, OptionalInt.of(2)), workloads.stop(VLLM, TIMEOUT));
    assertEquals(patches, api.requests("PATCH", "/").size());
    assertEquals(new Scaled(2, 0, 2), workloads.start(VLLM, TIMEOUT));
  }

  @Test
  void aStartOfWhatRunsChangesNothing() {
    scale(2, 1);
    assertEquals(new AlreadyThere(2, 1, OptionalInt.empty()), workloads.start(VLLM, TIMEOUT));
    assertEquals(0, api.requests("PATCH", "/").size());
  }

  @Test
  void anAbsentNumberOfReplicasIsZero() {
    api.put(SCALE, json("{\"metadata\":{\"name\":\"vllm\"},\"spec\":{},\"status\":{}}"));
    assertEquals(new AlreadyThere(0, 0, OptionalInt.empty()), workloads.stop(VLLM, TIMEOUT));
  }

  @Test
  void readsAgainAfterAConflict() {
    scale(2, 2);
    api.fault("PATCH " + SCALE, 409, "the object has been modified");
    assertEquals(new Scaled(0, 2, 2), workloads.stop(VLLM, TIMEOUT));
    assertEquals(2, api.requests("GET", SCALE).size());
  }

  @Test
  void givesUpAfterFiveConflicts() {
    scale(2, 2);
    for (int i = 0; i < 9; i++) {
      api.fault("PATCH " + SCALE, 409, "the object has been modified");
    }
    Failed failed = failed(workloads.stop(VLLM, TIMEOUT));
    assertEquals("someone else changed its scale 5 times meanwhile", failed.why());
    assertEquals("{\"replicas\":2}", replicas());
  }

  @Test
  void scalesNothingWhenTheReplicasCannotBeKept() {
    scale(2, 2);
    api.fault("PATCH " + STATE, 403, "mcpserverstates is forbidden");
    Failed failed = failed(workloads.stop(VLLM, TIMEOUT));
    assertTrue(failed.why().contains("it was not stopped: mcpserverstates is forbidden"));
    assertEquals("{\"replicas\":2}", replicas());
  }

  @Test
  void saysWhatIsForbidden() {
    scale(2, 2);
    api.fault("PATCH " + SCALE, 403, "cannot patch \u0007 deployments/scale");
    Failed failed = failed(workloads.stop(VLLM, TIMEOUT));
    assertEquals("it could not be scaled to 0: cannot patch   deployments/scale", failed.why());
    assertTrue(failed.whatToDo().contains("ServiceAccount"), failed.whatToDo());
  }

  @Test
  void saysWhatDoesNotExist() {
    Failed failed = failed(workloads.stop(VLLM, TIMEOUT));
    assertTrue(failed.why().contains("not found"), failed.why());
    assertEquals(
        "create Deployment `vllm` in namespace `inference`, or correct the target of workload"
            + " `vllm-server` in the McpServer",
        failed.whatToDo());
  }

  @Test
  void endsInTimeWhenTheApiServerIsSlow() {
    scale(2, 2);
    api.fault("GET " + SCALE, new FakeApiServer.Fault(500, "late", Duration.ofSeconds(3)));
    long begun = System.nanoTime();
    Failed failed = failed(workloads.stop(VLLM, Duration.ofMillis(100)));
    assertTrue(System.nanoTime() - begun < Duration.ofSeconds(2).toNanos());
    assertTrue(failed.why().contains("no answer within"), failed.why());
  }

  @Test
  void saysThatTheApiServerIsGone() {
    api.close();
    Failed failed = failed(workloads.stop(VLLM, TIMEOUT));
    assertTrue(failed.why().contains("the API server was not reached"), failed.why());
    assertTrue(failed.whatToDo().startsWith("try again"), failed.whatToDo());
  }

  @Test
  void refusesAKindThatItDoesNotKnow() {
    var job =
        new Workload(
            "job", false, new Workload.Target("batch/v1", "Job", "vllm"), Optional.empty());
    assertEquals(
        "a Job cannot be scaled by this version", failed(workloads.stop(job, TIMEOUT)).why());
    assertEquals(0, api.requests.size());
  }
}
