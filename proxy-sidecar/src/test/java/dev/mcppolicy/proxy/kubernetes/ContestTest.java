// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import static dev.mcppolicy.proxy.kubernetes.FakeApiServer.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.bundle.Contested;
import dev.mcppolicy.bundle.Safeguards;
import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.workload.ActRecord;
import dev.mcppolicy.proxy.workload.Cause;
import dev.mcppolicy.proxy.workload.StopOptions;
import dev.mcppolicy.proxy.workload.StopOptions.Removal;
import dev.mcppolicy.proxy.workload.WorkloadChange;
import dev.mcppolicy.proxy.workload.WorkloadOutcome;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.AlreadyThere;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Changed;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Failed;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Refused;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workloads whose replicas somebody else sets, too (T123). */
final class ContestTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z"));
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final String DEPLOYMENT = "/apis/apps/v1/namespaces/inference/deployments/vllm";
  private static final String SCALE = DEPLOYMENT + "/scale";
  private static final String SCALED_OBJECT =
      "/apis/keda.sh/v1alpha1/namespaces/inference/scaledobjects/so";
  private static final StopOptions AT_ONCE = new StopOptions(Duration.ZERO, Removal.UNSAID);
  private static final StopOptions PATIENT = new StopOptions(Duration.ofSeconds(2), Removal.UNSAID);
  private static final Workload RESTS =
      workload(new Contested.Rests("HorizontalPodAutoscaler `hpa`", 2));
  private static final Workload PAUSED = workload(new Contested.Paused("so", 2));

  @TempDir Path folder;
  private SidecarOfAFake sidecar;
  private FakeApiServer api;
  private WorkloadsByKind workloads;

  private static Workload workload(Contested contested) {
    return new Workload(
        "vllm-server",
        true,
        new Workload.Target("apps/v1", "Deployment", "vllm"),
        Optional.empty(),
        new Safeguards(0, Optional.empty(), List.of(), Optional.of(contested)));
  }

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

  private void deployment(int replicas) {
    scaled(replicas, "");
    api.afterPatch.put(SCALE, () -> scaled(replicas(), ""));
  }

  private int replicas() {
    return api.spec(SCALE)
        .get("replicas")
        .map(JsonText::string)
        .map(Integer::parseInt)
        .orElseThrow();
  }

  private void scaled(int replicas, String metadata) {
    String numbers = "{\"replicas\":" + replicas + "}";
    api.put(SCALE, json("{\"spec\":%s,\"status\":%s}".formatted(numbers, numbers)));
    api.put(
        DEPLOYMENT,
        json(
            "{\"metadata\":{\"name\":\"vllm\"%s},\"spec\":%s,\"status\":%s}"
                .formatted(metadata, numbers, numbers)));
  }

  private void scaledObject(String annotations) {
    api.put(
        SCALED_OBJECT,
        json(
            "{\"metadata\":{\"name\":\"so\",\"uid\":\"so-1\",\"annotations\":{"
                + annotations
                + "}}}"));
  }

  private String annotations() {
    JsonObject object = api.objects.get(SCALED_OBJECT);
    return JsonText.string(
        Objects.requireNonNull(object)
            .object("metadata")
            .flatMap(metadata -> metadata.object("annotations"))
            .orElseThrow());
  }

  private WorkloadOutcome stop(Workload workload) {
    return workloads.stop(workload, List.of(workload), AT_ONCE, TIMEOUT);
  }

  private static List<String> remarks(WorkloadOutcome outcome) {
    return assertInstanceOf(Changed.class, outcome, outcome::toString).remarks();
  }

  private static void assertSays(List<String> remarks, String part) {
    assertTrue(remarks.stream().anyMatch(remark -> remark.contains(part)), remarks::toString);
  }

  @Test
  void triesNothingWhereItWouldBeUndone() {
    deployment(2);
    Workload refused =
        workload(new Contested.Refused("Flux (Kustomization `apps`)", "do\n```sh\nthis\n```"));
    for (WorkloadOutcome outcome :
        List.of(
            stop(refused),
            workloads.start(refused, TIMEOUT),
            workloads.restart(refused, List.of(refused), TIMEOUT))) {
      String why = assertInstanceOf(Refused.class, outcome).why();
      assertEquals(
          "the replicas of `vllm-server` are set by Flux (Kustomization `apps`), which would undo it;"
              + " nothing was tried.\nWhat to do: do\n```sh\nthis\n```",
          why);
    }
    assertEquals(List.of(), api.requests("", "/"), "nothing was asked, nothing was changed");
    assertEquals(2, replicas());
  }

  @Test
  void anAutoscalerRestsAndItsMinimumIsReturnedTo() {
    deployment(2);
    List<String> stopped = remarks(stop(RESTS));
    assertSays(
        stopped,
        "HorizontalPodAutoscaler `hpa` rests while there are no replicas, so it stays stopped; start_vllm returns to 2 or more");
    assertEquals(0, replicas());
    api.put(
        SidecarOfAFake.STATE,
        JsonObject.EMPTY); // nothing is kept: one would be less than its minimum
    assertSays(
        remarks(workloads.start(RESTS, TIMEOUT)),
        "HorizontalPodAutoscaler `hpa` scales it from here on");
    assertEquals(2, replicas());
  }

  @Test
  void whatWasKeptWinsOverTheMinimum() {
    deployment(5);
    stop(RESTS);
    remarks(workloads.start(RESTS, TIMEOUT));
    assertEquals(5, replicas());
  }

  @Test
  void kedaIsPausedBeforeTheStopAndReleasedBeforeTheStart() {
    deployment(3);
    scaledObject("");
    assertSays(remarks(stop(PAUSED)), "ScaledObject `so` is paused at 0");
    assertEquals(0, replicas());
    assertEquals(
        "{\"autoscaling.keda.sh/paused-replicas\":\"0\",\"mcppolicy.dev/paused-for\":\"vllm-server\"}",
        annotations());
    assertEquals(1, api.requests("PATCH", SCALE).size(), "one stop is one write");
    assertInstanceOf(AlreadyThere.class, stop(PAUSED));
    assertEquals(1, api.requests("PATCH", "/scaledobjects/").size(), "it is paused already");

    assertSays(remarks(workloads.start(PAUSED, TIMEOUT)), "no longer paused");
    assertEquals("{}", annotations());
    assertEquals(3, replicas());
  }

  @Test
  void aRestartPausesKedaForItsTime() {
    deployment(3);
    scaledObject("");
    remarks(workloads.restart(PAUSED, List.of(PAUSED), TIMEOUT));
    assertEquals("{}", annotations());
    assertEquals(3, replicas());
    assertEquals(2, api.requests("PATCH", "/scaledobjects/").size());
  }

  @Test
  void kedaMayScaleDownFirst() {
    deployment(3);
    scaledObject("");
    api.afterPatch.put(SCALED_OBJECT, () -> scaled(0, ""));
    Changed changed = assertInstanceOf(Changed.class, stop(PAUSED));
    assertEquals(OptionalInt.of(3), changed.previousReplicas());
    assertEquals(0, replicas());
    api.afterPatch.put(SCALED_OBJECT, () -> scaled(2, ""));
    assertInstanceOf(Changed.class, workloads.start(PAUSED, TIMEOUT), "KEDA scaled it up first");
    assertEquals(2, replicas());
  }

  private static ActRecord act() {
    return new ActRecord(
        new Cause("d-7", "stop_vllm", "ops-agent", "/tools/stop_vllm", Optional.empty()));
  }

  private static List<String> did(ActRecord act) {
    return act.changes().stream()
        .map(change -> change.workload().target().kind() + " " + change.display())
        .toList();
  }

  private Set<String> notes(int count) throws InterruptedException {
    var notes = new TreeSet<String>();
    while (notes.size() < count) {
      JsonObject event = api.posted.poll(20, TimeUnit.SECONDS);
      if (event == null) {
        throw new AssertionError("no more Events came than " + notes);
      }
      notes.add(
          event.object("regarding").flatMap(on -> on.string("kind")).orElseThrow()
              + " "
              + event.string("reason").orElseThrow()
              + ": "
              + event.string("note").orElseThrow());
    }
    return notes;
  }

  @Test
  void makesAPauseAndItsReleaseKnown_T122() throws Exception {
    deployment(3);
    scaledObject("");
    ActRecord stop = act();
    stop.of(() -> stop(PAUSED));
    assertEquals(List.of("ScaledObject paused", "Deployment scaled 3 -> 0"), did(stop));
    WorkloadChange paused = stop.changes().getFirst();
    assertEquals("vllm-server", paused.workload().name());
    assertEquals("keda.sh/v1alpha1", paused.workload().target().apiVersion());
    assertEquals("so", paused.workload().target().name());
    assertEquals("so-1", paused.uid());
    assertEquals(Optional.of(api.version(SCALED_OBJECT)), paused.resourceVersion());
    String by = " by stop_vllm for grant ops-agent, decision d-7";
    assertEquals(
        Set.of("ScaledObject Paused: paused" + by, "Deployment ScaledDown: scaled 3 -> 0" + by),
        notes(2));

    ActRecord start = act();
    start.of(() -> workloads.start(PAUSED, TIMEOUT));
    assertEquals(List.of("ScaledObject released", "Deployment scaled 0 -> 3"), did(start));
    assertEquals(
        Set.of("ScaledObject Released: released" + by, "Deployment ScaledUp: scaled 0 -> 3" + by),
        notes(2));
  }

  @Test
  void makesKnownWhatKedaCompletes_T122() throws Exception {
    deployment(3);
    scaledObject("");
    api.afterPatch.put(SCALED_OBJECT, () -> scaled(0, ""));
    ActRecord stop = act();
    stop.of(() -> stop(PAUSED));
    assertEquals(List.of("ScaledObject paused", "Deployment scaled 3 -> 0"), did(stop));
    assertEquals(
        Optional.of(api.version(SCALE)),
        stop.changes().getLast().resourceVersion(),
        "as it is now");
    assertEquals(2, notes(2).size());

    api.afterPatch.put(SCALED_OBJECT, () -> scaled(2, ""));
    ActRecord start = act();
    start.of(() -> workloads.start(PAUSED, TIMEOUT));
    assertEquals(List.of("ScaledObject released", "Deployment scaled 0 -> 2"), did(start));
  }

  @Test
  void saysThatItIsNotKnownWhetherKedaWasPaused_T124() {
    deployment(3);
    scaledObject("");
    api.fault("PATCH " + SCALED_OBJECT, FakeApiServer.LOST, "");
    ActRecord stop = act();
    stop.of(() -> stop(PAUSED));
    assertEquals(List.of("ScaledObject may have paused"), did(stop));
  }

  @Test
  void aPauseThatIsRefusedIsNotMadeKnown() {
    deployment(3);
    scaledObject("");
    api.fault("PATCH " + SCALED_OBJECT, 403, "scaledobjects.keda.sh is forbidden");
    ActRecord stop = act();
    stop.of(() -> stop(PAUSED));
    assertEquals(List.of(), did(stop));
  }

  @Test
  void aPauseOfAPersonIsLeftAlone() {
    deployment(3);
    scaledObject("\"autoscaling.keda.sh/paused-replicas\":\"3\"");
    Failed failed = assertInstanceOf(Failed.class, stop(PAUSED));
    assertFalse(failed.mayHaveChanged());
    assertTrue(failed.why().contains("somebody has paused ScaledObject `so`"), failed::why);
    assertTrue(failed.whatToDo().contains("kubectl annotate scaledobject so"), failed::whatToDo);
    assertEquals(3, replicas());
    scaledObject("\"autoscaling.keda.sh/paused\":\"true\"");
    assertInstanceOf(Failed.class, stop(PAUSED));
    scaledObject("\"autoscaling.keda.sh/paused\":\"false\"");
    assertInstanceOf(Changed.class, stop(PAUSED), "that is no pause");
  }

  @Test
  void nothingIsScaledWhereKedaCannotBePaused() {
    deployment(3);
    scaledObject("");
    api.fault("PATCH " + SCALED_OBJECT, 403, "scaledobjects.keda.sh is forbidden");
    Failed failed = assertInstanceOf(Failed.class, stop(PAUSED));
    assertTrue(failed.why().contains("ScaledObject `so` could not be paused"), failed::why);
    assertEquals(3, replicas());
    assertEquals(List.of(), api.requests("PATCH", SCALE));
  }

  @Test
  void saysThatKedaStopsItWhenTheScaleCannotBeSet() {
    deployment(3);
    scaledObject("");
    for (int attempt = 0; attempt < 9; attempt++) {
      api.fault("PATCH " + SCALE, 500, "etcd is tired");
    }
    Failed failed = assertInstanceOf(Failed.class, stop(PAUSED));
    assertTrue(failed.mayHaveChanged());
    assertTrue(failed.why().contains("but its ScaledObject is paused at 0"), failed::why);
    assertTrue(failed.whatToDo().contains("start_vllm, which releases that"), failed::whatToDo);
  }

  @Test
  void anotherChangeOfTheScaledObjectIsSeen() {
    deployment(3);
    scaledObject("");
    api.fault("PATCH " + SCALED_OBJECT, 409, "the object has been modified");
    assertInstanceOf(Changed.class, stop(PAUSED));
    assertEquals(2, api.requests("PATCH", "/scaledobjects/").size());
  }

  @Test
  void aDeletedScaledObjectScalesNothing() {
    deployment(3);
    assertInstanceOf(Changed.class, stop(PAUSED));
    assertInstanceOf(Changed.class, workloads.start(PAUSED, TIMEOUT));
  }

  @Test
  void aStopThatSeesItselfUndoneSaysByWhomAndDoesNotRepeatIt() {
    Workload plain =
        new Workload(
            "vllm-server",
            true,
            new Workload.Target("apps/v1", "Deployment", "vllm"),
            Optional.empty());
    deployment(2);
    api.afterPatch.put(
        SCALE,
        () ->
            scaled(
                2,
                ",\"managedFields\":[{\"manager\":\"kubectl\",\"time\":\"2026-01-02T03:00:00Z\",\"fieldsV1\":{\"f:spec\":{\"f:template\":{}}}},"
                    + "{\"manager\":\"their-scaler\",\"time\":\"2026-01-02T03:04:06Z\",\"fieldsV1\":{\"f:spec\":{\"f:replicas\":{}}}}]"));
    assertSays(
        remarks(workloads.stop(plain, List.of(plain), PATIENT, TIMEOUT)),
        "Its replicas were set by the field manager `their-scaler`");
    assertEquals(1, api.requests("PATCH", SCALE).size());
    assertTrue(
        api.requests("PATCH", SCALE)
            .getFirst()
            .query()
            .contains("fieldManager=mcp-policy-sidecar"));
  }
}
