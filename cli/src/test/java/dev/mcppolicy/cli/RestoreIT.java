// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.testkit.cluster.Artefacts;
import dev.mcppolicy.testkit.cluster.SharedCluster;
import dev.mcppolicy.testkit.cluster.TestCluster;
import dev.mcppolicy.testkit.cluster.TestNamespace;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code restore} on a real API server, by a person with few rights. */
@ExtendWith(SharedCluster.class)
final class RestoreIT {
  private static final Path CRDS = Path.of("../crds/src/main/resources/crds");

  private final KubernetesClient client;
  private final TestNamespace namespace;
  @TempDir private Path folder;

  RestoreIT(TestCluster cluster) {
    this.client = cluster.client();
    this.namespace = new TestNamespace(cluster, "restore");
  }

  @BeforeEach
  void declare() throws IOException {
    namespace.apply(Files.readString(CRDS.resolve("mcpservers.mcppolicy.dev.yaml")));
    namespace.apply(Files.readString(CRDS.resolve("mcpserverstates.mcppolicy.dev.yaml")));
    String declared =
        """
        apiVersion: mcppolicy.dev/v1alpha1
        kind: McpServer
        metadata: {name: vllm}
        spec:
          transport: {stdio: {container: server}}
          workloads:
          - {name: large, default: true, target: {apiVersion: apps/v1, kind: Deployment, name: large}}
          - {name: small, target: {apiVersion: apps/v1, kind: StatefulSet, name: small}}
          - {name: idle, target: {apiVersion: apps/v1, kind: Deployment, name: idle}}
          - {name: gone, target: {apiVersion: apps/v1, kind: Deployment, name: gone}}
        ---
        apiVersion: mcppolicy.dev/v1alpha1
        kind: McpServerState
        metadata: {name: vllm}
        spec:
          workloads:
            large: {previousReplicas: 3, stoppedAt: "2026-01-31T18:00:00Z", decision: abc-7}
            small: {previousReplicas: 2, stoppedAt: "2026-01-31T18:01:00Z"}
        """;
    namespace.applyOnceServed(declared);
    namespace.apply(workload("Deployment", "large", 0));
    namespace.apply(workload("StatefulSet", "small", 1));
    namespace.apply(workload("Deployment", "idle", 0));
    mayRestore("[get, patch]", "[create]");
  }

  @AfterEach
  void delete() {
    namespace.close();
  }

  /** Nothing here needs a pod to run: its image does not exist. */
  private static String workload(String kind, String name, int replicas) {
    return """
        apiVersion: apps/v1
        kind: %1$s
        metadata: {name: %2$s}
        spec:
          replicas: %3$d
          selector: {matchLabels: {app: %2$s}}
          template:
            metadata: {labels: {app: %2$s}}
            spec: {schedulerName: nobody, containers: [{name: main, image: "docker.io/local/none:1"}]}
        """
        .formatted(kind, name, replicas);
  }

