// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import static dev.mcppolicy.proxy.kubernetes.FakeApiServer.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.workload.ActRecord;
import dev.mcppolicy.proxy.workload.Cause;
import dev.mcppolicy.proxy.workload.Ending;
import dev.mcppolicy.proxy.workload.LogLimits;
import dev.mcppolicy.proxy.workload.StopOptions;
import dev.mcppolicy.proxy.workload.StopOptions.Removal;
import dev.mcppolicy.proxy.workload.WorkloadChange;
import dev.mcppolicy.proxy.workload.WorkloadLogs;
import dev.mcppolicy.proxy.workload.WorkloadLook;
import dev.mcppolicy.proxy.workload.WorkloadOutcome;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.AlreadyThere;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Changed;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Failed;
import dev.mcppolicy.proxy.workload.WorkloadReplicas;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScaledWorkloadsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final String DEPLOYMENT = "/apis/apps/v1/namespaces/inference/deployments/vllm";
  private static final String SCALE = DEPLOYMENT + "/scale";
  private static final String PODS = "/api/v1/namespaces/inference/pods";
  private static final StopOptions AT_ONCE = new StopOptions(Duration.ZERO, Removal.UNSAID);
  private static final StopOptions PATIENT = new StopOptions(Duration.ofSeconds(4), Removal.UNSAID);
  private static final Workload VLLM =
      new Workload(
          "vllm-server",
          true,
          new Workload.Target("apps/v1", "Deployment", "vllm"),
          Optional.empty());

  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z"));
  private static final String EVENTS = "/apis/events.k8s.io/v1/namespaces/inference/events";

  @TempDir Path folder;
  private SidecarOfAFake sidecar;
  private FakeApiServer api;
  private WorkloadsByKind workloads;

  @BeforeEach
  void connect() throws IOException {
    sidecar = new SidecarOfAFake(folder);
    api = sidecar.api;
    workloads = sidecar.workloads(CLOCK);
  }

  @AfterEach
  void disconnect() {
    sidecar.close();
  }

  private void scale(int replicas, int observed) {
    api.put(
        SCALE,
        json(
            "{\"kind\":\"Scale\",\"metadata\":{\"name\":\"vllm\",\"uid\":\"u1\"},\"spec\":{\"replicas\":"
                + replicas
                + "},\"status\":{\"replicas\":"
                + observed
                + "}}"));
  }

  /** The Deployment whose scale that is, and a controller that brings its pods at once. */
  private void deployment(int replicas) {
    scale(replicas, replicas);
    deployment(replicas, replicas, replicas);
    api.afterPatch.put(
        SCALE,
        () -> {
          int wanted = Integer.parseInt(replicas().replaceAll("\\D", ""));
          deployment(wanted, wanted, 0);
          scale(wanted, wanted);
        });
  }

  private void deployment(int replicas, int observed, int ready) {
    api.put(
        DEPLOYMENT,
        json(
            "{\"metadata\":{\"name\":\"vllm\",\"uid\":\"u1\"},\"spec\":{\"replicas\":"
                + replicas
                + ",\"selector\":{\"matchLabels\":{\"app\":\"vllm\"}}},\"status\":{\"replicas\":"
                + observed
                + ",\"readyReplicas\":"
                + ready
                + ",\"updatedReplicas\":"
                + observed
                + "}}"));
  }

  private static String pod(String name, String owner, String more) {
    return "{\"metadata\":{\"name\":\""
        + name
        + "\",\"labels\":{\"app\":\"vllm\",\"pod-template-hash\":\"h1\"},\"creationTimestamp\":\"2026-01-02T03:04:05Z\""
        + more
        + ",\"ownerReferences\":[{\"controller\":true,\"kind\":\"ReplicaSet\",\"name\":\""
        + owner
        + "\"}]},\"spec\":{\"containers\":[{\"name\":\"model\"}]},\"status\":{\"phase\":\"Running\"}}";
  }

  private void pods(String... pods) {
    api.put(PODS, json("{\"items\":[" + String.join(",", pods) + "]}"));
  }

  private static void assertChanged(
      int requested, int previous, int observed, WorkloadOutcome outcome) {
    Changed changed = assertInstanceOf(Changed.class, outcome);
    assertEquals(requested, changed.now().requested());
    assertEquals(OptionalInt.of(previous), changed.previousReplicas());
    assertEquals(observed, changed.now().observed());
  }

  private static void assertThere(
      int requested, int observed, OptionalInt kept, WorkloadOutcome outcome) {
    AlreadyThere there = assertInstanceOf(AlreadyThere.class, outcome);
    assertEquals(requested, there.now().requested());
    assertEquals(observed, there.now().observed());
    assertEquals(kept, there.keptReplicas());
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
    assertChanged(0, 2, 2, workloads.stop(VLLM, List.of(VLLM), AT_ONCE, TIMEOUT));
    assertEquals("{\"replicas\":0}", replicas());
    assertEquals(
        "{\"workloads\":{\"vllm-server\":{\"previousReplicas\":2,\"stoppedAt\":\"2026-01-02T03:04:05Z\"}}}",
        JsonText.string(api.spec(SidecarOfAFake.STATE)));
    var patches = api.requests("PATCH", "/");
    assertEquals(SidecarOfAFake.STATE, patches.get(0).path(), "kept first, then scaled");
    assertEquals(SCALE, patches.get(1).path());
    assertTrue(patches.get(1).body().contains("resourceVersion"), patches.get(1).body());
  }

  @Test
  void startsToTheKeptReplicas() {
    scale(3, 3);
    workloads.stop(VLLM, List.of(VLLM), AT_ONCE, TIMEOUT);
    assertChanged(3, 0, 3, workloads.start(VLLM, TIMEOUT));
    assertEquals("{\"replicas\":3}", replicas());
  }

  @Test
  void startsToOneWhenNothingWasKept() {
    scale(0, 0);
    assertChanged(1, 0, 0, workloads.start(VLLM, TIMEOUT));
  }

  @Test
  void startsToOneWhenWhatWasKeptMakesNoSense() {
    scale(0, 0);
    for (String kept : new String[] {"0", "-3", "1.5", "\"4\"", "99999999999"}) {
      api.put(
          SidecarOfAFake.STATE,
          json("{\"spec\":{\"workloads\":{\"vllm-server\":{\"previousReplicas\":" + kept + "}}}}"));
      scale(0, 0);
      assertChanged(1, 0, 0, workloads.start(VLLM, TIMEOUT));
    }
  }

  @Test
  void aSecondStopChangesNothingAndKeepsTheNumber() {
    scale(2, 2);
    workloads.stop(VLLM, List.of(VLLM), AT_ONCE, TIMEOUT);
    int patches = api.requests("PATCH", "/").size();
    assertThere(0, 2, OptionalInt.of(2), workloads.stop(VLLM, List.of(VLLM), AT_ONCE, TIMEOUT));
    assertEquals(patches, api.requests("PATCH", "/").size());
    assertChanged(2, 0, 2, workloads.start(VLLM, TIMEOUT));
  }

  @Test
  void aStartOfWhatRunsChangesNothing() {
    scale(2, 1);
    assertThere(2, 1, OptionalInt.empty(), workloads.start(VLLM, TIMEOUT));
    assertEquals(0, api.requests("PATCH", "/").size());
  }

  @Test
  void anAbsentNumberOfReplicasIsZero() {
    api.put(SCALE, json("{\"metadata\":{\"name\":\"vllm\"},\"spec\":{},\"status\":{}}"));
    assertThere(0, 0, OptionalInt.empty(), workloads.stop(VLLM, List.of(VLLM), AT_ONCE, TIMEOUT));
  }

  @Test
  void readsAgainAfterAConflict() {
    scale(2, 2);
    api.fault("PATCH " + SCALE, 409, "the object has been modified");
    assertChanged(0, 2, 2, workloads.stop(VLLM, List.of(VLLM), AT_ONCE, TIMEOUT));
    assertEquals(2, api.requests("GET", SCALE).size());
  }

  @Test
  void givesUpAfterFiveConflicts() {
    scale(2, 2);
    for (int i = 0; i < 9; i++) {
      api.fault("PATCH " + SCALE, 409, "the object has been modified");
    }
    Failed failed = failed(workloads.stop(VLLM, List.of(VLLM), AT_ONCE, TIMEOUT));
    assertEquals("someone else changed its scale 5 times meanwhile", failed.why());
    assertEquals("{\"replicas\":2}", replicas());
  }

  @Test
  void scalesNothingWhenTheReplicasCannotBeKept() {
    scale(2, 2);
    api.fault("PATCH " + SidecarOfAFake.STATE, 403, "mcpserverstates is forbidden");
    Failed failed = failed(workloads.stop(VLLM, List.of(VLLM), AT_ONCE, TIMEOUT));
    assertTrue(failed.why().contains("it was not stopped: mcpserverstates is forbidden"));
    assertEquals("{\"replicas\":2}", replicas());
  }

  @Test
  void saysWhatIsForbidden() {
    scale(2, 2);
    api.fault("PATCH " + SCALE, 403, "cannot patch \u0007 deployments/scale");
    Failed failed = failed(workloads.stop(VLLM, List.of(VLLM), AT_ONCE, TIMEOUT));
    assertEquals("it could not be scaled to 0: cannot patch   deployments/scale", failed.why());
    assertTrue(failed.whatToDo().contains("ServiceAccount"), failed.whatToDo());
  }

  @Test
  void saysWhatDoesNotExist() {
    Failed failed = failed(workloads.stop(VLLM, List.of(VLLM), AT_ONCE, TIMEOUT));
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
    Failed failed = failed(workloads.stop(VLLM, List.of(VLLM), AT_ONCE, Duration.ofMillis(100)));
    assertTrue(System.nanoTime() - begun < Duration.ofSeconds(2).toNanos());
    assertTrue(failed.why().contains("no answer within"), failed.why());
  }

  @Test
  void saysThatTheApiServerIsGone() {
    api.close();
    Failed failed = failed(workloads.stop(VLLM, List.of(VLLM), AT_ONCE, TIMEOUT));
    assertTrue(failed.why().contains("the API server was not reached"), failed.why());
    assertTrue(failed.whatToDo().startsWith("try again"), failed.whatToDo());
  }

  @Test
  void refusesAKindThatItDoesNotKnow() {
    var job =
        new Workload(
            "job", false, new Workload.Target("batch/v1", "Job", "vllm"), Optional.empty());
    assertEquals(
        new WorkloadOutcome.Refused("a Job cannot be scaled by this version"),
        workloads.stop(job, List.of(job), AT_ONCE, TIMEOUT));
    assertEquals(0, api.requests.size());
  }

  @Test
  void scalesAStatefulSet() {
    var set =
        new Workload(
            "set", false, new Workload.Target("apps/v1", "StatefulSet", "vllm"), Optional.empty());
    String scale = SCALE.replace("deployments", "statefulsets");
    api.put(scale, json("{\"spec\":{\"replicas\":3},\"status\":{\"replicas\":3}}"));
    assertChanged(0, 3, 3, workloads.stop(set, List.of(set), AT_ONCE, TIMEOUT));
    assertEquals("{\"replicas\":0}", JsonText.string(api.spec(scale)));
    assertEquals(List.of(), api.requests("PATCH", "deployments"));
  }

  @Test
  void waitsUntilNothingIsLeft() {
    deployment(2);
    pods(pod("vllm-1", "vllm-h1", ",\"deletionTimestamp\":\"2026-01-02T03:04:05Z\""));
    api.afterPatch.put(
        SCALE,
        () -> {
          deployment(0, 0, 0);
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (api.requests("GET", PODS).size() < 2) {
                      Thread.onSpinWait();
                    }
                    pods();
                  });
        });
    Changed stopped =
        assertInstanceOf(Changed.class, workloads.stop(VLLM, List.of(VLLM), PATIENT, TIMEOUT));
    assertEquals(OptionalInt.of(0), stopped.now().ending(), "the pod that was ending has ended");
    assertTrue(api.requests("GET", PODS).size() > 2, "it looked until then");
  }

  @Test
  void saysWhatIsStillEndingWhenTimeIsOver() {
    deployment(2);
    pods(pod("vllm-1", "vllm-h1", ",\"deletionTimestamp\":\"2026-01-02T03:04:05Z\""));
    var soon = new StopOptions(Duration.ofSeconds(2), Removal.UNSAID);
    Changed stopped =
        assertInstanceOf(Changed.class, workloads.stop(VLLM, List.of(VLLM), soon, TIMEOUT));
    assertEquals(new WorkloadReplicas(0, 0, OptionalInt.of(0), OptionalInt.of(1)), stopped.now());
  }

  @Test
  void aStopThatIsUndoneMeanwhileSaysSo() {
    deployment(2);
    api.afterPatch.put(SCALE, () -> deployment(4, 4, 0)); // an autoscaler
    Changed stopped =
        assertInstanceOf(Changed.class, workloads.stop(VLLM, List.of(VLLM), PATIENT, TIMEOUT));
    assertEquals(4, stopped.now().requested());
  }

  @Test
  void asksForPodsOnceWhileItMayNotSeeThem() {
    deployment(2);
    for (int i = 0; i < 5; i++) {
      api.fault("GET " + PODS, 403, "pods is forbidden");
    }
    Changed stopped =
        assertInstanceOf(Changed.class, workloads.stop(VLLM, List.of(VLLM), PATIENT, TIMEOUT));
    assertEquals(OptionalInt.empty(), stopped.now().ending());
    workloads.look(VLLM, TIMEOUT);
    assertEquals(1, api.requests("GET", PODS).size());
  }

  @Test
  void countsPodsOfTheWorkloadAlone_T121() {
    deployment(1);
    pods(
        pod("vllm-1", "vllm-h1", ",\"deletionTimestamp\":\"2026-01-02T03:04:05Z\""),
        pod("other-1", "other-h1", ",\"deletionTimestamp\":\"2026-01-02T03:04:05Z\""));
    var seen = assertInstanceOf(WorkloadLook.Seen.class, workloads.look(VLLM, TIMEOUT));
    assertEquals(OptionalInt.of(1), seen.replicas().ending());
  }

  @Test
  void restartsToWhatItHad() {
    deployment(2);
    Changed restarted =
        assertInstanceOf(Changed.class, workloads.restart(VLLM, List.of(VLLM), TIMEOUT));
    assertEquals(
        "Deployment `vllm` was scaled from 2 replicas to 0 and back to 2", restarted.did());
    assertEquals("{\"replicas\":2}", replicas());
    var patches = api.requests("PATCH", "/").stream().map(FakeApiServer.Request::path).toList();
    assertEquals(
        List.of(SidecarOfAFake.STATE, SCALE, SCALE, SidecarOfAFake.STATE),
        patches,
        "kept before the first step, then undone");
    assertEquals(Optional.of("2026-01-02T03:04:05Z"), undoneAt());
  }

  @Test
  void restartThatWasCutShortIsFinishedByTheNext() {
    deployment(3);
    workloads.stop(
        VLLM, List.of(VLLM), AT_ONCE, TIMEOUT); // as far as a sidecar came that was killed then
    Changed restarted =
        assertInstanceOf(Changed.class, workloads.restart(VLLM, List.of(VLLM), TIMEOUT));
    assertEquals(3, restarted.now().requested());
    assertEquals("{\"replicas\":3}", replicas());
  }

  @Test
  void restartBringsBackEvenWhatDoesNotEnd() {
    deployment(2);
    api.afterPatch.put(
        SCALE, () -> deployment(Integer.parseInt(replicas().replaceAll("\\D", "")), 2, 2));
    Failed failed = failed(workloads.restart(VLLM, List.of(VLLM), Duration.ofSeconds(2)));
    assertEquals(
        "2 of 2 replicas had not ended when time was over, so it may not all have been restarted; it"
            + " is scaled to 2 replicas again",
        failed.why());
    assertEquals("{\"replicas\":2}", replicas());
  }

  /** A call that has scaled to zero and waits, for minutes, for pods that do not end. */
  private CompletableFuture<WorkloadOutcome> waiting(Ending ending, Supplier<WorkloadOutcome> act)
      throws InterruptedException {
    deployment(2);
    var isDown = new CountDownLatch(1);
    api.afterPatch.put(
        SCALE,
        () -> {
          deployment(Integer.parseInt(replicas().replaceAll("\\D", "")), 2, 2);
          isDown.countDown();
        });
    var outcome = CompletableFuture.supplyAsync(() -> ending.over(act));
    assertTrue(isDown.await(10, TimeUnit.SECONDS));
    return outcome;
  }

  @Test
  void aRestartIsBroughtBackAtOnceWhenTheProxyHasToEnd() throws Exception {
    var ending = new Ending();
    var restarted =
        waiting(ending, () -> workloads.restart(VLLM, List.of(VLLM), Duration.ofMinutes(9)));
    ending.begin();
    assertEquals(
        "2 of 2 replicas had not ended when this proxy had to end, so it may not all have been"
            + " restarted; it is scaled to 2 replicas again",
        failed(restarted.get(30, TimeUnit.SECONDS)).why());
    assertEquals("{\"replicas\":2}", replicas());
  }

  @Test
  void aStopSaysAtOnceWhatIsLeftWhenTheProxyHasToEnd() throws Exception {
    var ending = new Ending();
    var options = new StopOptions(Duration.ofMinutes(9), Removal.UNSAID);
    var stopped =
        waiting(ending, () -> workloads.stop(VLLM, List.of(VLLM), options, Duration.ofMinutes(9)));
    ending.begin();
    Changed changed = assertInstanceOf(Changed.class, stopped.get(30, TimeUnit.SECONDS));
    assertEquals(2, changed.now().observed());
    assertEquals("{\"replicas\":0}", replicas());
  }

  @Test
  void restartSaysThatItCouldNotBringItBack() {
    deployment(2);
    api.afterPatch.put(
        SCALE,
        () -> {
          deployment(0, 0, 0);
          api.fault("PATCH " + SCALE, 403, "no more");
        });
    Failed failed = failed(workloads.restart(VLLM, List.of(VLLM), TIMEOUT));
    assertEquals(
        "it was scaled from 2 replicas to 0 and not back: it could not be scaled to 2: no more",
        failed.why());
    assertTrue(failed.whatToDo().startsWith("start it with start_vllm"), failed.whatToDo());
  }

  @Test
  void aStopDuringARestartComesAfterIt() throws Exception {
    deployment(2);
    var restarting = new CountDownLatch(1);
    Runnable controller = api.afterPatch.getOrDefault(SCALE, () -> {});
    api.afterPatch.put(
        SCALE,
        () -> {
          controller.run();
          restarting.countDown();
        });
    var restarted =
        CompletableFuture.supplyAsync(() -> workloads.restart(VLLM, List.of(VLLM), TIMEOUT));
    assertTrue(restarting.await(5, TimeUnit.SECONDS));
    Changed stopped =
        assertInstanceOf(Changed.class, workloads.stop(VLLM, List.of(VLLM), AT_ONCE, TIMEOUT));
    assertEquals(OptionalInt.of(2), stopped.previousReplicas());
    assertInstanceOf(Changed.class, restarted.get(5, TimeUnit.SECONDS));
    assertEquals("{\"replicas\":0}", replicas(), "the stop was last");
  }

  /** Of the last stop; empty as long as it stands. */
  private Optional<String> undoneAt() {
    return api.spec(SidecarOfAFake.STATE)
        .object("workloads")
        .flatMap(workloads -> workloads.object("vllm-server"))
        .flatMap(entry -> entry.string("undoneAt"));
  }

  @Test
  void aStartUndoesTheStopAndTheNextStopStands() {
    scale(3, 3);
    workloads.stop(VLLM, List.of(VLLM), AT_ONCE, TIMEOUT);
    assertEquals(Optional.empty(), undoneAt());
    workloads.start(VLLM, TIMEOUT);
    assertEquals(Optional.of("2026-01-02T03:04:05Z"), undoneAt());
    scale(0, 0); // by hand
    assertThere(0, 0, OptionalInt.of(3), workloads.stop(VLLM, List.of(VLLM), AT_ONCE, TIMEOUT));
    assertTrue(undoneAt().isPresent(), "this stop has stopped nothing");
    assertChanged(3, 0, 0, workloads.start(VLLM, TIMEOUT));
    workloads.stop(VLLM, List.of(VLLM), AT_ONCE, TIMEOUT);
    assertEquals(Optional.empty(), undoneAt());
  }

  @Test
  void aStopThatDidNotTakePlaceDoesNotStand() {
    scale(2, 2);
    api.fault("PATCH " + SCALE, 403, "no more");
    assertTrue(!failed(workloads.stop(VLLM, List.of(VLLM), AT_ONCE, TIMEOUT)).mayHaveChanged());
    assertTrue(undoneAt().isPresent());
  }

  /** Better brought back in vain than taken for running. */
  @Test
  void aStopThatMayHaveTakenPlaceStands_T124() {
    scale(2, 2);
    api.fault("PATCH " + SCALE, FakeApiServer.LOST, "");
    api.afterPatch.put(
        SCALE,
        () -> {
          for (int i = 0; i < 20; i++) {
            api.fault("GET " + SCALE, 503, "gone");
          }
        });
    workloads.stop(VLLM, List.of(VLLM), AT_ONCE, Duration.ofSeconds(2));
    assertEquals(Optional.empty(), undoneAt());
  }

  @Test
  void aStartSucceedsWhereItCannotBeNoted() {
    scale(2, 2);
    workloads.stop(VLLM, List.of(VLLM), AT_ONCE, TIMEOUT);
    api.fault("PATCH " + SidecarOfAFake.STATE, 500, "etcd is tired");
    assertChanged(2, 0, 2, workloads.start(VLLM, TIMEOUT));
    assertEquals(Optional.empty(), undoneAt());
  }

  @Test
  void whatElseChangesInTheStateDoesNotHinderTheNote_T124() {
    scale(2, 2);
    workloads.stop(VLLM, List.of(VLLM), AT_ONCE, TIMEOUT);
    api.afterPatch.put(
        SCALE,
        () ->
            api.put(SidecarOfAFake.STATE, api.object(SidecarOfAFake.STATE))); // an acknowledgement
    workloads.start(VLLM, TIMEOUT);
    assertTrue(undoneAt().isPresent());
  }

  /** Another sidecar of the same server stops it while this one starts it. */
  @Test
  void aStopThatWasKeptMeanwhileStands_T124() {
    scale(2, 2);
    workloads.stop(VLLM, List.of(VLLM), AT_ONCE, TIMEOUT);
    api.afterPatch.put(
        SCALE,
        () ->
            api.put(
                SidecarOfAFake.STATE,
                json(
                    "{\"spec\":{\"workloads\":{\"vllm-server\":{\"previousReplicas\":2,\"stoppedAt\":\"2026-01-02T03:04:06Z\"}}}}")));
    workloads.start(VLLM, TIMEOUT);
    assertEquals(Optional.empty(), undoneAt());
  }

  @Test
  void looksWithoutChanging() {
    deployment(2);
    deployment(2, 2, 1);
    assertEquals(
        new WorkloadLook.Seen(
            new WorkloadReplicas(2, 2, OptionalInt.of(1), OptionalInt.empty()), ""),
        workloads.look(VLLM, TIMEOUT));
    assertEquals(0, api.requests("PATCH", "/").size());
  }

  @Test
  void readsTheLogsOfItsOwnPodsAlone_T121() {
    deployment(1);
    pods(pod("vllm-1", "vllm-h1", ""), pod("vllm-x", "another-h1", ""));
    api.texts.put(PODS + "/vllm-1/log?container=model&tailLines=7", "loading\nready\n");
    assertEquals(
        new WorkloadLogs.Read(
            List.of(
                new WorkloadLogs.Source(
                    "pod `vllm-1`, container `model`", "", "loading\nready\n", false))),
        workloads.logs(VLLM, new LogLimits(7, 1000), TIMEOUT));
  }

  @Test
  void keepsTheEndOfALongLog() {
    deployment(1);
    pods(pod("vllm-1", "vllm-h1", ""));
    api.texts.put(PODS + "/vllm-1/log?container=model&tailLines=7", "0123456789\nold\nnew\n");
    var read =
        assertInstanceOf(
            WorkloadLogs.Read.class, workloads.logs(VLLM, new LogLimits(7, 10), TIMEOUT));
    assertEquals("old\nnew\n", read.sources().getFirst().text());
    assertTrue(read.sources().getFirst().isCut());
  }

  @Test
  void saysHowToSwitchLogsOn() {
    deployment(1);
    api.fault("GET " + PODS, 403, "pods is forbidden");
    var refused =
        assertInstanceOf(
            WorkloadLogs.Refused.class, workloads.logs(VLLM, new LogLimits(7, 10), TIMEOUT));
    assertTrue(refused.why().contains("`capabilities: [Logs]`"), refused.why());
  }

  private static ActRecord act() {
    return new ActRecord(
        new Cause(
            "d-7", "stop_vllm", "ops-agent", "/tools/stop_vllm", Optional.of("inference/ops")));
  }

  private JsonObject posted() throws InterruptedException {
    JsonObject event = api.posted.poll(20, TimeUnit.SECONDS);
    if (event == null) {
      throw new AssertionError("no Event came");
    }
    return event;
  }

  @Test
  void makesAChangeKnownInTheRecordTheStateAndAnEvent_T122() throws Exception {
    scale(2, 2);
    ActRecord act = act();
    assertChanged(0, 2, 2, act.of(() -> workloads.stop(VLLM, List.of(VLLM), AT_ONCE, TIMEOUT)));
    String version = api.version(SCALE);
    assertEquals(
        List.of(WorkloadChange.scaled(VLLM, "inference", "u1", 2, 0, Optional.of(version))),
        act.changes());
    assertTrue(
        JsonText.string(api.spec(SidecarOfAFake.STATE)).contains("\"decision\":\"d-7\""),
        JsonText.string(api.spec(SidecarOfAFake.STATE)));
    JsonObject event = posted();
    assertEquals(
        Optional.of(
            "scaled 2 -> 0 by stop_vllm for grant ops-agent, rule /tools/stop_vllm of policy"
                + " inference/ops, decision d-7"),
        event.string("note"));
    assertEquals(Optional.of("Normal"), event.string("type"));
    assertEquals(Optional.of("ScaledDown"), event.string("reason"));
    assertEquals(Optional.of("mcppolicy.dev/sidecar"), event.string("reportingController"));
    assertEquals(Optional.of("pod-1"), event.string("reportingInstance"));
    assertEquals(Optional.of("2026-01-02T03:04:05.000000Z"), event.string("eventTime"));
    assertEquals(
        "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"namespace\":\"inference\",\"name\":\"vllm\",\"uid\":\"u1\",\"resourceVersion\":\""
            + version
            + "\"}",
        JsonText.string(event.object("regarding").orElseThrow()));
  }

  @Test
  void aRestartMakesBothItsChangesKnown() {
    deployment(2);
    ActRecord act = act();
    act.of(() -> workloads.restart(VLLM, List.of(VLLM), TIMEOUT));
    assertEquals(
        List.of("scaled 2 -> 0", "scaled 0 -> 2"),
        act.changes().stream().map(WorkloadChange::display).toList());
  }

  @Test
  void whatChangesNothingMakesNothingKnown() {
    scale(0, 0);
    ActRecord act = act();
    act.of(() -> workloads.stop(VLLM, List.of(VLLM), AT_ONCE, TIMEOUT));
    assertEquals(List.of(), act.changes());
    assertEquals(0, api.requests("POST", EVENTS).size());
  }

  @Test
  void nobodyWaitsForAnEvent() throws Exception {
    scale(2, 2);
    api.fault("POST " + EVENTS, new FakeApiServer.Fault(503, "later", Duration.ofSeconds(2)));
    long begun = System.nanoTime();
    act().of(() -> workloads.stop(VLLM, List.of(VLLM), AT_ONCE, TIMEOUT));
    assertTrue(System.nanoTime() - begun < Duration.ofSeconds(2).toNanos());
    assertEquals(Optional.of("ScaledDown"), posted().string("reason"), "tried again");
  }

  @Test
  void anEventThatIsForbiddenFailsNothing() {
    scale(2, 2);
    api.fault("POST " + EVENTS, 403, "events is forbidden");
    assertChanged(0, 2, 2, act().of(() -> workloads.stop(VLLM, List.of(VLLM), AT_ONCE, TIMEOUT)));
  }

  @Test
  void boundsAnEventWhateverTheNamesAre() throws Exception {
    scale(2, 2);
    var act =
        new ActRecord(
            new Cause(
                "d-7",
                "stop_vllm",
                "g".repeat(253),
                "/tools/" + "t".repeat(2000),
                Optional.of("n\u202e\n" + "p".repeat(2000))));
    act.of(() -> workloads.stop(VLLM, List.of(VLLM), AT_ONCE, TIMEOUT));
    String note = posted().string("note").orElseThrow();
    assertTrue(note.length() <= 1024, note);
    assertTrue(note.endsWith("decision d-7"), note);
    assertTrue(note.chars().allMatch(c -> c >= 0x20 && c < 0x7F), note);
  }

  /** The response of the scale is lost: it is looked for, and not done twice. */
  @Test
  void aScaleWhoseAnswerWasLostIsFoundDone_T124() {
    scale(2, 2);
    api.fault("PATCH " + SCALE, FakeApiServer.LOST, "");
    ActRecord act = act();
    assertChanged(0, 2, 2, act.of(() -> workloads.stop(VLLM, List.of(VLLM), AT_ONCE, TIMEOUT)));
    assertEquals(1, api.requests("PATCH", SCALE).size());
    assertEquals(
        List.of("scaled 2 -> 0"), act.changes().stream().map(WorkloadChange::display).toList());
    assertChanged(2, 0, 2, workloads.start(VLLM, TIMEOUT));
  }

  @Test
  void aScaleThatWasNotCarriedOutIsTriedAgain_T124() {
    scale(2, 2);
    api.fault("PATCH " + SCALE, 503, "starting");
    assertChanged(0, 2, 2, workloads.stop(VLLM, List.of(VLLM), AT_ONCE, TIMEOUT));
    assertEquals(2, api.requests("PATCH", SCALE).size());
    var keeps = api.requests("PATCH", SidecarOfAFake.STATE);
    assertEquals(keeps.getFirst().body(), keeps.getLast().body(), "the same count");
  }

  @Test
  void saysThatItIsNotKnownWhetherItWasScaled_T124() {
    scale(2, 2);
    api.fault("PATCH " + SCALE, FakeApiServer.LOST, "");
    api.afterPatch.put(
        SCALE,
        () -> {
          for (int i = 0; i < 20; i++) {
            api.fault("GET " + SCALE, 503, "gone");
          }
        });
    ActRecord act = act();
    Failed failed =
        failed(act.of(() -> workloads.stop(VLLM, List.of(VLLM), AT_ONCE, Duration.ofSeconds(2))));
    assertTrue(
        failed.why().startsWith("whether it was scaled from 2 to 0 is not known: "), failed.why());
    assertTrue(failed.mayHaveChanged());
    assertTrue(failed.whatToDo().contains("safely be made again"), failed.whatToDo());
    assertEquals(
        List.of("may have scaled 2 -> 0"),
        act.changes().stream().map(WorkloadChange::display).toList());
  }

  @Test
  void aLostScaleThatSomebodyElseOverwroteIsNotClaimed_T124() {
    scale(2, 2);
    api.fault("PATCH " + SCALE, FakeApiServer.LOST, "");
    api.afterPatch.put(
        SCALE,
        () -> {
          api.afterPatch.remove(SCALE);
          scale(5, 5);
        });
    assertChanged(0, 5, 5, workloads.stop(VLLM, List.of(VLLM), AT_ONCE, TIMEOUT));
    assertEquals(5, ServerState.kept(api.object(SidecarOfAFake.STATE), "vllm-server").orElse(0));
  }
}
