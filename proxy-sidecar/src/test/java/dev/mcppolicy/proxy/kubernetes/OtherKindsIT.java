// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.proxy.workload.Deadline;
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
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

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
  private static final Path CRDS = Path.of("../crds/src/main/resources/crds");
  private static final Workload SET =
      workload(Workload.Target.scaled(GROUP + "/v1", "ModelSet", "modelsets", "models"));
  private static final Workload LLM =
      workload(new Workload.Target("serving.kserve.io/v1beta1", "InferenceService", "llm"));
  private static final Workload BARE = workload(Workload.Target.pods(Map.of("app", "bare")));

  private final KubernetesClient client;
  private final String namespace;
  @TempDir private Path folder;
  private ApiServer api;
  private WorkloadsByKind workloads;

  OtherKindsIT(TestCluster cluster) {
    this.client = cluster.client();
    this.namespace = cluster.createNamespace("other-kinds");
  }

  private static Workload workload(Workload.Target target) {
    return new Workload("model", true, target, Optional.empty());
  }

  @BeforeEach
  void connect() throws IOException {
    apply(Files.readString(CRDS.resolve("mcpserverstates.mcppolicy.dev.yaml")));
    apply(
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
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: sidecar}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: sidecar}
        rules:
        - {apiGroups: [mcppolicy.dev], resources: [mcpserverstates], resourceNames: [server], verbs: [get, watch, patch]}
        - {apiGroups: [targets.test.mcppolicy.dev], resources: [modelsets/scale], resourceNames: [models], verbs: [get, patch]}
        - {apiGroups: [serving.kserve.io], resources: [inferenceservices], resourceNames: [llm], verbs: [get, patch]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: sidecar}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: sidecar}
        subjects: [{kind: ServiceAccount, name: sidecar}]
        """);
    await(
        () -> {
          apply(
              """
              apiVersion: mcppolicy.dev/v1alpha1
              kind: McpServerState
              metadata: {name: server}
              spec: {}
              """);
          return true;
        });
    TokenRequest token =
        client
            .serviceAccounts()
            .inNamespace(namespace)
            .withName("sidecar")
            .tokenRequest(
                new TokenRequestBuilder()
                    .withNewSpec()
                    .withExpirationSeconds(3600L)
                    .endSpec()
                    .build());
    Path tokenFile = Files.writeString(folder.resolve("token"), token.getStatus().getToken());
    Path ca =
        Files.write(
            folder.resolve("ca"),
            Base64.getDecoder().decode(client.getConfiguration().getCaCertData()));
    api =
        new ApiServer(
            new ApiServerSettings(
                URI.create(client.getMasterUrl().toString().replaceAll("/$", "")),
                tokenFile,
                Optional.of(ca),
                Duration.ofSeconds(10)));
    workloads = control();
  }

  /** One that has not been refused anything yet: it would not ask again for a while. */
  private WorkloadsByKind control() {
    return new WorkloadsByKind(
        api,
        new ServerState(api, namespace, "server"),
        new WorkloadEvents(api, "pod-1", InstantSource.system()),
        new NoContainers(),
        namespace,
        InstantSource.system());
  }

  @AfterEach
  void disconnect() {
    api.close();
    client.namespaces().withName(namespace).delete();
  }

  /** What `capabilities` add to the Role. */
  private void may(String resource, String... verbs) {
    apply(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: %1$s}
        rules:
        - {apiGroups: [""], resources: [%2$s], verbs: [%3$s]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: %1$s}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: %1$s}
        subjects: [{kind: ServiceAccount, name: sidecar}]
        """
            .formatted(resource.replace('/', '-'), resource, String.join(", ", verbs)));
  }

  private void apply(String yaml) {
    client
        .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .inNamespace(namespace)
        .forceConflicts()
        .serverSideApply();
  }

  private static void await(BooleanSupplier condition) {
    Deadline deadline = Deadline.after(Duration.ofSeconds(90));
    while (!holds(condition)) {
      assertTrue(deadline.pause(Duration.ofMillis(200)), "not within 90 s");
    }
  }

  private static boolean holds(BooleanSupplier condition) {
    try {
      return condition.getAsBoolean();
    } catch (KubernetesClientException notYet) {
      return false; // a definition is served a moment after it was accepted
    }
  }

  /** A pod that says something and takes two seconds to end. */
  private void pod(String name, String app, String owner) {
    apply(
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
    await(() -> "Running".equals(find("v1", "Pod", name).get("status", "phase")));
  }

  private static String controlledBy(String apiVersion, String kind, String name, String uid) {
    return "ownerReferences: [{apiVersion: %s, kind: %s, name: %s, uid: %s, controller: true}]"
        .formatted(apiVersion, kind, name, uid);
  }

  private GenericKubernetesResource find(String apiVersion, String kind, String name) {
    GenericKubernetesResource found =
        client
            .genericKubernetesResources(apiVersion, kind)
            .inNamespace(namespace)
            .withName(name)
            .get();
    assertNotNull(found);
    return found;
  }

  private void status(String apiVersion, String kind, String name, String status) {
    client
        .genericKubernetesResources(apiVersion, kind)
        .inNamespace(namespace)
        .withName(name)
        .subresource("status")
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\":" + status + "}");
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
    await(
        () -> {
          apply(
              """
              apiVersion: %s
              kind: ModelSet
              metadata: {name: models}
              spec: {size: 1}
              """
                  .formatted(version));
          return true;
        });
    String uid = find(version, "ModelSet", "models").getMetadata().getUid();
    pod("models-0", "models", controlledBy(version, "ModelSet", "models", uid));
    pod("stray", "models", "");
    status(version, "ModelSet", "models", "{\"size\":1,\"selector\":\"app=models\"}");

    is(WorkloadLogs.Refused.class, workloads.logs(SET, ONE_LINE, TIMEOUT));
    may("pods", "list");
    may("pods/log", "get");
    await(() -> workloads.logs(SET, ONE_LINE, TIMEOUT) instanceof WorkloadLogs.Read);
    workloads = control();
    var read = is(WorkloadLogs.Read.class, workloads.logs(SET, ONE_LINE, TIMEOUT));
    assertEquals(
        List.of("I am models-0\n"),
        read.sources().stream().map(WorkloadLogs.Source::text).toList());

    var stopping = CompletableFuture.supplyAsync(() -> stop(SET));
    await(() -> size() == 0); // its controller sees it
    client.pods().inNamespace(namespace).withName("models-0").delete();
    status(version, "ModelSet", "models", "{\"size\":0,\"selector\":\"app=models\"}");
    Changed stopped = is(Changed.class, stopping.get());
    assertEquals(OptionalInt.of(1), stopped.previousReplicas());
    assertTrue(stopped.now().isGone(), stopped::toString);
    assertEquals(OptionalInt.of(0), stopped.now().ending(), "waited for the pod to end");

    assertEquals(1, is(Changed.class, workloads.start(SET, TIMEOUT)).now().requested());
    assertEquals(1, size());
  }

  private int size() {
    Object size = find(GROUP + "/v1", "ModelSet", "models").get("spec", "size");
    return size instanceof Number number ? number.intValue() : -1;
  }

  @Test
  void anInferenceServiceStopsAndStartsByKServesAnnotation() throws Exception {
    apply(Files.readString(Artefacts.inferenceServiceDefinition()));
    String version = "serving.kserve.io/v1beta1";
    await(
        () -> {
          apply(
              """
              apiVersion: serving.kserve.io/v1beta1
              kind: InferenceService
              metadata: {name: llm, annotations: {own: kept}}
              spec: {predictor: {model: {modelFormat: {name: huggingface}, storageUri: "hf://org/model"}}}
              """);
          return true;
        });
    Refused unheeded = is(Refused.class, stop(LLM));
    assertTrue(unheeded.why().contains("KServe 0.16 or newer"), unheeded.why());
    kserve(false);

    var stopping = CompletableFuture.supplyAsync(() -> stop(LLM));
    await(this::isToldToStop);
    kserve(true);
    Changed stopped = is(Changed.class, stopping.get());
    assertTrue(stopped.now().isGone(), stopped::toString);
    is(AlreadyThere.class, stop(LLM));

    is(Changed.class, workloads.start(LLM, TIMEOUT));
    assertEquals(
        Map.of("own", "kept"),
        find(version, "InferenceService", "llm").getMetadata().getAnnotations());
    kserve(false);
    WorkloadLook.Seen seen = is(WorkloadLook.Seen.class, workloads.look(LLM, TIMEOUT));
    assertEquals(OptionalInt.of(1), seen.replicas().ready());

    var restarting =
        CompletableFuture.supplyAsync(() -> workloads.restart(LLM, List.of(LLM), TIMEOUT));
    await(this::isToldToStop);
    kserve(true);
    is(Changed.class, restarting.get());
    assertTrue(!isToldToStop());
  }

  /** What KServe says once it has seen the annotation. */
  private void kserve(boolean stopped) {
    String time = "\"lastTransitionTime\":\"2026-01-02T03:04:05Z\"";
    status(
        "serving.kserve.io/v1beta1",
        "InferenceService",
        "llm",
        "{\"conditions\":[{\"type\":\"Stopped\",\"status\":\"%s\",%s},{\"type\":\"Ready\",\"status\":\"%s\",%s}]}"
            .formatted(stopped ? "True" : "False", time, stopped ? "False" : "True", time));
  }

  private boolean isToldToStop() {
    Map<String, String> annotations =
        find("serving.kserve.io/v1beta1", "InferenceService", "llm").getMetadata().getAnnotations();
    return "true".equals(annotations.get("serving.kserve.io/stop"));
  }

  @Test
  void podsWithoutAControllerAreDeletedAndOthersNeverAre() {
    pod("bare-0", "bare", "");
    pod("other", "other", "");
    is(Refused.class, stop(BARE)); // not even listed
    may("pods", "list");
    await(
        () ->
            stop(BARE) instanceof Refused refused
                && refused.why().contains("`capabilities: [DeletePods]`")
                && refused.why().contains("delete"));
    may("pods", "list", "delete");
    String uid =
        client
            .serviceAccounts()
            .inNamespace(namespace)
            .withName("sidecar")
            .get()
            .getMetadata()
            .getUid();
    pod("bare-1", "bare", controlledBy("v1", "ServiceAccount", "sidecar", uid));
    Refused controlled = is(Refused.class, stop(BARE));
    assertTrue(controlled.why().contains("pod `bare-1` is of ServiceAccount"), controlled.why());
    client.pods().inNamespace(namespace).withName("bare-1").withGracePeriod(0).delete();
    await(() -> client.pods().inNamespace(namespace).withName("bare-1").get() == null);
    await(() -> stop(BARE) instanceof Changed || left("bare") == 0);
    assertEquals(0, left("bare"));
    assertEquals(1, left("other"));
    is(AlreadyThere.class, stop(BARE));
    is(Refused.class, workloads.start(BARE, TIMEOUT));
  }

  private long left(String app) {
    return client.pods().inNamespace(namespace).withLabel("app", app).list().getItems().stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .count();
  }
}