  private void mayRestore(String onStates, String onEvents) {
    namespace.apply(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: oncall}
        rules:
        - {apiGroups: [mcppolicy.dev], resources: [mcpservers], verbs: [get]}
        - {apiGroups: [mcppolicy.dev], resources: [mcpserverstates], verbs: %s}
        - {apiGroups: [apps], resources: [deployments/scale], resourceNames: [large, idle], verbs: [get, patch]}
        - {apiGroups: [apps], resources: [statefulsets/scale], resourceNames: [small], verbs: [get]}
        - {apiGroups: [events.k8s.io], resources: [events], verbs: %s}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: oncall}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: oncall}
        subjects: [{kind: ServiceAccount, name: oncall}]
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: oncall}
        """
            .formatted(onStates, onEvents));
  }

  /** As the person, with a token of theirs. */
  private Ran restore(String... arguments) throws Exception {
    var words = new ArrayList<>(List.of("restore", "vllm", "--namespace", namespace.name()));
    words.addAll(List.of(arguments));
    return Ran.mcpPolicyAt(
        folder,
        "server: '%s', certificate-authority-data: %s"
            .formatted(client.getMasterUrl(), client.getConfiguration().getCaCertData()),
        namespace.token("oncall"),
        words.toArray(String[]::new));
  }

  private String person() {
    return "system:serviceaccount:" + namespace.name() + ":oncall";
  }

  private int replicas(String deployment) {
    return client
        .apps()
        .deployments()
        .inNamespace(namespace.name())
        .withName(deployment)
        .require()
        .getSpec()
        .getReplicas();
  }

  private String state(String workload, String field) {
    return String.valueOf(
        client
            .genericKubernetesResources("mcppolicy.dev/v1alpha1", "McpServerState")
            .inNamespace(namespace.name())
            .withName("vllm")
            .require()
            .<Object>get("spec", "workloads", workload, field));
  }

  private List<Event> events(String of) {
    return client.events().v1().events().inNamespace(namespace.name()).list().getItems().stream()
        .filter(event -> event.getRegarding().getName().equals(of))
        .filter(event -> "Restored".equals(event.getReason()))
        .toList();
  }

  @Test
  void bringsOneBackAndLeavesItAloneTheSecondTime() throws Exception {
    Ran dry = restore("large", "--dry-run");
    assertEquals(
        "large: Deployment `large` would be scaled 0 -> 3, what it had when it was stopped at"
            + " 2026-01-31T18:00:00Z, decision abc-7\n",
        dry.out(),
        dry.err());
    assertEquals(0, dry.exitCode());
    assertEquals(0, replicas("large"));

    Ran done = restore("large");
    assertEquals(
        "large: Deployment `large` was scaled 0 -> 3, what it had when it was stopped at"
            + " 2026-01-31T18:00:00Z, decision abc-7\n",
        done.out(),
        done.err());
    assertEquals("", done.err());
    assertEquals(0, done.exitCode());
    assertEquals(3, replicas("large"));
    assertEquals(person(), state("large", "restoredBy"), "by whom, as the API server says");
    assertTrue(state("large", "restoredAt").endsWith("Z"));
    String undone = state("large", "undoneAt");
    assertEquals(state("large", "restoredAt"), undone);
    assertEquals("3", state("large", "previousReplicas"), "kept for the next stop");
    Event event = events("large").getFirst();
    assertEquals(
        "scaled 0 -> 3 by " + person() + " with kubectl mcp-policy restore", event.getNote());
    assertEquals(
        client
            .apps()
            .deployments()
            .inNamespace(namespace.name())
            .withName("large")
            .require()
            .getMetadata()
            .getUid(),
        event.getRegarding().getUid());

    Ran again = restore("large");
    assertEquals("large: Deployment `large` has 3 replicas; nothing to do\n", again.out());
    assertEquals(0, again.exitCode());
    assertEquals(1, events("large").size());

    client.apps().deployments().inNamespace(namespace.name()).withName("large").scale(0); // by hand
    Ran all = restore();
    assertTrue(
        all.out()
            .startsWith(
                "large: Deployment `large` is stopped, but not by a tool, whose last stop was undone"
                    + " at "
                    + undone
                    + "; left alone. Name it to bring it back to 3\n"),
        all.out());
    assertEquals(0, replicas("large"));
    Ran named = restore("large");
    assertEquals(
        "large: Deployment `large` was scaled 0 -> 3, what it had when a tool last stopped it, which"
            + " was undone at "
            + undone
            + "\n",
        named.out(),
        named.err());
    assertEquals(3, replicas("large"));
    assertEquals(undone, state("large", "undoneAt"), "of that stop");
  }

  @Test
  void bringsAllBackThatToolsStoppedAndSaysAllThatGoesWrong() throws Exception {
    client.apps().statefulSets().inNamespace(namespace.name()).withName("small").scale(0);
    Ran ran = restore();
    assertEquals(1, ran.exitCode());
    assertEquals(
        """
        large: Deployment `large` was scaled 0 -> 3, what it had when it was stopped at 2026-01-31T18:00:00Z, decision abc-7
        idle: Deployment `idle` is stopped, but no tool has stopped it; left alone. Name it to bring it back to 1
        """,
        ran.out());
    List<String> errors = ran.err().lines().toList();
    assertEquals(2, errors.size(), ran.err());
    assertTrue(
        errors.get(0).startsWith("mcp-policy: small: statefulsets.apps \"small\" is forbidden")
            && errors.get(0).endsWith("; ask for get and patch on statefulsets/scale of that name"),
        ran.err());
    assertTrue(errors.get(1).startsWith("mcp-policy: gone: "), ran.err());
    assertEquals(3, replicas("large"), "what could be brought back was");
    assertEquals(0, replicas("idle"));
  }

  @Test
  void bringsBackByNameWhatNoToolStopped() throws Exception {
    Ran ran = restore("idle");
    assertEquals(
        "idle: Deployment `idle` was scaled 0 -> 1, because no stop of it kept how many it had\n",
        ran.out(),
        ran.err());
    assertEquals(1, replicas("idle"));
  }

  @Test
  void saysWhatCouldNotBeRecordedAndBringsItBackAllTheSame() throws Exception {
    mayRestore("[get]", "[get]");
    Ran ran = restore("large");
    assertEquals(0, ran.exitCode(), ran.err());
    assertEquals(3, replicas("large"));
    List<String> errors = ran.err().lines().toList();
    assertEquals(2, errors.size(), ran.err());
    assertTrue(
        errors.get(0).endsWith("ask for the verb patch on mcpserverstates.mcppolicy.dev"),
        ran.err());
    assertTrue(
        errors.get(1).endsWith("ask for the verb create on events.events.k8s.io"), ran.err());
  }

  /** Whatever kind a tool may stop, a person can bring back; pods are nobody's to make. */
  @Test
  void bringsBackEveryKindThatToolsStop() throws Exception {
    namespace.apply(Files.readString(Artefacts.inferenceServiceDefinition()));
    namespace.apply(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: oncall-kserve}
        rules:
        - {apiGroups: [serving.kserve.io], resources: [inferenceservices], resourceNames: [llm], verbs: [get, patch]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: oncall-kserve}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: oncall-kserve}
        subjects: [{kind: ServiceAccount, name: oncall}]
        """);
    namespace.applyOnceServed(
        """
        apiVersion: serving.kserve.io/v1beta1
        kind: InferenceService
        metadata: {name: llm, annotations: {serving.kserve.io/stop: "true"}}
        spec: {predictor: {model: {modelFormat: {name: huggingface}, storageUri: "hf://org/model"}}}
        """);
    namespace.apply(
        """
        apiVersion: mcppolicy.dev/v1alpha1
        kind: McpServer
        metadata: {name: vllm}
        spec:
          transport: {stdio: {container: server}}
          workloads:
          - {name: llm, target: {apiVersion: serving.kserve.io/v1beta1, kind: InferenceService, name: llm}}
          - {name: scaled, target: {apiVersion: apps/v1, kind: Deploymentlike, resource: deployments, name: large}}
          - {name: bare, target: {apiVersion: v1, kind: Pods, selector: {matchLabels: {app: bare}}}}
        """);
    Ran service = restore("llm");
    assertTrue(
        service.out().startsWith("llm: InferenceService `llm` was told to run"), service.err());
    Ran again = restore("llm");
    assertEquals("llm: InferenceService `llm` is not told to stop; nothing to do\n", again.out());
    Ran scaled = restore("scaled");
    assertTrue(scaled.out().contains("was scaled 0 -> 1"), scaled.err());
    assertEquals(1, replicas("large"));
    Ran pods = restore("bare");
    assertEquals(1, pods.exitCode());
    assertTrue(pods.err().contains("a Pods cannot be brought back"), pods.err());
  }

  @Test
  void refusesWhatIsNotDeclared() throws Exception {
    Ran ran = restore("large ");
    assertEquals(2, ran.exitCode());
    assertEquals(
        "mcp-policy: the McpServer `vllm` in the namespace "
            + namespace.name()
            + " declares no workload `large `; there are `large`, `small`, `idle`, `gone`\n",
        ran.err());
    assertEquals(0, replicas("large"));
  }
}
