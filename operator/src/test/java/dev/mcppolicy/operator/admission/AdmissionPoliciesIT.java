// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.testkit.cluster.SharedCluster;
import dev.mcppolicy.testkit.cluster.TestCluster;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The chart's admission policies on a real API server, without the webhook and the operator: what
 * the webhook would have made passes, and each rule refuses what went past it.
 */
@ExtendWith(SharedCluster.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AdmissionPoliciesIT {
  private final InstalledWalls walls;

  AdmissionPoliciesIT(TestCluster cluster) {
    walls = new InstalledWalls(cluster);
  }

  @BeforeAll
  void install() throws Exception {
    walls.install();
  }

  @AfterAll
  void uninstall() {
    walls.close();
  }

  @Test
  void typeChecksWithoutWarnings() {
    assertEquals(List.of(), walls.typeWarnings());
  }

  /**
   * One rule of the policy for new pods: the least that differs from what the webhook makes.
   *
   * @param accepted operations of RFC 6902 on an injected pod, which still passes
   * @param refused operations on an injected pod, which does not
   * @param message part of what the API server says then
   */
  record Rule(String name, String accepted, String refused, String message) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Rule> rules() {
    String noSidecar = remove("/spec/initContainers/0");
    String more = "{name: more, image: 'docker.io/library/busybox:1', volumeMounts: [%s]}";
    return Stream.of(
        new Rule( // T105, T108
            "sidecar-is-there",
            "[]",
            noSidecar,
            "must begin with its sidecar `mcp-policy-proxy`, image"
                + " `docker.io/local/mcp-policy-proxy:0.1.0`"),
        new Rule(
            "sidecar-is-first",
            add("/spec/initContainers/-", "{name: first, image: x}"),
            add("/spec/initContainers/0", "{name: first, image: x}"),
            "must begin with its sidecar"),
        new Rule(
            "sidecar-has-the-image-of-the-chart",
            replace("/spec/initContainers/0/imagePullPolicy", "Always"),
            replace("/spec/initContainers/0/image", "docker.io/local/mcp-policy-proxy:0.0.9"),
            "must begin with its sidecar"),
        new Rule(
            "sidecar-keeps-running",
            "[]",
            remove("/spec/initContainers/0/restartPolicy")
                + remove("/spec/initContainers/0/startupProbe")
                + remove("/spec/initContainers/0/readinessProbe")
                + remove("/spec/initContainers/0/livenessProbe")
                + remove("/spec/initContainers/0/lifecycle"),
            "must begin with its sidecar"),
        new Rule( // T115
            "sidecar-has-no-options-of-a-jvm",
            add("/spec/containers/0/env", "[{name: JAVA_TOOL_OPTIONS, value: -Xmx1g}]"),
            add(
                "/spec/initContainers/0/env/-",
                "{name: JAVA_TOOL_OPTIONS, value: '-javaagent:/a.jar'}"),
            "spec.initContainers[0]: the sidecar runs as its image says"),
        new Rule(
            "sidecar-knows-the-api-server-by-nobody-else",
            "[]",
            add("/spec/initContainers/0/env/-", "{name: KUBERNETES_SERVICE_HOST, value: evil}"),
            "spec.initContainers[0]: the sidecar runs as its image says"),
        new Rule(
            "sidecar-serves-the-server-of-the-label",
            "[]",
            replace("/spec/initContainers/0/env/3/value", "other"),
            "spec.initContainers[0]: the sidecar runs as its image says"),
        new Rule(
            "sidecar-has-no-command",
            "[]",
            add("/spec/initContainers/0/command", "[sleep]"),
            "spec.initContainers[0]: the sidecar runs as its image says"),
        new Rule( // T108: it would run in the sidecar, as its user
            "sidecar-has-no-probe-that-executes",
            replace("/spec/initContainers/0/imagePullPolicy", "Always"),
            remove("/spec/initContainers/0/livenessProbe/httpGet")
                + add("/spec/initContainers/0/livenessProbe/exec", "{command: [sh]}"),
            "spec.initContainers[0]: the probes of the sidecar are those"),
        new Rule(
            "sidecar-has-every-probe",
            "[]",
            remove("/spec/initContainers/0/livenessProbe"),
            "spec.initContainers[0]: the probes of the sidecar are those"),
        new Rule(
            "sidecars-probes-ask-the-sidecar",
            "[]",
            add("/spec/initContainers/0/readinessProbe/httpGet/host", "elsewhere"),
            "spec.initContainers[0]: the probes of the sidecar are those"),
        new Rule(
            "sidecars-probes-are-as-patient-as-ever",
            "[]",
            replace("/spec/initContainers/0/livenessProbe/failureThreshold", "1"),
            "spec.initContainers[0]: the probes of the sidecar are those"),
        new Rule(
            "sidecar-has-no-other-hook",
            "[]",
            add("/spec/initContainers/0/lifecycle/postStart", "{exec: {command: [sh]}}"),
            "spec.initContainers[0].lifecycle: the sidecar has the preStop hook"),
        new Rule(
            "sidecar-drains",
            "[]",
            replace("/spec/initContainers/0/lifecycle/preStop/exec/command/0", "sh"),
            "spec.initContainers[0].lifecycle: the sidecar has the preStop hook"),
        new Rule(
            "sidecar-mounts-nothing-else",
            add("/spec/volumes/-", "{name: own, emptyDir: {}}"),
            add("/spec/volumes/-", "{name: own, emptyDir: {}}")
                + add("/spec/initContainers/0/volumeMounts/-", "{name: own, mountPath: /app/libs}"),
            "spec.initContainers[0].volumeMounts: the sidecar mounts its own three volumes"),
        new Rule(
            "sidecar-has-its-user",
            "[]",
            replace("/spec/initContainers/0/securityContext/runAsUser", "0"),
            "securityContext.runAsUser: 64207 is the sidecar's user"),
        new Rule(
            "nobody-else-has-the-sidecars-user",
            add("/spec/containers/0/securityContext", "{runAsUser: 1000}"),
            add("/spec/containers/0/securityContext", "{runAsUser: 64207}"),
            "securityContext.runAsUser: 64207 is the sidecar's user"),
        new Rule(
            "the-pod-has-not-the-sidecars-user",
            add("/spec/securityContext", "{runAsUser: 1000}"),
            add("/spec/securityContext", "{runAsUser: 64207}"),
            "securityContext.runAsUser: 64207 is the sidecar's user"),
        new Rule( // T104
            "no-host-network",
            add("/spec/hostNetwork", "false"),
            add("/spec/hostNetwork", "true"),
            "spec: hostNetwork, hostPID"),
        new Rule(
            "no-host-pid",
            add("/spec/hostPID", "false"),
            add("/spec/hostPID", "true"),
            "spec: hostNetwork, hostPID"),
        new Rule(
            "no-host-ipc",
            add("/spec/hostIPC", "false"),
            add("/spec/hostIPC", "true"),
            "spec: hostNetwork, hostPID"),
        new Rule(
            "no-shared-processes",
            add("/spec/shareProcessNamespace", "false"),
            add("/spec/shareProcessNamespace", "true"),
            "spec: hostNetwork, hostPID"),
        new Rule(
            "no-host-port",
            add("/spec/containers/0/ports", "[{containerPort: 80}]"),
            add("/spec/containers/0/ports", "[{containerPort: 80, hostPort: 8080}]"),
            "ports: a hostPort opens a way"),
        new Rule( // T105
            "token-is-the-sidecars-alone",
            add("/spec/volumes/-", "{name: own, emptyDir: {}}")
                + add("/spec/containers/-", more.formatted("{name: own, mountPath: /own}")),
            add("/spec/containers/-", more.formatted("{name: mcp-policy-token, mountPath: /t}")),
            "volumeMounts: mcp-policy-token and mcp-policy-tmp are the sidecar's alone"),
        new Rule(
            "drain-socket-is-the-sidecars-alone",
            "[]",
            add("/spec/containers/-", more.formatted("{name: mcp-policy-tmp, mountPath: /t}")),
            "volumeMounts: mcp-policy-token and mcp-policy-tmp are the sidecar's alone"),
        new Rule(
            "bridge-is-shared-by-two",
            "[]",
            add("/spec/containers/-", more.formatted("{name: mcp-policy-bridge, mountPath: /b}")),
            "volumeMounts: mcp-policy-bridge is shared by the sidecar and the one container"),
        new Rule(
            "no-init-container-has-the-bridge",
            "[]",
            add(
                "/spec/initContainers/-",
                more.formatted("{name: mcp-policy-bridge, mountPath: /b}")),
            "volumeMounts: mcp-policy-bridge is shared by the sidecar and the one container"),
        new Rule(
            "server-is-behind-the-bridge",
            "[]",
            replace("/spec/containers/0/command", "[vllm-mcp-server]"),
            "volumeMounts: mcp-policy-bridge is shared by the sidecar and the one container"),
        new Rule(
            "server-knows-the-sidecar-by-its-user",
            "[]",
            replace("/spec/containers/0/command/7", "'0'"),
            "volumeMounts: mcp-policy-bridge is shared by the sidecar and the one container"),
        new Rule(
            "no-other-token",
            add(
                "/spec/volumes/-",
                "{name: own, projected: {sources: [{configMap: {name: kube-root-ca.crt}}]}}"),
            add(
                "/spec/volumes/-",
                "{name: own, projected: {sources: [{serviceAccountToken: {path: token}}]}}"),
            "volumes: only the sidecar has a ServiceAccount token"),
        new Rule(
            "volumes-of-the-sidecar-are-its-own",
            "[]",
            replace("/spec/volumes/0", "{name: mcp-policy-bridge, hostPath: {path: /}}"),
            "volumes: only the sidecar has a ServiceAccount token"),
        new Rule( // T118
            "account-is-the-servers",
            "[]",
            replace("/spec/serviceAccountName", "default")
                + replace("/spec/serviceAccount", "default"),
            "spec.serviceAccountName: a pod of McpServer `vllm` runs as `vllm-mcp`"),
        new Rule( // the API server mounts a token then
            "account-is-not-mounted",
            "[]",
            replace("/spec/automountServiceAccountToken", "true"),
            "volumes: only the sidecar has a ServiceAccount token"));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void admitsWhatTheWebhookMakesAndNothingElse(Rule rule) {
    walls.admit(walls.injected(rule.accepted()));
    String said = refusal(() -> walls.admit(walls.injected(rule.refused())));
    assertTrue(said.contains(rule.message()), said);
  }

  @Test
  void leavesPodsWithoutTheLabelAlone() {
    walls.admit(
        walls.pod(
            """
            {metadata: {name: free}, spec: {hostNetwork: true, containers: [{name: a, image: x}]}}
            """));
  }

  @Test
  void keepsLabelAndSidecarOfALivingPod() {
    Pod pod = walls.living(walls.injected(replace("/metadata/name", "living")));
    walls.change(pod, add("/metadata/labels/other", "fine"));
    walls.change(pod, replace("/spec/containers/0/image", "docker.io/library/vllm-mcp-server:2"));
    for (String change :
        List.of(
            remove("/metadata/labels/mcppolicy.dev~1server"),
            replace("/metadata/labels/mcppolicy.dev~1server", "other"))) {
      String said = refusal(() -> walls.change(pod, change)); // T106
      assertTrue(said.contains("a living pod cannot enter, leave or change its McpServer"), said);
    }
    String said =
        refusal(
            () ->
                walls.change(
                    pod, replace("/spec/initContainers/0/image", "docker.io/local/other:1")));
    assertTrue(
        said.contains("the image of the sidecar `mcp-policy-proxy` cannot be changed"), said);
  }

  @Test
  void keepsTheLabelFromALivingPodThatHasNone() { // T107
    Pod pod =
        walls.living(
            walls.pod(
                """
                {metadata: {name: outsider, labels: {app: a}}, spec: {schedulerName: none, containers: [{name: a, image: x}]}}
                """));
    String said =
        refusal(() -> walls.change(pod, add("/metadata/labels/mcppolicy.dev~1server", "vllm")));
    assertTrue(said.contains("a living pod cannot enter, leave or change its McpServer"), said);
    walls.debug(pod);
  }

  @Test
  void keepsTheLabelFromBeingChangedByTheStatus() {
    Pod pod = walls.living(walls.injected(replace("/metadata/name", "by-status")));
    String said =
        refusal(() -> walls.changeStatus(pod, remove("/metadata/labels/mcppolicy.dev~1server")));
    assertTrue(said.contains("a living pod cannot enter, leave or change its McpServer"), said);
  }

  @Test
  void keepsEphemeralContainersOut() { // T103
    Pod pod = walls.living(walls.injected(replace("/metadata/name", "debugged")));
    String said = refusal(() -> walls.debug(pod));
    assertTrue(
        said.contains("an ephemeral container could reach the server around its sidecar"), said);
  }

  /** Rights of the author of an McpServer (T118, T122). */
  @Test
  void letsAnAuthorNameWhatHeMayScaleHimself() {
    walls.author("scaler", "apps", "deployments/scale", "patch", "vllm");
    walls.author("scaler", "apps", "deployments", "get");
    walls.writeAs("scaler", "workloads: [%s]".formatted(workload("vllm")));
    String said =
        refusal(
            () ->
                walls.writeAs(
                    "scaler", "workloads: [%s, %s]".formatted(workload("vllm"), workload("db"))));
    assertTrue(
        said.contains("spec.workloads[1].target: you may not scale Deployment `db` yourself"),
        said);
  }

  @Test
  void tellsAStatefulSetFromADeployment() { // T122
    String set = workload("set").replace("Deployment", "StatefulSet");
    walls.author("deployments-only", "apps", "deployments/scale", "patch");
    walls.author("deployments-only", "apps", "statefulsets", "get");
    String said =
        refusal(() -> walls.writeAs("deployments-only", "workloads: [%s]".formatted(set)));
    assertTrue(
        said.contains("you may not scale StatefulSet `set` yourself")
            && said.contains("patch on statefulsets/scale"),
        said);
    walls.author("sets", "apps", "statefulsets/scale", "patch", "set");
    walls.author("sets", "apps", "statefulsets", "get", "set");
    walls.writeAs("sets", "workloads: [%s]".formatted(set));
  }

  @Test
  void letsAnAuthorNameOtherKindsThatHeMayChangeHimself() { // T122
    String set = target("{apiVersion: x.example/v1, kind: Set, resource: sets, name: s}");
    String service =
        target("{apiVersion: serving.kserve.io/v1beta1, kind: InferenceService, name: i}");
    walls.author("deployments-alone", "apps", "deployments/scale", "patch");
    String said =
        refusal(() -> walls.writeAs("deployments-alone", "workloads: [%s]".formatted(set)));
    assertTrue(
        said.contains("spec.workloads[0].target: you may not scale Set `s` yourself")
            && said.contains("patch on sets/scale of x.example of that name"),
        said);
    said = refusal(() -> walls.writeAs("deployments-alone", "workloads: [%s]".formatted(service)));
    assertTrue(said.contains("patch on inferenceservices of serving.kserve.io"), said);
    walls.author("custom", "x.example", "sets/scale", "patch", "s");
    walls.author("custom", "serving.kserve.io", "inferenceservices", "patch", "i");
    walls.writeAs(
        "custom", "workloads: [%s, %s]".formatted(set, service.replace("name: a", "name: b")));
  }

  /** T122: the Role of a sidecar has its whole pod template, variables included. */
  @Test
  void letsAnAuthorNameADeploymentThatHeMayReadHimself() {
    walls.author("unreading", "apps", "deployments/scale", "patch");
    walls.author("unreading", "apps", "statefulsets/scale", "patch");
    walls.author("unreading", "apps", "deployments", "get", "vllm");
    walls.writeAs("unreading", "workloads: [%s]".formatted(workload("vllm")));
    String said =
        refusal(
            () ->
                walls.writeAs(
                    "unreading",
                    "workloads: [%s, %s]".formatted(workload("vllm"), workload("db"))));
    assertTrue(
        said.contains("spec.workloads[1].target: you may not get Deployment `db` yourself")
            && said.contains("get on deployments of that name"),
        said);
    String set = workload("vllm").replace("Deployment", "StatefulSet");
    said = refusal(() -> walls.writeAs("unreading", "workloads: [%s]".formatted(set)));
    assertTrue(
        said.contains("you may not get StatefulSet `vllm` yourself")
            && said.contains("get on statefulsets of that name"),
        said);
  }

  /** T122: asked while the chart gives no such right, too, because it may give it later. */
  @Test
  void letsAnAuthorPauseAScaledObjectThatHeMayPatchHimself() {
    String paused =
        "{name: a, target: {apiVersion: apps/v1, kind: Deployment, name: vllm}, pauseScaledObject: so}";
    walls.author("no-pauser", "apps", "deployments/scale", "patch");
    walls.author("no-pauser", "apps", "deployments", "get");
    String said = refusal(() -> walls.writeAs("no-pauser", "workloads: [%s]".formatted(paused)));
    assertTrue(said.contains("you may not patch ScaledObject `so` yourself"), said);
    walls.author("pauser", "apps", "deployments/scale", "patch");
    walls.author("pauser", "apps", "deployments", "get");
    walls.author("pauser", "keda.sh", "scaledobjects", "patch", "so");
    walls.writeAs("pauser", "workloads: [%s]".formatted(paused));
  }

  @Test
  void aResourceOfAnotherGroupIsNotADeployment() { // T122: only its name is the same
    walls.author("apps-alone", "apps", "deployments/scale", "patch");
    String said =
        refusal(
            () ->
                walls.writeAs(
                    "apps-alone",
                    "workloads: [%s]"
                        .formatted(
                            target(
                                "{apiVersion: x.example/v1, kind: Deploymentx, resource: deployments, name: d}"))));
    assertTrue(said.contains("patch on deployments/scale of x.example"), said);
  }

  @Test
  void letsPodsBeDeletedForWhoMayDeleteThem() { // T122
    String pods = target("{apiVersion: v1, kind: Pods, selector: {matchLabels: {app: p}}}");
    walls.author("harmless", "", "pods", "list");
    String spec = "capabilities: [DeletePods]\n  workloads: [%s]".formatted(pods);
    String said = refusal(() -> walls.writeAs("harmless", spec));
    assertTrue(said.contains("spec.capabilities: you may not delete every pod"), said);
    walls.author("reaper", "", "pods", "delete");
    String unseen = refusal(() -> walls.writeAs("reaper", spec));
    assertTrue(unseen.contains("spec.capabilities: you may not list the pods"), unseen);
    walls.author("seer", "", "pods", "delete");
    walls.author("seer", "", "pods", "list");
    walls.writeAs("seer", spec);
  }

  /** T121, T122: the API server itself keeps a sidecar from pods that its tools may not touch. */
  @Test
  void letsASidecarDeletePodsWithoutAControllerAlone() {
    String pod =
        """
        metadata: {name: %s%s}
        spec: {schedulerName: none, containers: [{name: c, image: i}]}
        """;
    // an owner that is not there would have the pod collected at once
    String owner =
        ", ownerReferences: [{apiVersion: v1, kind: ServiceAccount, name: vllm-mcp, uid: %s, controller: true}]"
            .formatted(walls.uidOfSidecar());
    walls.deleteAsSidecar(walls.living(walls.pod(pod.formatted("bare", ""))));
    var controlled = walls.living(walls.pod(pod.formatted("controlled", owner)));
    String said = refusal(() -> walls.deleteAsSidecar(controlled));
    assertTrue(said.contains("a sidecar deletes no pod that has a controller"), said);
    var guarded =
        walls.living(walls.injected("- {op: replace, path: /metadata/name, value: guarded}"));
    said = refusal(() -> walls.deleteAsSidecar(guarded));
    assertTrue(said.contains("a sidecar deletes no pod of an McpServer"), said);
  }

  @Test
  void asksOneFormOfTargetOfEachKind() {
    for (String wrong :
        List.of(
            "{apiVersion: v1, kind: Pods, name: p}",
            "{apiVersion: v1, kind: Pods, selector: {matchLabels: {}}}",
            "{apiVersion: v1, kind: Pods, selector: {matchLabels: {mcppolicy.dev/server: x}}}",
            "{apiVersion: apps/v1, kind: Deployment, selector: {matchLabels: {a: b}}}",
            "{apiVersion: x.example/v1, kind: Deployment, name: d}",
            "{apiVersion: apps/v1, kind: Deployment, resource: daemonsets, name: d}",
            "{apiVersion: x.example/v1, kind: Set, name: s}",
            "{apiVersion: v1, kind: Set, resource: sets, name: s}",
            "{apiVersion: serving.kserve.io/v1alpha1, kind: InferenceService, name: i}",
            "{apiVersion: v1, kind: Container, name: box}",
            "{apiVersion: mcppolicy.dev/v1alpha1, kind: Container, resource: containers, name: box}",
            "{apiVersion: mcppolicy.dev/v1alpha1, kind: Container, name: x}",
            "{apiVersion: mcppolicy.dev/v1alpha1, kind: Container, name: a/b}",
            "{apiVersion: mcppolicy.dev/v1alpha1, kind: Container, selector: {matchLabels: {a: b}}}",
            "{apiVersion: apps/v1, kind: Deployment, name: vllm_1}")) {
      String said =
          refusal(() -> walls.writeAs("nobody", "workloads: [%s]".formatted(target(wrong))));
      assertTrue(said.contains("spec.workloads[0].target"), said);
    }
  }

  private static final String CONTAINER =
      "{name: box, target: {apiVersion: mcppolicy.dev/v1alpha1, kind: Container, name: vllm_1}%s}";

  private static String docker(String endpoint) {
    return "docker: {endpoint: '%s', tlsSecretName: opener, requiredLabels: {managed: ''}}"
        .formatted(endpoint);
  }

  private static String engine(String endpoint) {
    return docker(endpoint) + "\n  workloads: [%s]".formatted(CONTAINER.formatted(""));
  }

  /** T125, T118: who may not read what opens an engine, lets no sidecar open it. */
  @Test
  void letsAnAuthorNameAnEngineWhoseSecretHeMayRead() {
    walls.author("outsider", "", "secrets", "get", "another");
    String said = refusal(() -> walls.writeAs("outsider", engine("https://gpu-box:2376")));
    assertTrue(
        said.contains("spec.docker.tlsSecretName: you may not get Secret `opener` yourself")
            && said.contains("ask for the verb get on secrets of that name"),
        said);
    walls.author("insider", "", "secrets", "get", "opener");
    walls.writeAs("insider", engine("https://gpu-box:2376"));
    walls.writeAs("insider", engine("https://[fd00::1]:2376"));
  }

  /** All that one author can make the policy look at, which has a budget for it. */
  @Test
  void looksAtAnEngineBesideSixteenWorkloadsAndEveryCapability() {
    String[] names =
        Stream.iterate(0, i -> i + 1).limit(15).map(i -> "e" + i).toArray(String[]::new);
    for (String right : List.of("pods/log get", "pods list", "pods delete", "secrets get")) {
      walls.author(
          "busy",
          "",
          right.split(" ")[0],
          right.split(" ")[1],
          right.startsWith("secrets") ? new String[] {"opener"} : new String[0]);
    }
    walls.author("busy", "apps", "deployments/scale", "patch", names);
    walls.author("busy", "apps", "deployments", "get", names);
    walls.writeAs(
        "busy",
        "capabilities: [Logs, Pods, DeletePods]\n  "
            + docker("https://gpu-box:2376")
            + "\n  workloads: ["
            + String.join(", ", Stream.of(names).map(AdmissionPoliciesIT::workload).toList())
            + ", "
            + CONTAINER.formatted("")
            + "]");
  }

  /** T125: refused by the schema, and each time with what is allowed. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://gpu-box:2375 | `http://gpu-box:2375` does not begin with https://",
        "tcp://gpu-box:2376 | `tcp://gpu-box:2376` does not begin with https://",
        "unix:///var/run/docker.sock | an engine is reached over TLS alone",
        "gpu-box.local:2376 | does not begin with https://",
        "https://me:pass@gpu-box:2376 | holds user info: leave it out",
        "http://me:pass@gpu-box:2376 | `gpu-box:2376` does not begin with https://",
        "https://gpu-box | the port written out",
        "https://gpu-box:65536 | is not https://HOST:PORT",
        "https://gpu-box:2376/ | nothing behind it",
        "https://gpu-box:2376/v1.44 | `https://gpu-box:2376/v1.44` is not https://HOST:PORT",
        "https://gpu-box:2376?a=b | nothing behind it",
        "https://Gpu-Box:2376 | in small letters",
        "https://*:2376 | is not https://HOST:PORT",
      })
  void asksForAnEngineByHttpsHostAndPortAlone(String endpoint, String allowed) {
    String said = refusal(() -> walls.writeAs("nobody", engine(endpoint)));
    assertTrue(said.contains("spec.docker.endpoint: Invalid value"), said);
    assertTrue(said.contains(allowed), said);
    assertFalse(said.contains("pass@"), said);
  }

  @Test
  void asksForAnEngineAndAContainerTogether() {
    String said =
        refusal(
            () -> walls.writeAs("nobody", "workloads: [%s]".formatted(CONTAINER.formatted(""))));
    assertTrue(said.contains("a target of the kind Container needs spec.docker"), said);
    said = refusal(() -> walls.writeAs("nobody", docker("https://gpu-box:2376")));
    assertTrue(said.contains("spec.docker is for targets of the kind Container"), said);
    for (String unfit :
        List.of("minReadyReplicas: 0", "pauseScaledObject: so", "drain: {timeout: 1m}")) {
      said =
          refusal(
              () ->
                  walls.writeAs(
                      "nobody",
                      docker("https://gpu-box:2376")
                          + "\n  capabilities: [Pods]\n  workloads: [%s]"
                              .formatted(CONTAINER.formatted(", " + unfit))));
      assertTrue(
          said.contains("spec.workloads[0]: Invalid value")
              && said.contains("leave them out of a workload whose target is a Container"),
          said);
    }
    for (String none :
        List.of("requiredLabels: {}", "requiredLabels: {a: 'b c'}", "tlsSecretName: A")) {
      said =
          refusal(
              () ->
                  walls.writeAs(
                      "nobody",
                      engine("https://gpu-box:2376")
                          .replaceFirst(none.split(":")[0] + ": (\\{[^}]*}|opener)", none)));
      assertTrue(said.contains("spec.docker." + none.split(":")[0]), said);
    }
  }

  private static String target(String target) {
    return "{name: a, target: %s}".formatted(target);
  }

  @Test
  void letsAnAuthorSwitchLogsOnWhoMayReadThem() { // T122
    walls.author("blind", "", "configmaps", "get");
    String said = refusal(() -> walls.writeAs("blind", "capabilities: [Logs]"));
    assertTrue(said.contains("spec.capabilities: you may not read the logs"), said);
    walls.author("listening", "", "pods/log", "get");
    String unseen = refusal(() -> walls.writeAs("listening", "capabilities: [Logs]"));
    assertTrue(unseen.contains("spec.capabilities: you may not list the pods"), unseen);
    walls.author("seeing", "", "pods/log", "get");
    walls.author("seeing", "", "pods", "list");
    walls.writeAs("seeing", "capabilities: [Logs]");
  }

  @Test
  void looksAtSixteenWorkloadsByName() {
    String[] names =
        Stream.iterate(0, i -> i + 1).limit(17).map(i -> "w" + i).toArray(String[]::new);
    walls.author("many", "apps", "deployments/scale", "patch", names);
    walls.author("many", "apps", "deployments", "get", names);
    List<String> workloads = Stream.of(names).map(AdmissionPoliciesIT::workload).toList();
    walls.writeAs("many", "workloads: " + workloads.subList(0, 16));
    String said = refusal(() -> walls.writeAs("many", "workloads: " + workloads));
    assertTrue(said.contains("spec.workloads: at most 16"), said);
    walls.author("half", "apps", "deployments/scale", "patch");
    walls.author("half", "apps", "deployments", "get", names);
    said = refusal(() -> walls.writeAs("half", "workloads: " + workloads));
    assertTrue(said.contains("spec.workloads: at most 16 for an author who may not get"), said);
    walls.author("all", "apps", "deployments/scale", "patch");
    walls.author("all", "apps", "deployments", "get");
    walls.writeAs("all", "workloads: " + workloads);
  }

  @Test
  void letsAnAuthorDeployWhoMayCreateDeployments() {
    walls.author("reader", "", "configmaps", "get");
    String said = refusal(() -> walls.writeAs("reader", "deployment: {image: i}"));
    assertTrue(said.contains("spec.deployment: you may not create Deployments"), said);
    walls.author("deployer", "apps", "deployments", "create");
    walls.writeAs("deployer", "deployment: {image: i}");
  }

  @Test
  void letsAnAuthorHandOutOnlySecretsThatHeMayRead() {
    walls.author("holder", "", "secrets", "get", "mine");
    walls.author("holder", "apps", "deployments", "create");
    walls.writeAs("holder", "deployment: {image: i, env: [%s]}".formatted(secret("mine")));
    String said =
        refusal(
            () ->
                walls.writeAs(
                    "holder",
                    "deployment: {image: i, env: [%s, %s]}"
                        .formatted(secret("mine"), secret("yours"))));
    assertTrue(said.contains("spec.deployment.env: you may not get Secret `yours` yourself"), said);
  }

  private static String workload(String name) {
    return "{name: %1$s, target: {apiVersion: apps/v1, kind: Deployment, name: %1$s}}"
        .formatted(name);
  }

  private static String secret(String name) {
    return "{name: %1$s, valueFrom: {secretKeyRef: {name: %1$s, key: k}}}".formatted(name);
  }

  private static String refusal(Runnable act) {
    return String.valueOf(assertThrows(KubernetesClientException.class, act::run).getMessage());
  }

  private static String add(String path, String value) {
    return "- {op: add, path: '" + path + "', value: " + value + "}\n";
  }

  private static String replace(String path, String value) {
    return "- {op: replace, path: '" + path + "', value: " + value + "}\n";
  }

  private static String remove(String path) {
    return "- {op: remove, path: '" + path + "'}\n";
  }
}
