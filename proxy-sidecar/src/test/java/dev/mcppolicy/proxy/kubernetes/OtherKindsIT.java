// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.proxy.workload.LogLimits;
import dev.mcppolicy.proxy.workload.StopOptions;
import dev.mcppolicy.proxy.workload.StopOptions.Removal;
import dev.mcppolicy.proxy.workload.WorkloadLogs;
import dev.mcppolicy.proxy.workload.WorkloadLook;
import dev.mcppolicy.proxy.workload.WorkloadOutcome;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.AlreadyThere;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Changed;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Refused;
import dev.mcppolicy.testkit.cluster.Artefacts;
import dev.mcppolicy.testkit.cluster.SharedCluster;
import dev.mcppolicy.testkit.cluster.TestCluster;
import dev.mcppolicy.testkit.cluster.TestNamespace;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Targets that are no Deployment on a real API server, with the rights of a sidecar and no more: a
 * custom resource with a scale, an InferenceService under KServe's own definition, and real pods
 * without a controller. The test does what their controllers would do.
 */
@ExtendWith(SharedCluster.class)
final class OtherKindsIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(50);
  private static final StopOptions PATIENT =
      new StopOptions(Duration.ofSeconds(45), Removal.UNSAID);
  private static final LogLimits ONE_LINE = new LogLimits(1, 1000);
  private static final String GROUP = "targets.test.mcppolicy.dev";
  private static final Workload SET =
      workload(Workload.Target.scaled(GROUP + "/v1", "ModelSet", "modelsets", "models"));
  private static final Workload LLM =
      workload(new Workload.Target("serving.kserve.io/v1beta1", "InferenceService", "llm"));
  private static final Workload BARE = workload(Workload.Target.pods(Map.of("app", "bare")));

  private final TestNamespace namespace;
  private SidecarOfANamespace sidecar;
  private WorkloadsByKind workloads;

  OtherKindsIT(TestCluster cluster) {
    this.namespace = new TestNamespace(cluster, "other-kinds");
  }

  private static Workload workload(Workload.Target target) {
    return new Workload("model", true, target, Optional.empty());
  }

  @BeforeEach
  void connect() throws IOException {
    sidecar =
        new SidecarOfANamespace(
            namespace,
            "{apiGroups: [targets.test.mcppolicy.dev], resources: [modelsets/scale], resourceNames: [models], verbs: [get, patch]}",
            "{apiGroups: [serving.kserve.io], resources: [inferenceservices], resourceNames: [llm], verbs: [get, patch]}");
    workloads = sidecar.workloads();
  }

  @AfterEach
  void disconnect() {
    sidecar.close();
  }

  private PodResource podNamed(String name) {
    return namespace.client().pods().inNamespace(namespace.name()).withName(name);
  }

  /** A pod that says something and takes two seconds to end. */
  private void pod(String name, String app, String owner) {
    namespace.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata:
          name: %s
          labels: {app: %s}
          %s
        spec:
          terminationGracePeriodSeconds: 2
          containers:
          - name: model
            image: docker.io/local/pause:1
            imagePullPolicy: IfNotPresent
            command: [/bin/busybox, sh, -c, "echo I am $HOSTNAME; trap : TERM; while true; do sleep 1; done"]
        """
            .formatted(name, app, owner));
    namespace.await(
        name + " runs", () -> "Running".equals(podNamed(name).require().getStatus().getPhase()));
  }

  private static String controlledBy(String apiVersion, String kind, String name, String uid) {
    return "ownerReferences: [{apiVersion: %s, kind: %s, name: %s, uid: %s, controller: true}]"
        .formatted(apiVersion, kind, name, uid);
  }

  private WorkloadOutcome stop(Workload workload) {
    return workloads.stop(workload, List.of(workload), PATIENT, TIMEOUT);
  }

  private static <T> T is(Class<T> kind, Object found) {
    return assertInstanceOf(kind, found, found::toString);
  }

  @Test
  void aCustomResourceIsScaledAndItsPodsAreFoundByItsScale() throws Exception {
    String version = GROUP + "/v1";
    namespace.apply(
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: modelsets.targets.test.mcppolicy.dev}
        spec:
          group: targets.test.mcppolicy.dev
          scope: Namespaced
          names: {kind: ModelSet, plural: modelsets, singular: modelset}
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
        apiVersion: %s
        kind: ModelSet
        metadata: {name: models}
        spec: {size: 1}
        """
            .formatted(version));
    String uid = namespace.find(version, "ModelSet", "models").getMetadata().getUid();
    pod("models-0", "models", controlledBy(version, "ModelSet", "models", uid));
    pod("stray", "models", "");
    namespace.status(version, "ModelSet", "models", "{\"size\":1,\"selector\":\"app=models\"}");

    is(WorkloadLogs.Refused.class, workloads.logs(SET, ONE_LINE, TIMEOUT));
    sidecar.may("{apiGroups: [''], resources: [pods], verbs: [list]}");
    sidecar.may("{apiGroups: [''], resources: [pods/log], verbs: [get]}");
    namespace.await(
        "it may", () -> workloads.logs(SET, ONE_LINE, TIMEOUT) instanceof WorkloadLogs.Read);
    workloads = sidecar.workloads();
    var read = is(WorkloadLogs.Read.class, workloads.logs(SET, ONE_LINE, TIMEOUT));
    assertEquals(
        List.of("I am models-0\n"),
        read.sources().stream().map(WorkloadLogs.Source::text).toList());

    var stopping = CompletableFuture.supplyAsync(() -> stop(SET));
    namespace.await("it is scaled", () -> size() == 0); // its controller sees it
    podNamed("models-0").delete();
    namespace.status(version, "ModelSet", "models", "{\"size\":0,\"selector\":\"app=models\"}");
    Changed stopped = is(Changed.class, stopping.get());
    assertEquals(OptionalInt.of(1), stopped.previousReplicas());
    assertTrue(stopped.now().isGone(), stopped::toString);
    assertEquals(OptionalInt.of(0), stopped.now().ending(), "waited for the pod to end");

    assertEquals(1, is(Changed.class, workloads.start(SET, TIMEOUT)).now().requested());
    assertEquals(1, size());
  }

  private int size() {
    Object size = namespace.find(GROUP + "/v1", "ModelSet", "models").get("spec", "size");
    return size instanceof Number number ? number.intValue() : -1;
  }

  @Test
  void anInferenceServiceStopsAndStartsByKServesAnnotation() throws Exception {
    namespace.apply(Files.readString(Artefacts.inferenceServiceDefinition()));
    String version = "serving.kserve.io/v1beta1";
    namespace.applyOnceServed(
        """
        apiVersion: serving.kserve.io/v1beta1
        kind: InferenceService
        metadata: {name: llm, annotations: {own: kept}}
        spec: {predictor: {model: {modelFormat: {name: huggingface}, storageUri: "hf://org/model"}}}
        """);
    Refused unheeded = is(Refused.class, stop(LLM));
    assertTrue(unheeded.why().contains("KServe 0.16 or newer"), unheeded.why());
    kserve(false);

    var stopping = CompletableFuture.supplyAsync(() -> stop(LLM));
    namespace.await("it is told to stop", this::isToldToStop);
    kserve(true);
    Changed stopped = is(Changed.class, stopping.get());
    assertTrue(stopped.now().isGone(), stopped::toString);
    is(AlreadyThere.class, stop(LLM));

    is(Changed.class, workloads.start(LLM, TIMEOUT));
    assertEquals(
        Map.of("own", "kept"),
        namespace.find(version, "InferenceService", "llm").getMetadata().getAnnotations());
    kserve(false);
    WorkloadLook.Seen seen = is(WorkloadLook.Seen.class, workloads.look(LLM, TIMEOUT));
    assertEquals(OptionalInt.of(1), seen.replicas().ready());

    var restarting =
        CompletableFuture.supplyAsync(() -> workloads.restart(LLM, List.of(LLM), TIMEOUT));
    namespace.await("it is told to stop", this::isToldToStop);
    kserve(true);
    is(Changed.class, restarting.get());
    assertTrue(!isToldToStop());
  }

  /** What KServe says once it has seen the annotation. */
  private void kserve(boolean stopped) {
    String time = "\"lastTransitionTime\":\"2026-01-02T03:04:05Z\"";
    namespace.status(
        "serving.kserve.io/v1beta1",
        "InferenceService",
        "llm",
        "{\"conditions\":[{\"type\":\"Stopped\",\"status\":\"%s\",%s},{\"type\":\"Ready\",\"status\":\"%s\",%s}]}"
            .formatted(stopped ? "True" : "False", time, stopped ? "False" : "True", time));
  }

  private boolean isToldToStop() {
    Map<String, String> annotations =
        namespace
            .find("serving.kserve.io/v1beta1", "InferenceService", "llm")
            .getMetadata()
            .getAnnotations();
    return "true".equals(annotations.get("serving.kserve.io/stop"));
  }

  @Test
  void podsWithoutAControllerAreDeletedAndOthersNeverAre() {
    pod("bare-0", "bare", "");
    pod("other", "other", "");
    is(Refused.class, stop(BARE)); // not even listed
    sidecar.may("{apiGroups: [''], resources: [pods], verbs: [list]}");
    namespace.await(
        "it may list",
        () ->
            stop(BARE) instanceof Refused refused
                && refused.why().contains("`capabilities: [DeletePods]`")
                && refused.why().contains("delete"));
    sidecar.may("{apiGroups: [''], resources: [pods], verbs: [delete]}");
    String uid = namespace.find("v1", "ServiceAccount", "sidecar").getMetadata().getUid();
    pod("bare-1", "bare", controlledBy("v1", "ServiceAccount", "sidecar", uid));
    Refused controlled = is(Refused.class, stop(BARE));
    assertTrue(controlled.why().contains("pod `bare-1` is of ServiceAccount"), controlled.why());
    podNamed("bare-1").withGracePeriod(0).delete();
    namespace.await("it is gone", () -> podNamed("bare-1").get() == null);
    namespace.await("they are stopped", () -> stop(BARE) instanceof Changed || left("bare") == 0);
    assertEquals(0, left("bare"));
    assertEquals(1, left("other"));
    is(AlreadyThere.class, stop(BARE));
    is(Refused.class, workloads.start(BARE, TIMEOUT));
  }

  private long left(String app) {
    return namespace
        .client()
        .pods()
        .inNamespace(namespace.name())
        .withLabel("app", app)
        .list()
        .getItems()
        .stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .count();
  }
}
