// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.bundle.Drain;
import dev.mcppolicy.bundle.Drain.WhenBusy;
import dev.mcppolicy.bundle.Safeguards;
import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.proxy.workload.StopOptions;
import dev.mcppolicy.proxy.workload.StopOptions.Removal;
import dev.mcppolicy.proxy.workload.VllmMetrics;
import dev.mcppolicy.proxy.workload.WorkloadLook;
import dev.mcppolicy.proxy.workload.WorkloadOutcome;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Changed;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Refused;
import dev.mcppolicy.testkit.cluster.Artefacts;
import dev.mcppolicy.testkit.cluster.SharedCluster;
import dev.mcppolicy.testkit.cluster.TestCluster;
import dev.mcppolicy.testkit.cluster.TestNamespace;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Floor, budgets and drain of targets that are no Deployment, with real pods that serve as a small
 * vLLM does, a real disruption controller, and the rights of a sidecar (T123, T124). The test does
 * what KServe and the controller of a custom resource would do; it reads the metrics through the
 * API server, because pods cannot be reached from where it runs.
 */
@ExtendWith(SharedCluster.class)
final class GuardsOfOtherKindsIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final StopOptions PATIENT =
      new StopOptions(Duration.ofSeconds(45), Removal.UNSAID);
  private static final String SERVING = "serving.kserve.io/v1beta1";
  private static final String SETS = "guards.test.mcppolicy.dev/v1";
  private static final String LIST_PODS = "{apiGroups: [''], resources: [pods], verbs: [list]}";
  private static final Workload.Target LLM =
      new Workload.Target(SERVING, "InferenceService", "llm");
  private static final Workload.Target BARE = Workload.Target.pods(Map.of("app", "bare"));
  private static final Workload.Target SET =
      Workload.Target.scaled(SETS, "GuardedSet", "guardedsets", "models");

  private final TestNamespace namespace;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private SidecarOfANamespace sidecar;
  private WorkloadsByKind workloads;

  GuardsOfOtherKindsIT(TestCluster cluster) throws IOException {
    cluster.loadImage(Artefacts.vllmStandinImage());
    this.namespace = new TestNamespace(cluster, "guards");
  }

  @BeforeEach
  void connect() throws IOException {
    sidecar =
        new SidecarOfANamespace(
            namespace,
            "{apiGroups: [serving.kserve.io], resources: [inferenceservices], resourceNames: [llm], verbs: [get, patch]}",
            "{apiGroups: [guards.test.mcppolicy.dev], resources: [guardedsets/scale], resourceNames: [models], verbs: [get, patch]}",
            "{apiGroups: [policy], resources: [poddisruptionbudgets], resourceNames: [one], verbs: [get]}");
    workloads = sidecar.workloads(this::metrics);
  }

  @AfterEach
  void disconnect() {
    threads.close();
    sidecar.close();
  }

  private String podPath(String pod) {
    return "/api/v1/namespaces/%s/pods/%s:8000/proxy".formatted(namespace.name(), pod);
  }

  private VllmMetrics metrics(InetSocketAddress address, String path, Duration timeout) {
    String ip = address.getAddress().getHostAddress();
    return namespace.client().pods().inNamespace(namespace.name()).list().getItems().stream()
        .filter(pod -> ip.equals(pod.getStatus().getPodIP()))
        .findFirst()
        .map(pod -> metrics(pod.getMetadata().getName(), path))
        .orElseGet(() -> new VllmMetrics.Unreadable("did not answer"));
  }

  private VllmMetrics metrics(String pod, String path) {
    try {
      return VllmMetrics.of(String.valueOf(namespace.client().raw(podPath(pod) + path)));
    } catch (KubernetesClientException e) {
      return new VllmMetrics.Unreadable("did not answer");
    }
  }

  private static Workload workload(Workload.Target target, Safeguards safeguards) {
    return new Workload(target.name(), false, target, Optional.of("llama"), safeguards);
  }

  private static Safeguards floor() {
    return new Safeguards(1, Optional.empty(), List.of(), Optional.empty());
  }

  private static Safeguards budgetAndDrain() {
    return new Safeguards(
        0,
        Optional.of(new Drain(Duration.ofSeconds(40), WhenBusy.REFUSE, 8000, "/metrics")),
        List.of("one"),
        Optional.empty());
  }

  private static final String STAND_IN =
      """
      terminationGracePeriodSeconds: 2
      automountServiceAccountToken: false
      containers:
      - name: vllm
        image: docker.io/local/vllm-standin:1
        imagePullPolicy: IfNotPresent
        env: [{name: VLLM_TOKEN_DELAY, value: 200ms}]
        readinessProbe: {httpGet: {path: /health, port: 8000}, periodSeconds: 1}
      """;

  /** A pod that serves as a small vLLM, and is ready. */
  private void pod(String name, String app, String more) {
    namespace.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata:
          name: %s
          labels: {app: %s}
          %s
        spec:
        %s
        """
            .formatted(name, app, more, STAND_IN.indent(2)));
    awaitReady("app", app);
  }

  /** A component of the InferenceService, as KServe makes it in the mode Standard. */
  private void component(String component, int replicas) {
    namespace.apply(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: llm-%1$s}
        spec:
          replicas: %2$d
          selector: {matchLabels: {app: isvc.llm-%1$s}}
          template:
            metadata:
              labels: {app: isvc.llm-%1$s, component: %1$s, serving.kserve.io/inferenceservice: llm}
            spec:
        %3$s
        """
            .formatted(component, replicas, STAND_IN.indent(6)));
    if (replicas > 0) {
      awaitReady("component", component);
    }
  }

  private void awaitReady(String label, String value) {
    namespace.await(
        "the pods of " + value + " are ready",
        () -> {
          var pods =
              namespace
                  .client()
                  .pods()
                  .inNamespace(namespace.name())
                  .withLabel(label, value)
                  .list()
                  .getItems();
          return !pods.isEmpty()
              && pods.stream()
                      .flatMap(pod -> pod.getStatus().getConditions().stream())
                      .filter(condition -> condition.getType().equals("Ready"))
                      .filter(condition -> condition.getStatus().equals("True"))
                      .count()
                  == pods.size();
        });
  }

  private void inferenceService() throws IOException {
    namespace.apply(Files.readString(Artefacts.inferenceServiceDefinition()));
    namespace.applyOnceServed(
        """
        apiVersion: serving.kserve.io/v1beta1
        kind: InferenceService
        metadata: {name: llm}
        spec: {predictor: {model: {modelFormat: {name: huggingface}, storageUri: "hf://org/model"}}}
        """);
    kserve(false);
  }

  private void kserve(boolean stopped) {
    namespace.status(
        SERVING,
        "InferenceService",
        "llm",
        "{\"conditions\":[{\"type\":\"Stopped\",\"status\":\"%s\",\"lastTransitionTime\":\"2026-01-02T03:04:05Z\"}]}"
            .formatted(stopped ? "True" : "False"));
  }

  private boolean isToldToStop() {
    Map<String, String> annotations =
        namespace.find(SERVING, "InferenceService", "llm").getMetadata().getAnnotations();
    return annotations != null && "true".equals(annotations.get("serving.kserve.io/stop"));
  }

  /** Waits until the disruption controller has counted by it. */
  private void budget(String label, int minAvailable, int allowed) {
    namespace.apply(
        """
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: one}
        spec: {minAvailable: %d, selector: {matchLabels: {%s}}}
        """
            .formatted(minAvailable, label));
    namespace.await(
        "the budget allows " + allowed,
        () -> {
          var found =
              namespace
                  .client()
                  .policy()
                  .v1()
                  .podDisruptionBudget()
                  .inNamespace(namespace.name())
                  .withName("one")
                  .require();
          return found
                  .getMetadata()
                  .getGeneration()
                  .equals(found.getStatus().getObservedGeneration())
              && found.getStatus().getDisruptionsAllowed() == allowed;
        });
  }

  /** A stream of so many words, five in a second, once it runs. */
  private CompletableFuture<String> stream(String label, String value, int words) {
    String pod =
        namespace
            .client()
            .pods()
            .inNamespace(namespace.name())
            .withLabel(label, value)
            .list()
            .getItems()
            .getFirst()
            .getMetadata()
            .getName();
    var answer =
        CompletableFuture.supplyAsync(
            () ->
                String.valueOf(
                    namespace
                        .client()
                        .raw(
                            podPath(pod) + "/v1/completions",
                            "POST",
                            Map.of("stream", true, "prompt", "word ".repeat(words)))),
            threads);
    namespace.await(
        "it runs", () -> metrics(pod, "/metrics").equals(new VllmMetrics.Counted(1, 0)));
    return answer;
  }

  private WorkloadOutcome stop(Workload workload, Workload... others) {
    var declared = new ArrayList<>(List.of(others));
    declared.add(workload);
    return workloads.stop(workload, declared, PATIENT, TIMEOUT);
  }

  private static <T> T is(Class<T> kind, Object found) {
    return assertInstanceOf(kind, found, found::toString);
  }

  @Test
  void anInferenceServiceKeepsFloorBudgetAndDrain() throws Exception {
    inferenceService();
    component("predictor", 2);
    component("transformer", 1);
    Workload guarded = workload(LLM, budgetAndDrain());
    Workload bare = workload(BARE, Safeguards.NONE);
    budget("serving.kserve.io/inferenceservice: llm", 1, 2);

    Refused blind = is(Refused.class, stop(guarded));
    assertTrue(blind.why().contains("`capabilities: [Pods]`"), blind.why());
    sidecar.may(LIST_PODS);
    namespace.await(
        "it may list pods",
        () -> {
          workloads = sidecar.workloads(this::metrics);
          return stop(guarded) instanceof Refused refused && refused.why().contains("lets 2");
        });
    Refused budget = is(Refused.class, stop(guarded));
    assertTrue(budget.why().contains("takes 3 that are ready"), budget.why());
    Refused floor = is(Refused.class, stop(workload(LLM, floor()), bare));
    assertTrue(floor.why().contains("without `llm` 0 would be: `app=bare` 0;"), floor.why());
    pod("bare-1", "bare", "");
    assertFalse(isToldToStop());

    budget("serving.kserve.io/inferenceservice: llm", 0, 3);
    CompletableFuture<String> stream = stream("component", "predictor", 25);
    var stopping = CompletableFuture.supplyAsync(() -> stop(guarded, bare), threads);
    assertTrue(stream.get().contains("[DONE]"), "it was not cut");
    namespace.await("KServe sees it", this::isToldToStop);
    component("predictor", 0);
    component("transformer", 0);
    kserve(true);
    Changed stopped = is(Changed.class, stopping.get());
    assertTrue(stopped.now().isGone(), stopped::toString);
    assertEquals("No request ran just before.", stopped.remarks().getFirst());
    Refused last = is(Refused.class, stop(workload(BARE, floor()), workload(LLM, floor())));
    assertTrue(last.why().contains("`llm` 0;"), last.why());
  }

  @Test
  void podsWithoutAControllerKeepFloorBudgetAndDrain() throws Exception {
    pod("bare-1", "bare", "");
    pod("bare-2", "bare", "");
    pod("spare-1", "spare", "");
    sidecar.may("{apiGroups: [''], resources: [pods], verbs: [list, delete]}");
    Workload guarded = workload(BARE, budgetAndDrain());
    Workload spare = workload(Workload.Target.pods(Map.of("app", "spare")), floor());
    budget("app: bare", 1, 1);
    namespace.await(
        "it may list pods",
        () -> {
          workloads = sidecar.workloads(this::metrics);
          return stop(guarded) instanceof Refused refused && refused.why().contains("lets 1");
        });
    budget("app: bare", 0, 2);
    CompletableFuture<String> stream = stream("app", "bare", 25);
    var stopping = CompletableFuture.supplyAsync(() -> stop(guarded, spare), threads);
    assertTrue(stream.get().contains("[DONE]"), "it was not cut");
    Changed stopped = is(Changed.class, stopping.get());
    assertEquals(OptionalInt.of(2), stopped.previousReplicas());
    assertTrue(stopped.now().isGone(), stopped::toString);
    Refused last = is(Refused.class, stop(spare, guarded));
    assertTrue(last.why().contains("`app=bare` 0;"), last.why());
  }

  @Test
  void aCustomResourceIsCountedByItsPods() throws Exception {
    namespace.apply(
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: guardedsets.guards.test.mcppolicy.dev}
        spec:
          group: guards.test.mcppolicy.dev
          scope: Namespaced
          names: {kind: GuardedSet, plural: guardedsets, singular: guardedset}
          versions:
          - name: v1
            served: true
            storage: true
            schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
            subresources:
              status: {}
              scale: {specReplicasPath: .spec.size, statusReplicasPath: .status.size, labelSelectorPath: .status.selector}
        """);
    namespace.applyOnceServed(
        """
        apiVersion: guards.test.mcppolicy.dev/v1
        kind: GuardedSet
        metadata: {name: models}
        spec: {size: 1}
        """);
    String uid = namespace.find(SETS, "GuardedSet", "models").getMetadata().getUid();
    pod(
        "models-0",
        "models",
        "ownerReferences: [{apiVersion: %s, kind: GuardedSet, name: models, uid: %s, controller: true}]"
            .formatted(SETS, uid));
    namespace.status(SETS, "GuardedSet", "models", "{\"size\":1,\"selector\":\"app=models\"}");
    sidecar.may(LIST_PODS);
    Workload guarded =
        workload(SET, new Safeguards(0, Optional.empty(), List.of("one"), Optional.empty()));
    budget("app: models", 1, 0);
    namespace.await(
        "its ready pods are counted",
        () -> {
          workloads = sidecar.workloads(this::metrics);
          return workloads.look(guarded, TIMEOUT) instanceof WorkloadLook.Seen seen
              && seen.replicas().ready().equals(OptionalInt.of(1));
        });
    Refused refused = is(Refused.class, stop(guarded));
    assertTrue(refused.why().contains("lets 0 of its pods go now"), refused.why());
    namespace.status(SETS, "GuardedSet", "models", "{\"size\":2}");
    Refused missing = is(Refused.class, stop(guarded));
    assertTrue(missing.why().contains("only 1 of them can be told"), missing.why());
    namespace.status(SETS, "GuardedSet", "models", "{\"size\":1}");
    budget("app: models", 0, 1);
    var stopping = CompletableFuture.supplyAsync(() -> stop(guarded), threads);
    namespace.await(
        "its controller sees it",
        () ->
            Integer.valueOf(0)
                .equals(namespace.find(SETS, "GuardedSet", "models").get("spec", "size")));
    namespace.client().pods().inNamespace(namespace.name()).withName("models-0").delete();
    namespace.status(SETS, "GuardedSet", "models", "{\"size\":0}");
    assertTrue(is(Changed.class, stopping.get()).now().isGone());
  }
}
