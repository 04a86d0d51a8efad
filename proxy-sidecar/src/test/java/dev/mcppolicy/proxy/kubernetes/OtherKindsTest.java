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
import dev.mcppolicy.proxy.workload.LogLimits;
import dev.mcppolicy.proxy.workload.StopOptions;
import dev.mcppolicy.proxy.workload.StopOptions.Removal;
import dev.mcppolicy.proxy.workload.WorkloadLogs;
import dev.mcppolicy.proxy.workload.WorkloadLook;
import dev.mcppolicy.proxy.workload.WorkloadOutcome;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.AlreadyThere;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Changed;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Failed;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Refused;
import dev.mcppolicy.proxy.workload.WorkloadReplicas;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Targets that are no Deployment: any scale, an InferenceService, pods without a controller. */
final class OtherKindsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final StopOptions AT_ONCE = new StopOptions(Duration.ZERO, Removal.UNSAID);
  private static final StopOptions PATIENT = new StopOptions(Duration.ofSeconds(4), Removal.UNSAID);
  private static final String SCALE = "/apis/x.example/v1/namespaces/inference/sets/s/scale";
  private static final String SERVICE =
      "/apis/serving.kserve.io/v1beta1/namespaces/inference/inferenceservices/llm";
  private static final String PODS = "/api/v1/namespaces/inference/pods";
  private static final Workload SET =
      workload(Workload.Target.scaled("x.example/v1", "Set", "sets", "s"));
  private static final Workload LLM =
      workload(new Workload.Target("serving.kserve.io/v1beta1", "InferenceService", "llm"));
  private static final Workload BARE = workload(Workload.Target.pods(Map.of("app", "vllm")));

  @TempDir Path folder;
  private SidecarOfAFake sidecar;
  private FakeApiServer api;
  private WorkloadsByKind workloads;

  private static Workload workload(Workload.Target target) {
    return new Workload("model", true, target, Optional.empty());
  }

  @BeforeEach
  void connect() throws IOException {
    sidecar = new SidecarOfAFake(folder);
    api = sidecar.api;
    workloads = sidecar.workloads(InstantSource.system());
  }

  @AfterEach
  void disconnect() {
    sidecar.close();
  }

  private WorkloadOutcome stop(Workload workload, StopOptions options) {
    return workloads.stop(workload, List.of(workload), options, TIMEOUT);
  }

  private WorkloadOutcome restart(Workload workload) {
    return workloads.restart(workload, List.of(workload), TIMEOUT);
  }

  private void scale(int replicas, String selector) {
    api.put(
        SCALE,
        json(
            "{\"kind\":\"Scale\",\"metadata\":{\"name\":\"s\",\"uid\":\"u1\"},\"spec\":{\"replicas\":%1$d},\"status\":{\"replicas\":%1$d%2$s}}"
                .formatted(replicas, selector)));
  }

  private void pods(String... pods) {
    api.put(PODS, json("{\"items\":[" + String.join(",", pods) + "]}"));
  }

  private static String pod(String name, String more) {
    return pod(name, "\"app\":\"vllm\"", more);
  }

  private static String pod(String name, String labels, String more) {
    return "{\"metadata\":{\"name\":\"%1$s\",\"uid\":\"uid-%1$s\",\"resourceVersion\":\"7\",\"labels\":{%2$s}%3$s},\"spec\":{\"containers\":[{\"name\":\"model\"}]},\"status\":{\"phase\":\"Running\",\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}"
        .formatted(name, labels, more);
  }

  private static String of(String kind, String name, String uid) {
    return ",\"ownerReferences\":[{\"controller\":true,\"kind\":\"%s\",\"name\":\"%s\",\"uid\":\"%s\"}]"
        .formatted(kind, name, uid);
  }

  private List<String> requests(String method) {
    return api.requests(method, "/").stream().map(FakeApiServer.Request::path).toList();
  }

  // any kind with a scale

  @Test
  void stopsAndStartsByItsScaleAndAsksForNothingElse_T122() {
    scale(3, "");
    Changed stopped = assertInstanceOf(Changed.class, stop(SET, AT_ONCE));
    assertEquals("Set `s` was scaled from 3 replicas to 0", stopped.did());
    assertEquals("{\"replicas\":0}", JsonText.string(api.spec(SCALE)));
    assertInstanceOf(Changed.class, workloads.start(SET, TIMEOUT));
    assertEquals("{\"replicas\":3}", JsonText.string(api.spec(SCALE)));
    assertTrue(
        Stream.concat(requests("GET").stream(), requests("PATCH").stream())
            .allMatch(path -> path.equals(SCALE) || path.equals(SidecarOfAFake.STATE)),
        () -> requests("GET").toString());
  }

  @Test
  void doesNotSayThatNoneIsReadyWhereThatIsNotKnown() {
    scale(2, "");
    assertEquals(
        new WorkloadLook.Seen(
            new WorkloadReplicas(2, 2, OptionalInt.empty(), OptionalInt.empty()), ""),
        workloads.look(SET, TIMEOUT));
  }

  @Test
  void findsItsPodsByTheSelectorOfItsScaleAndTheirController_T121() {
    scale(1, ",\"selector\":\"app=vllm\"");
    pods(
        pod("own", of("Set", "s", "u1")),
        pod("between", of("ReplicaSet", "s-7d4", "u2")),
        pod("other", of("ReplicaSet", "sother-7d4", "u3")),
        pod("bare", ""));
    for (String name : List.of("own", "between")) {
      api.texts.put(PODS + "/" + name + "/log?container=model&tailLines=7", "of " + name);
    }
    var read =
        assertInstanceOf(
            WorkloadLogs.Read.class, workloads.logs(SET, new LogLimits(7, 1000), TIMEOUT));
    assertEquals(
        List.of("of own", "of between"),
        read.sources().stream().map(WorkloadLogs.Source::text).toList());
    assertTrue(
        api.requests("GET", PODS).getFirst().query().contains("labelSelector=app%3Dvllm"),
        api.requests("GET", PODS)::toString);
  }

  @Test
  void saysThatAScaleWithoutASelectorHasNoLogs() {
    scale(1, "");
    var refused =
        assertInstanceOf(
            WorkloadLogs.Refused.class, workloads.logs(SET, new LogLimits(7, 1000), TIMEOUT));
    assertTrue(refused.why().contains("labelSelectorPath"), refused.why());
    assertEquals(List.of(), api.requests("GET", PODS));
  }

  // InferenceServices

  private void service(boolean toldToStop, boolean stopped, String more) {
    api.put(
        SERVICE,
        json(
            "{\"metadata\":{\"name\":\"llm\",\"annotations\":{\"own\":\"kept\"%s}},\"status\":{\"conditions\":[{\"type\":\"Stopped\",\"status\":\"%s\"},{\"type\":\"Ready\",\"status\":\"%s\"}]%s}}"
                .formatted(
                    toldToStop ? ",\"serving.kserve.io/stop\":\"true\"" : "",
                    stopped ? "True" : "False",
                    stopped ? "False" : "True",
                    more)));
  }

  /** As KServe does once it has seen the annotation. */
  private void kserve() {
    api.afterPatch.put(
        SERVICE,
        () -> {
          boolean told = annotations().contains("serving.kserve.io/stop\":\"true");
          service(told, told, "");
        });
  }

  private String annotations() {
    JsonObject object = api.objects.getOrDefault(SERVICE, JsonObject.EMPTY);
    return JsonText.string(
        object.object("metadata").flatMap(m -> m.object("annotations")).orElseThrow());
  }

  private boolean isUndone() {
    return JsonText.string(api.spec(SidecarOfAFake.STATE)).contains("\"undoneAt\":\"");
  }

  @Test
  void anInferenceServiceIsStartedWhereNothingCanBeNoted() {
    service(true, true, "");
    kserve();
    api.fault("GET " + SidecarOfAFake.STATE, 403, "mcpserverstates is forbidden");
    assertInstanceOf(Changed.class, workloads.start(LLM, TIMEOUT));
    assertTrue(!annotations().contains("true"), this::annotations);
  }

  @Test
  void stopsAnInferenceServiceByItsAnnotationAlone() {
    service(false, false, "");
    kserve();
    Changed stopped = assertInstanceOf(Changed.class, stop(LLM, PATIENT));
    assertEquals("KServe was told to stop InferenceService `llm`", stopped.did());
    assertTrue(stopped.now().isGone(), stopped::toString);
    assertEquals(List.of(SidecarOfAFake.STATE, SERVICE), requests("PATCH"), "noted before");
    String patch = api.requests("PATCH", "/").getLast().body();
    assertTrue(
        patch.matches(
            "\\{\"metadata\":\\{\"resourceVersion\":\"\\d+\",\"annotations\":\\{\"serving.kserve.io/stop\":\"true\"}}}"),
        patch);
    assertInstanceOf(AlreadyThere.class, stop(LLM, AT_ONCE));
    assertInstanceOf(Changed.class, workloads.start(LLM, TIMEOUT));
    assertTrue(annotations().contains("\"own\":\"kept\""), this::annotations);
    assertInstanceOf(AlreadyThere.class, workloads.start(LLM, TIMEOUT));
    assertEquals(
        List.of(SidecarOfAFake.STATE, SERVICE, SERVICE, SidecarOfAFake.STATE),
        requests("PATCH"),
        "then undone");
    assertTrue(isUndone());
  }

  @Test
  void saysThatKServeHasNotConfirmedAStop() {
    service(false, false, "");
    var soon = new StopOptions(Duration.ofMillis(600), Removal.UNSAID);
    Changed stopped = assertInstanceOf(Changed.class, stop(LLM, soon));
    assertEquals(1, stopped.now().observed());
    assertTrue(
        stopped.remarks().getLast().startsWith("KServe has not confirmed it yet"),
        stopped::toString);
  }

  @Test
  void refusesAStopThatKServeWouldNotHeed() {
    api.put(
        SERVICE,
        json(
            "{\"metadata\":{\"name\":\"llm\"},\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}"));
    Refused old = assertInstanceOf(Refused.class, stop(LLM, AT_ONCE));
    assertTrue(old.why().contains("KServe 0.16 or newer"), old.why());
    service(false, false, ",\"deploymentMode\":\"ModelMesh\"");
    Refused mesh = assertInstanceOf(Refused.class, stop(LLM, AT_ONCE));
    assertTrue(mesh.why().contains("ModelMesh"), mesh.why());
    assertEquals(List.of(), requests("PATCH"));
  }

  @Test
  void restartsAnInferenceServiceOnceKServeHasStoppedIt() {
    service(false, false, "");
    kserve();
    Changed restarted = assertInstanceOf(Changed.class, restart(LLM));
    assertEquals(
        "KServe stopped InferenceService `llm` and was told to run it again", restarted.did());
    assertEquals(
        List.of(SidecarOfAFake.STATE, SERVICE, SERVICE, SidecarOfAFake.STATE), requests("PATCH"));
    assertTrue(isUndone());
    assertTrue(!annotations().contains("true"), this::annotations);
  }

  @Test
  void restartSaysThatKServeDidNotStopInTime() {
    service(false, false, "");
    Failed failed =
        assertInstanceOf(
            Failed.class, workloads.restart(LLM, List.of(LLM), Duration.ofMillis(1500)));
    assertTrue(failed.why().contains("had not stopped it wholly"), failed.why());
    assertTrue(!annotations().contains("true"), this::annotations);
  }

  @Test
  void overwritesNobodyWhoChangesAnInferenceServiceAtTheSameTime() {
    service(false, false, "");
    for (int i = 0; i < 9; i++) {
      api.fault("PATCH " + SERVICE, 409, "the object has been modified");
    }
    Failed failed = assertInstanceOf(Failed.class, stop(LLM, AT_ONCE));
    assertTrue(failed.why().contains("it changed 5 times meanwhile"), failed.why());
    assertTrue(!failed.mayHaveChanged());
    assertTrue(isUndone(), "it was not stopped");
  }

  // pods without a controller

  @Test
  void deletesPodsAsTheyWereSeen_T124() {
    pods(pod("a", ""), pod("b", ""));
    Changed stopped = assertInstanceOf(Changed.class, stop(BARE, PATIENT));
    assertEquals("2 pods were told to end: `a`, `b`", stopped.did());
    assertTrue(stopped.now().isGone(), stopped::toString);
    assertEquals(
        "{\"apiVersion\":\"v1\",\"kind\":\"DeleteOptions\",\"preconditions\":{\"uid\":\"uid-a\",\"resourceVersion\":\"7\"}}",
        api.requests("DELETE", "/").getFirst().body());
    assertInstanceOf(AlreadyThere.class, stop(BARE, AT_ONCE));
  }

  @Test
  void looksAgainAtAPodThatChangedMeanwhile_T124() {
    pods(pod("a", ""));
    api.fault("DELETE " + PODS + "/a", 409, "the object has been modified");
    assertInstanceOf(Changed.class, stop(BARE, AT_ONCE));
    assertEquals(2, requests("DELETE").size());
    assertTrue(api.requests("GET", PODS).size() >= 3);
  }

  @Test
  void touchesNoneWhereOneHasAController_T121() {
    pods(pod("a", ""), pod("web-1", of("ReplicaSet", "web", "u")));
    Refused refused = assertInstanceOf(Refused.class, stop(BARE, AT_ONCE));
    assertTrue(
        refused.why().contains("pod `web-1` is of ReplicaSet `web`, which would make another"),
        refused.why());
    assertEquals(List.of(), requests("DELETE"));
  }

  @Test
  void touchesNoGuardedPod_T121() {
    pods(pod("a", ""), pod("mcp", "\"app\":\"vllm\",\"mcppolicy.dev/server\":\"x\"", ""));
    Refused refused = assertInstanceOf(Refused.class, stop(BARE, AT_ONCE));
    assertTrue(refused.why().contains("pod `mcp` belongs to an McpServer"), refused.why());
    assertEquals(List.of(), requests("DELETE"));
  }

  @Test
  void touchesNoneOfTooMany() {
    pods(IntStream.range(0, 17).mapToObj(i -> pod("p" + i, "")).toArray(String[]::new));
    Refused refused = assertInstanceOf(Refused.class, stop(BARE, AT_ONCE));
    assertTrue(refused.why().contains("finds 17 pods"), refused.why());
    assertEquals(List.of(), requests("DELETE"));
  }

  @Test
  void saysHowFarItCame() {
    pods(pod("a", ""), pod("b", ""));
    api.fault("DELETE " + PODS + "/b", 500, "no space left");
    Failed failed = assertInstanceOf(Failed.class, stop(BARE, AT_ONCE));
    assertEquals(
        "pod `b` could not be deleted: no space left; told to end before: `a`", failed.why());
    assertTrue(failed.mayHaveChanged());
  }

  @Test
  void saysHowToLetPodsBeDeleted() {
    pods(pod("a", ""));
    api.fault("DELETE " + PODS + "/a", 403, "pods is forbidden");
    Refused refused = assertInstanceOf(Refused.class, stop(BARE, AT_ONCE));
    assertTrue(refused.why().contains("`capabilities: [DeletePods]`"), refused.why());
  }

  @Test
  void neitherStartsNorRestartsWhatNothingMakesAnew() {
    pods(pod("a", ""));
    Refused start = assertInstanceOf(Refused.class, workloads.start(BARE, TIMEOUT));
    assertTrue(start.why().contains("nothing makes them anew"), start.why());
    assertInstanceOf(Refused.class, restart(BARE));
    assertEquals(List.of(), List.copyOf(api.requests));
  }

  @Test
  void looksAtPodsAndReadsTheirLogs() {
    pods(
        pod("a", ""),
        pod("b", ",\"deletionTimestamp\":\"2026-01-02T03:04:05Z\""),
        pod("web-1", of("ReplicaSet", "web", "u")));
    api.texts.put(PODS + "/a/log?container=model&tailLines=7", "ready");
    api.texts.put(PODS + "/b/log?container=model&tailLines=7", "bye");
    var seen = assertInstanceOf(WorkloadLook.Seen.class, workloads.look(BARE, TIMEOUT));
    assertEquals(new WorkloadReplicas(2, 2, OptionalInt.of(2), OptionalInt.of(1)), seen.replicas());
    assertTrue(seen.state().startsWith("cannot be stopped: pod `web-1`"), seen.state());
    var read =
        assertInstanceOf(
            WorkloadLogs.Read.class, workloads.logs(BARE, new LogLimits(7, 1000), TIMEOUT));
    assertEquals(
        List.of("ready", "bye"), read.sources().stream().map(WorkloadLogs.Source::text).toList());
  }

  /** T122: what was done is joined to the decision, whatever the kind. */
  @Test
  void makesEachChangeKnownOnTheObjectThatWasChanged() {
    service(false, false, "");
    kserve();
    ActRecord act = act();
    act.of(() -> restart(LLM));
    pods(pod("a", ""), pod("b", ""));
    act.of(() -> stop(BARE, AT_ONCE));
    assertEquals(
        List.of(
            "InferenceService llm stopped",
            "InferenceService llm started",
            "Pod a deleted",
            "Pod b deleted"),
        act.changes().stream()
            .map(
                change ->
                    change.workload().target().kind()
                        + " "
                        + change.workload().target().name()
                        + " "
                        + change.display())
            .toList());
  }

  private static ActRecord act() {
    return new ActRecord(
        new Cause(
            "d-7", "stop_vllm", "ops-agent", "/tools/stop_vllm", Optional.of("inference/ops")));
  }
}
