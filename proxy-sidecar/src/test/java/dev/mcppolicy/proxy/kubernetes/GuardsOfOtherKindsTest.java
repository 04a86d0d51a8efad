// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import static dev.mcppolicy.proxy.kubernetes.FakeApiServer.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.bundle.Contested;
import dev.mcppolicy.bundle.Drain;
import dev.mcppolicy.bundle.Drain.WhenBusy;
import dev.mcppolicy.bundle.Safeguards;
import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.workload.StopOptions;
import dev.mcppolicy.proxy.workload.StopOptions.Removal;
import dev.mcppolicy.proxy.workload.VllmMetrics;
import dev.mcppolicy.proxy.workload.WorkloadLook;
import dev.mcppolicy.proxy.workload.WorkloadOutcome;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.AlreadyThere;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Changed;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Refused;
import dev.mcppolicy.proxy.workload.WorkloadPreview;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Floor, budgets and drain where pods alone say what is ready: InferenceServices, pods without a
 * controller, kinds of which only a scale is known; and across kinds (T121, T123, T124).
 */
final class GuardsOfOtherKindsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final StopOptions AT_ONCE = new StopOptions(Duration.ZERO, Removal.UNSAID);
  private static final String DEPLOYMENT = "/apis/apps/v1/namespaces/inference/deployments/web";
  private static final String SCALE = "/apis/x.example/v1/namespaces/inference/sets/s/scale";
  private static final String SERVICE =
      "/apis/serving.kserve.io/v1beta1/namespaces/inference/inferenceservices/llm";
  private static final String BUDGETS =
      "/apis/policy/v1/namespaces/inference/poddisruptionbudgets/";
  private static final String PODS = "/api/v1/namespaces/inference/pods";
  private static final Workload.Target SET =
      Workload.Target.scaled("x.example/v1", "Set", "sets", "s");
  private static final Workload.Target LLM =
      new Workload.Target("serving.kserve.io/v1beta1", "InferenceService", "llm");
  private static final Workload.Target BARE = Workload.Target.pods(Map.of("app", "bare"));
  private static final Workload.Target WEB = new Workload.Target("apps/v1", "Deployment", "web");
  private static final Safeguards FLOOR =
      new Safeguards(1, Optional.empty(), List.of(), Optional.empty());
  private static final Safeguards BUDGET =
      new Safeguards(0, Optional.empty(), List.of("one"), Optional.empty());

  @TempDir Path folder;
  private SidecarOfAFake sidecar;
  private FakeApiServer api;
  private WorkloadsByKind workloads;

  @BeforeEach
  void connect() throws IOException {
    sidecar = new SidecarOfAFake(folder);
    api = sidecar.api;
    workloads = sidecar.workloads(InstantSource.system());
    pods();
  }

  @AfterEach
  void disconnect() {
    sidecar.close();
  }

  /** What a pod answers in turn, by its address; the last answer stays. */
  private void requests(String address, int... running) {
    sidecar.answers(
        address + "/metrics",
        Arrays.stream(running)
            .<VllmMetrics>mapToObj(each -> new VllmMetrics.Counted(each, 0))
            .toList());
  }

  private static Workload of(Workload.Target target, Safeguards safeguards) {
    return new Workload(target.name(), false, target, Optional.of("meta/llama"), safeguards);
  }

  private static Safeguards drain(WhenBusy whenBusy) {
    return new Safeguards(
        0,
        Optional.of(new Drain(Duration.ofSeconds(2), whenBusy, 8080, "/metrics")),
        List.of(),
        Optional.empty());
  }

  private void pods(String... pods) {
    api.put(PODS, json("{\"items\":[" + String.join(",", pods) + "]}"));
  }

  private static String pod(String name, String labels, String controller, boolean ready) {
    String owner =
        controller.isEmpty()
            ? ""
            : ",\"ownerReferences\":[{\"controller\":true,\"kind\":\"ReplicaSet\",\"name\":\"%s\",\"uid\":\"u\"}]"
                .formatted(controller);
    return "{\"metadata\":{\"name\":\"%1$s\",\"uid\":\"uid-%1$s\",\"resourceVersion\":\"7\",\"labels\":{%2$s}%3$s},\"spec\":{\"containers\":[{\"name\":\"model\",\"resources\":{\"limits\":{\"nvidia.com/gpu\":\"2\"}}}]},\"status\":{\"phase\":\"Running\",\"podIP\":\"10.0.0.%4$s\",\"conditions\":[{\"type\":\"Ready\",\"status\":\"%5$s\"}]}}"
        .formatted(
            name, labels, owner, name.substring(name.length() - 1), ready ? "True" : "False");
  }

  private static String bare(String name, boolean ready) {
    return pod(name, "\"app\":\"bare\"", "", ready);
  }

  private static String kserve(String name, String controller, boolean ready) {
    return pod(name, "\"serving.kserve.io/inferenceservice\":\"llm\"", controller, ready);
  }

  private static String predictor(int number, boolean ready) {
    return kserve("llm-predictor-7d4-" + number, "llm-predictor-7d4", ready);
  }

  private static String ofSet(int number, boolean ready) {
    return pod("s-" + number, "\"app\":\"s\"", "s", ready);
  }

  private void service() {
    api.put(
        SERVICE,
        json(
            "{\"metadata\":{\"name\":\"llm\"},\"status\":{\"conditions\":[{\"type\":\"Stopped\",\"status\":\"False\"},{\"type\":\"Ready\",\"status\":\"True\"}]}}"));
  }

  private void set(int replicas) {
    api.put(
        SCALE,
        json(
            "{\"metadata\":{\"name\":\"s\",\"uid\":\"u1\"},\"spec\":{\"replicas\":%1$d},\"status\":{\"replicas\":%1$d,\"selector\":\"app=s\"}}"
                .formatted(replicas)));
  }

  private void web(int replicas) {
    String text =
        "{\"metadata\":{\"name\":\"web\"},\"spec\":{\"replicas\":%1$d},\"status\":{\"replicas\":%1$d,\"readyReplicas\":%1$d,\"terminatingReplicas\":0}}"
            .formatted(replicas);
    api.put(DEPLOYMENT, json(text));
    api.put(DEPLOYMENT + "/scale", json(text));
  }

  private void budget(int allowed) {
    api.put(
        BUDGETS + "one",
        json(
            "{\"metadata\":{\"name\":\"one\",\"generation\":1},\"status\":{\"observedGeneration\":1,\"disruptionsAllowed\":%d}}"
                .formatted(allowed)));
  }

  private WorkloadOutcome stop(Workload workload, Workload... others) {
    var declared = new ArrayList<>(List.of(others));
    declared.add(workload);
    return workloads.stop(workload, declared, AT_ONCE, TIMEOUT);
  }

  private Refused refused(WorkloadOutcome outcome) {
    assertEquals(List.of(), api.requests("PATCH", "/"), "nothing may be changed");
    assertEquals(List.of(), api.requests("DELETE", "/"), "nothing may be deleted");
    return is(Refused.class, outcome);
  }

  private static <T> T is(Class<T> kind, Object found) {
    return assertInstanceOf(kind, found, found::toString);
  }

  // the floor

  @Test
  void keepsTheFloorOfAModelAcrossKinds() {
    Workload web = of(WEB, FLOOR);
    Workload llm = of(LLM, Safeguards.NONE);
    web(1);
    service();
    pods(predictor(1, false), kserve("llm-transformer-1", "llm-transformer-5c", true));
    assertTrue(
        refused(stop(web, llm)).why().contains("without `web` 0 would be: `llm` 0;"),
        "a transformer serves no model");
    pods(predictor(1, true), predictor(2, false));
    is(Changed.class, stop(web, llm));
    web(0);
    assertTrue(
        is(Refused.class, stop(llm, web)).why().contains("without `llm` 0 would be: `web` 0;"));
  }

  /** What is stopped may be known by a second name: its pods would stand in for themselves. */
  @Test
  void whatAnotherObjectRulesStandsInForNobody() {
    Workload web = of(WEB, FLOOR);
    Workload llm = of(LLM, Safeguards.NONE);
    service();
    pods(predictor(1, true));
    web(2);
    JsonObject owned =
        json(
            JsonText.string(api.object(DEPLOYMENT))
                .replace(
                    "\"name\":\"web\"",
                    "\"name\":\"web\",\"ownerReferences\":[{\"controller\":true,\"kind\":\"InferenceService\",\"name\":\"llm\"}]"));
    api.put(DEPLOYMENT, owned);
    assertTrue(refused(stop(llm, web)).why().contains("without `llm` 0 would be: `web` 0;"));
    web(2);
    is(Changed.class, stop(llm, web));
  }

  /** One object made the other, and nothing on the other says so. */
  @Test
  void countsNoPodOfWhatIsStoppedForAnotherKind_T121() {
    Workload set =
        of(Workload.Target.scaled("x.example/v1", "Set", "sets", "llm"), Safeguards.NONE);
    Workload llm = of(LLM, FLOOR);
    service();
    api.put(
        "/apis/x.example/v1/namespaces/inference/sets/llm/scale",
        json(
            "{\"metadata\":{\"name\":\"llm\",\"uid\":\"u2\"},\"spec\":{\"replicas\":1},\"status\":{\"replicas\":1,\"selector\":\"serving.kserve.io/inferenceservice=llm\"}}"));
    pods(predictor(1, true));
    assertTrue(refused(stop(set, llm)).why().contains(": `llm` 0;"), "its own pod");
    assertTrue(refused(stop(llm, set)).why().contains(": `llm` 0;"), "its own pod");
  }

  @Test
  void countsTheReadyPodsOfBarePodsForOthers() {
    Workload llm = of(LLM, Safeguards.NONE);
    Workload bare = of(BARE, FLOOR);
    service();
    pods(
        predictor(1, true),
        bare("bare-1", false),
        bare("bare-2", true)
            .replace("\"uid\"", "\"deletionTimestamp\":\"2026-01-02T03:04:05Z\",\"uid\""));
    assertTrue(refused(stop(llm, bare)).why().contains("`app=bare` 0;"));
    pods(predictor(1, true), bare("bare-1", true));
    is(Changed.class, stop(llm, bare));
  }

  @Test
  void countsNoPodThatTheStopItselfTakes_T121() {
    Workload all = of(BARE, FLOOR);
    Workload some = of(Workload.Target.pods(Map.of("app", "bare", "zone", "a")), Safeguards.NONE);
    String both = pod("bare-1", "\"app\":\"bare\",\"zone\":\"a\"", "", true);
    pods(both);
    refused(stop(all, some));
    refused(stop(some, all));
    pods(both, bare("bare-2", true));
    refused(stop(all, some));
    is(Changed.class, stop(some, all));
  }

  @Test
  void countsNoPodOfAControllerForASelector_T121() {
    Workload web = of(WEB, FLOOR);
    Workload bare = of(BARE, Safeguards.NONE);
    web(1);
    pods(pod("web-1", "\"app\":\"bare\"", "web-7d4", true));
    assertTrue(refused(stop(web, bare)).why().contains("`app=bare` 0;"), "its own pod");
  }

  @Test
  void countsTheReadyPodsOfAKindThatIsNotKnown() {
    Workload web = of(WEB, FLOOR);
    Workload set = of(SET, Safeguards.NONE);
    web(1);
    set(1);
    pods(ofSet(1, false));
    assertTrue(refused(stop(web, set)).why().contains("`s` 0;"));
    pods(ofSet(1, true), ofSet(2, true));
    assertTrue(
        refused(stop(web, set)).why().contains("`s` 0;"), "one replica of two pods is no two");
    pods(pod("other-1", "\"app\":\"s\"", "sother-7d4", true));
    assertTrue(refused(stop(web, set)).why().contains("`s` not known;"), "not its own");
    pods(ofSet(1, true));
    is(Changed.class, stop(web, set));
  }

  @Test
  void stopsWhatIsStoppedWhateverTheFloorOfOtherKinds() {
    pods();
    is(AlreadyThere.class, stop(of(BARE, FLOOR)));
    api.put(
        SERVICE,
        json(
            "{\"metadata\":{\"name\":\"llm\",\"annotations\":{\"serving.kserve.io/stop\":\"true\"}},\"status\":{\"conditions\":[{\"type\":\"Stopped\",\"status\":\"True\"}]}}"));
    is(AlreadyThere.class, stop(of(LLM, FLOOR)));
  }

  @Test
  void letsAnInferenceServiceWithoutAReadyPodBeRestartedBelowItsFloor() {
    Workload llm = of(LLM, FLOOR);
    service();
    api.afterPatch.put(
        SERVICE,
        () ->
            api.put(
                SERVICE,
                json(
                    JsonText.string(api.object(SERVICE))
                        .replace(
                            "\"Stopped\",\"status\":\"False\"",
                            "\"Stopped\",\"status\":\"True\""))));
    pods(predictor(1, true));
    refused(workloads.restart(llm, List.of(llm), TIMEOUT));
    pods(predictor(1, false));
    refused(stop(llm));
    is(Changed.class, workloads.restart(llm, List.of(llm), TIMEOUT));
  }

  // budgets

  @Test
  void keepsTheBudgetOfAllPodsThatAStopTakes() {
    service();
    pods(
        predictor(1, true),
        predictor(2, false),
        kserve("llm-transformer-3", "llm-transformer-5c", true));
    budget(1);
    Refused refused = refused(stop(of(LLM, BUDGET)));
    assertEquals(
        "PodDisruptionBudget `one` lets 1 of its pods go now, and a stop of InferenceService `llm`"
            + " takes 2 that are ready; nothing was changed, whoever owns the budget can allow more",
        refused.why());
    budget(2);
    is(Changed.class, stop(of(LLM, BUDGET)));
  }

  @Test
  void aBudgetIsSpentByAnAnnotationThatMayHaveBeenSet() {
    service();
    web(1);
    pods(predictor(1, true));
    budget(1);
    api.fault("PATCH " + SERVICE, FakeApiServer.LOST, "");
    is(WorkloadOutcome.Failed.class, stop(of(LLM, BUDGET)));
    assertTrue(
        is(Refused.class, stop(of(WEB, BUDGET)))
            .why()
            .contains("another stop has just taken some"));
  }

  @Test
  void keepsTheBudgetOfBarePodsAndRemembersWhatItTook() {
    Workload some = of(Workload.Target.pods(Map.of("app", "other")), BUDGET);
    pods(bare("bare-1", true), bare("bare-2", true), pod("other-3", "\"app\":\"other\"", "", true));
    budget(1);
    refused(stop(of(BARE, BUDGET)));
    budget(2);
    is(Changed.class, stop(of(BARE, BUDGET)));
    Refused spent = is(Refused.class, stop(some));
    assertTrue(spent.why().contains("another stop has just taken some"), spent.why());
  }

  @Test
  void keepsTheBudgetOfEachPodOfAReplica() {
    set(1);
    pods(ofSet(1, true), ofSet(2, true));
    budget(1);
    assertTrue(refused(stop(of(SET, BUDGET))).why().contains("takes 2 that are ready"));
    budget(2);
    is(Changed.class, stop(of(SET, BUDGET)));
  }

  @Test
  void refusesWhereReadyPodsAreNotKnown() {
    budget(9);
    service();
    pods(predictor(1, true), kserve("stray-2", "", true));
    Refused stray = refused(stop(of(LLM, BUDGET)));
    assertEquals(
        "how many pods of InferenceService `llm` are ready is not known, so PodDisruptionBudget"
            + " `one` cannot be held: pod `stray-2` carries its label, and nothing that KServe made"
            + " for it rules that pod; nothing was changed, see who made it and whether it should"
            + " carry that label",
        stray.why());
    pods(predictor(1, true), kserve("stray-2", "", false)); // no one's loss
    set(2);
    pods(ofSet(1, true));
    Refused missing = refused(stop(of(SET, BUDGET)));
    assertTrue(
        missing.why().contains("it has 2 replicas, and only 1 of them can be told"), missing.why());
  }

  @Test
  void refusesWithoutTheRightToListPodsAndSaysWhichItIs() {
    service();
    set(1);
    budget(9);
    for (Workload workload : List.of(of(LLM, BUDGET), of(SET, BUDGET), of(BARE, BUDGET))) {
      for (int i = 0; i < 4; i++) {
        api.fault("GET " + PODS, 403, "forbidden");
      }
      Refused refused = refused(stop(workload));
      assertTrue(refused.why().contains("this sidecar may not list pods"), refused.why());
      assertTrue(refused.why().contains("`capabilities: [Pods]`"), refused.why());
      api.faults.clear();
    }
  }

  // the drain

  @Test
  void waitsUntilNoRequestOfThePredictorRuns() {
    service();
    pods(
        predictor(1, true),
        kserve("llm-predictor-worker-2", "llm-predictor-worker-9f", true),
        kserve("llm-transformer-3", "llm-transformer-5c", true));
    requests("10.0.0.1:8080", 2, 0);
    Changed stopped = is(Changed.class, stop(of(LLM, drain(WhenBusy.REFUSE))));
    assertEquals("No request ran just before.", stopped.remarks().getFirst());
    assertEquals("{\"requestsRunning\":0,\"requestsWaiting\":0}", JsonText.string(stopped.facts()));
  }

  @Test
  void refusesABusyInferenceServiceAndBusyPods() {
    service();
    pods(predictor(1, true), bare("bare-2", true));
    requests("10.0.0.1:8080", 3);
    requests("10.0.0.2:8080", 4);
    Refused service = refused(stop(of(LLM, drain(WhenBusy.REFUSE))));
    assertTrue(service.why().startsWith("InferenceService `llm` is busy: after 2 s 3 of its"));
    Refused pods = refused(stop(of(BARE, drain(WhenBusy.REFUSE))));
    assertTrue(pods.why().startsWith("Pods `app=bare` is busy: after 2 s 4 of its"), pods.why());
    Changed stopped = is(Changed.class, stop(of(BARE, drain(WhenBusy.STOP))));
    assertEquals(
        "This cut 4 requests: 4 ran and 0 waited just before.", stopped.remarks().getFirst());
  }

  @Test
  void takesNothingForQuietThatItCannotTell() {
    service();
    pods(predictor(1, true), kserve("stray-2", "", true));
    requests("10.0.0.1:8080", 0);
    Refused stray = refused(stop(of(LLM, drain(WhenBusy.REFUSE))));
    assertTrue(stray.why().contains("pod `stray-2` carries its label"), stray.why());
    set(2);
    pods(ofSet(1, true));
    Refused missing = refused(stop(of(SET, drain(WhenBusy.REFUSE))));
    assertTrue(missing.why().contains("it has 2 replicas"), missing.why());
  }

  @Test
  void waitsForNothingThatMustNotBeTouched() {
    pods(bare("bare-1", true), pod("web-2", "\"app\":\"bare\"", "web-7d4", true));
    requests("10.0.0.1:8080", 9);
    Refused refused = refused(stop(of(BARE, drain(WhenBusy.REFUSE))));
    assertTrue(refused.why().contains("pod `web-2` is of ReplicaSet"), refused.why());
    api.put(SERVICE, json("{\"metadata\":{\"name\":\"llm\"}}"));
    assertTrue(
        refused(stop(of(LLM, drain(WhenBusy.REFUSE)))).why().contains("would not be heeded"));
  }

  @Test
  void refusesWhatAnotherWouldUndo() {
    service();
    var contested =
        new Safeguards(
            0,
            Optional.empty(),
            List.of(),
            Optional.of(new Contested.Refused("Argo CD", "ask it")));
    assertEquals("Argo CD would undo it; ask it", refused(stop(of(LLM, contested))).why());
  }

  // what can be seen of them

  @Test
  void previewsGpusAndRequestsOfPods() {
    service();
    set(2);
    pods(
        predictor(1, true),
        predictor(2, false),
        bare("bare-3", true),
        ofSet(4, true),
        ofSet(5, true));
    requests("10.0.0.1:8000", 3);
    requests("10.0.0.3:8000", 4);
    requests("10.0.0.4:8000", 5);
    requests("10.0.0.5:8000", 6);
    assertEquals(Map.of("nvidia.com/gpu", 4L), preview(LLM).gpus());
    assertEquals(OptionalInt.of(3), preview(LLM).requests());
    assertEquals(Map.of("nvidia.com/gpu", 2L), preview(BARE).gpus());
    assertEquals(OptionalInt.of(4), preview(BARE).requests());
    assertEquals(Map.of("nvidia.com/gpu", 4L), preview(SET).gpus());
    assertEquals(OptionalInt.of(11), preview(SET).requests());
    assertEquals(List.of(), api.requests("PATCH", "/"));
  }

  private WorkloadPreview preview(Workload.Target target) {
    return workloads.preview(of(target, Safeguards.NONE), TIMEOUT).orElseThrow();
  }

  @Test
  void previewsNoPodsWhereThereAreNone() {
    assertEquals(Optional.empty(), workloads.preview(of(BARE, Safeguards.NONE), TIMEOUT));
  }

  @Test
  void tellsReadyReplicasOfAKindWhosePodsAreItsReplicas() {
    set(2);
    pods(ofSet(1, true), ofSet(2, false));
    assertEquals(OptionalInt.of(1), ready());
    pods(ofSet(1, true));
    assertEquals(OptionalInt.empty(), ready());
  }

  private OptionalInt ready() {
    return is(WorkloadLook.Seen.class, workloads.look(of(SET, Safeguards.NONE), TIMEOUT))
        .replicas()
        .ready();
  }
}
