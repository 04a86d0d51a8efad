// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.e2e.McpClient.RefusedException;
import dev.mcppolicy.testkit.cluster.SharedCluster;
import dev.mcppolicy.testkit.mcp.RawHttp;
import io.fabric8.kubernetes.api.model.Pod;
import java.net.URI;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A pod of a stdio server is reached through its sidecar or not at all (T101 to T108): tried from
 * inside the pod, from another pod, through tunnels, by a neighbour that finds the socket, and by
 * changing the pod.
 */
@ExtendWith({SharedCluster.class, InstalledProduct.class})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class NoWayAroundE2E {
  private static final String SIDECAR_USER = "64207";
  private static final String INITIALIZE =
      """
      {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"intruder","version":"1"}}}""";

  /** Every socket of the pod's network that something can connect or send to, with its user id. */
  private static final String LISTENING =
      """
      for kind in ("tcp", "tcp6", "udp", "udp6"):
          for line in open("/proc/net/" + kind).readlines()[1:]:
              field = line.split()
              if field[3] == ("0A" if kind.startswith("tcp") else "07"):
                  print(int(field[1].rsplit(":", 1)[1], 16), "user", field[7])
      """;

  /** The unix sockets of the pod's network that accept connections; abstract ones begin with @. */
  private static final String LISTENING_UNIX =
      """
      for line in open("/proc/net/unix").readlines()[1:]:
          field = line.split()
          if int(field[3], 16) & 0x10000:
              print(field[7] if len(field) > 7 else "unnamed")
      """;

  private static final String PROCESSES =
      """
      import os
      for pid in sorted(int(name) for name in os.listdir("/proc") if name.isdigit()):
          command = open("/proc/%d/cmdline" % pid).read()
          if pid != os.getpid():
              print(pid, command.replace("\\0", " "))
      """;

  private final GuardedNamespace namespace;
  private Pod pod = new Pod();
  private URI url = URI.create("https://127.0.0.1");

  NoWayAroundE2E(Product product) {
    namespace = GuardedNamespace.create(product, "no-way-around");
  }

  @BeforeAll
  void startGuardedServer() {
    namespace.apply(
        Manifests.server("vllm", "vllm"),
        Manifests.grant("reader", "vllm"),
        Manifests.grant("stopper", "vllm"),
        Manifests.policy("policy", "vllm", "{vllm_status: {}}"),
        Manifests.bystander("elsewhere"));
    url = namespace.publish("vllm", 30082);
    namespace.awaitEnforced("policy");
    namespace.awaitReady("elsewhere");
    pod = namespace.serverPod("vllm");
    // Once it is called there is a connection, hence a child of the bridge.
    namespace.awaitAnswers(url, "reader", "vllm_status");
  }

  @AfterAll
  void deleteNamespace() {
    namespace.close();
  }

  @Test
  void onlySidecarListensInPod() {
    Command.Outcome sockets = inServer(LISTENING);
    assertEquals(
        Set.of("8443 user " + SIDECAR_USER, "8081 user " + SIDECAR_USER),
        sockets.output().lines().collect(Collectors.toCollection(TreeSet::new)),
        "listening sockets");
    // The drain socket lies in the sidecar's own /tmp; the other two ask for the peer's user.
    assertEquals(
        Set.of("/bridge/mcp.sock", "/bridge/stderr.sock", "/tmp/drain.sock"),
        inServer(LISTENING_UNIX).output().lines().collect(Collectors.toCollection(TreeSet::new)),
        "listening unix sockets");
  }

  @Test
  void otherPodGetsNothingWithoutTlsAndToken() {
    String address = pod.getStatus().getPodIP();
    Command.Outcome plain =
        elsewhere("probe", "get", "-d", INITIALIZE, "http://" + address + ":8443/mcp");
    assertFalse(plain.output().contains("protocolVersion"), plain.output());
    assertNotEquals(0, plain.exitCode(), () -> "an answer without TLS: " + plain.output());

    for (String authorization : Set.of("X-Nothing: here", "Authorization: Bearer wrong")) {
      Command.Outcome refused =
          elsewhere(
              "probe",
              "get",
              "-H",
              "Host: localhost",
              "-H",
              "Content-Type: application/json",
              "-H",
              "Accept: application/json, text/event-stream",
              "-H",
              authorization,
              "-d",
              INITIALIZE,
              "https://" + address + ":8443/mcp");
      assertTrue(refused.output().contains("401 Unauthorized"), refused.output());
      assertFalse(refused.output().contains("protocolVersion"), refused.output());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/startup", "/ready", "/live"})
  void otherPodSeesHealthWithoutDetails(String path) {
    Command.Outcome health =
        elsewhere("probe", "get", "http://" + pod.getStatus().getPodIP() + ":8081" + path);
    assertTrue(health.output().contains("200 OK"), health.output());
    assertFalse(health.output().contains("vllm"), health.output());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/mcp", "/metrics", "/env", "/ready/../mcp", "/bundle", "/drain"})
  void managementPortHasNothingElse(String path) {
    Command.Outcome read =
        elsewhere("probe", "get", "http://" + pod.getStatus().getPodIP() + ":8081" + path);
    assertTrue(read.output().contains("404 Not Found"), read.output());
    Command.Outcome written =
        elsewhere(
            "probe",
            "get",
            "-d",
            INITIALIZE,
            "http://" + pod.getStatus().getPodIP() + ":8081" + path);
    assertTrue(written.output().contains("404 Not Found"), written.output());
    assertFalse(written.output().contains("protocolVersion"), written.output());
  }

  @ParameterizedTest
  @ValueSource(ints = {22, 80, 443, 5005, 8000, 8080, 8082, 9000, 9010, 9090})
  void otherPortsAreRefused(int port) {
    Command.Outcome connection =
        elsewhere("probe", "connect", "tcp", pod.getStatus().getPodIP() + ":" + port, INITIALIZE);
    assertTrue(connection.output().contains("connection refused"), connection.output());
  }

  /** T102: a tunnel ends inside the pod's network namespace. */
  @Test
  void portForwardReachesNoMcpWithoutToken() throws Exception {
    String resource = "pod/" + pod.getMetadata().getName();
    String caPem = namespace.credentials("reader").caPem();
    try (PortForward tunnel = namespace.forward(resource, 8443);
        McpClient intruder =
            McpClient.unconnected(
                URI.create("https://127.0.0.1:" + tunnel.port() + "/mcp"), "mcpg_x_y", caPem)) {
      RefusedException refused = assertThrows(RefusedException.class, intruder::initialize);
      assertEquals(401, refused.status(), refused.body());
    }
    try (PortForward tunnel = namespace.forward(resource, 8081);
        RawHttp http = RawHttp.connect("127.0.0.1", tunnel.port())) {
      assertEquals(404, http.send(RawHttp.post("/mcp", "localhost", INITIALIZE)).read().status());
    }
    for (int port : new int[] {8000, 8080, 9000}) {
      try (PortForward tunnel = namespace.forward(resource, port);
          RawHttp http = RawHttp.connect("127.0.0.1", tunnel.port())) {
        http.send(RawHttp.post("/mcp", "localhost", INITIALIZE));
        assertTrue(http.isClosedByPeer(), "port " + port + " answers through a tunnel");
      }
    }
  }

  /** T105: the socket's peer must have the sidecar's user id, whoever can open the file. */
  @Test
  void neighbourThatFindsSocketIsTurnedAway() {
    String before = inServer(PROCESSES).output();
    namespace.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: neighbour}
        spec:
          terminationGracePeriodSeconds: 0
          volumes:
          - {name: stolen, hostPath: {path: "/var/lib/kubelet/pods/%s/volumes/kubernetes.io~empty-dir/mcp-policy-bridge"}}
          containers:
          - {name: root, image: "docker.io/local/pause:1", imagePullPolicy: IfNotPresent, securityContext: {runAsUser: 0, privileged: true}, volumeMounts: [{name: stolen, mountPath: /stolen}]}
          - {name: nobody, image: "docker.io/local/pause:1", imagePullPolicy: IfNotPresent, securityContext: {runAsUser: 65532}, volumeMounts: [{name: stolen, mountPath: /stolen}]}
        """
            .formatted(pod.getMetadata().getUid()));
    namespace.awaitReady("neighbour");
    for (String container : Set.of("root", "nobody")) {
      for (String socket : Set.of("mcp.sock", "stderr.sock")) {
        Command.Outcome tried =
            namespace.exec(
                "neighbour",
                container,
                "probe",
                "connect",
                "-timeout",
                "5s",
                "unix",
                "/stolen/" + socket,
                INITIALIZE + "\n");
        String what = container + " at " + socket + ": " + tried.output();
        assertNotEquals(0, tried.exitCode(), "bytes arrived for " + what);
        assertFalse(tried.output().contains("no such file"), what);
        assertFalse(tried.output().contains("permission denied"), what);
        assertFalse(tried.output().contains("i/o timeout"), "left open: " + what);
      }
    }
    assertEquals(before, inServer(PROCESSES).output(), "processes of the server's container");
    namespace.kubectl("delete", "pod", "neighbour", "--wait=false");
  }

  @Test
  void containerThatMountsSidecarsVolumeIsRefused() {
    String said =
        namespace.refused(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: thief, labels: {mcppolicy.dev/server: vllm}}
            spec:
              containers:
              - {name: server, image: "docker.io/local/vllm-mcp-server:0.1.4", command: [vllm-mcp-server]}
              - name: thief
                image: docker.io/local/pause:1
                volumeMounts: [{name: mcp-policy-bridge, mountPath: /bridge}]
            """);
    assertTrue(
        said.contains("mcp-policy-bridge")
            && said.contains("which no other container may mount; remove it"),
        said);
  }

  /** T103. */
  @Test
  void ephemeralContainerIsRefused() {
    String said =
        namespace.refusedKubectl(
            "debug",
            pod.getMetadata().getName(),
            "--image=docker.io/local/pause:1",
            "--target=server",
            "--profile=general",
            "--",
            "sleep",
            "1");
    assertTrue(said.contains("ephemeral container"), said);
  }

  /** T104. */
  @ParameterizedTest
  @ValueSource(strings = {"hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace"})
  void podInNamespacesOfHostIsRefused(String field) {
    String said = namespace.refused(Manifests.labelledPod("on-host", "vllm", field + ": true"));
    assertTrue(
        said.contains("spec." + field) && said.contains("a way to the server around its sidecar"),
        said);
  }

  @ParameterizedTest
  @CsvSource({
    "serviceAccountName: builder, spec.serviceAccountName",
    "securityContext: {runAsUser: 64207}, spec.securityContext.runAsUser"
  })
  void podWithRightsOfSidecarIsRefused(String field, String place) {
    namespace.apply("{apiVersion: v1, kind: ServiceAccount, metadata: {name: builder}}");
    String said = namespace.refused(Manifests.labelledPod("posing", "vllm", field));
    assertTrue(said.contains(place), said);
  }

  @Test
  void labelOfLivingPodStays() {
    String name = pod.getMetadata().getName();
    String removed = namespace.refusedKubectl("label", "pod", name, "mcppolicy.dev/server-");
    assertTrue(removed.contains("mcppolicy.dev/server"), removed);
    String changed =
        namespace.refusedKubectl(
            "label", "--overwrite", "pod", name, "mcppolicy.dev/server=another");
    assertTrue(changed.contains("mcppolicy.dev/server"), changed);
  }

  /** T107: a label of its own would make a pod an address of the Service. */
  @Test
  void livingPodCannotJoinByLabel() {
    String said =
        namespace.refusedKubectl("label", "pod", "elsewhere", "mcppolicy.dev/server=vllm");
    assertTrue(said.contains("mcppolicy.dev/server"), said);
  }

  /** T108, T112. */
  @Test
  void imageOfLivingSidecarStays() {
    String said =
        namespace.refusedKubectl(
            "set",
            "image",
            "pod/" + pod.getMetadata().getName(),
            "mcp-policy-proxy=docker.io/local/pause:1");
    assertTrue(said.contains("image"), said);
  }

  /** T44. */
  @Test
  void sessionBelongsToItsGrant() throws Exception {
    try (McpClient reader = namespace.connect(url, "reader");
        McpClient stopper = namespace.connect(url, "stopper")) {
      McpClient intruder = stopper.inSessionOf(reader);
      RefusedException refused = assertThrows(RefusedException.class, intruder::tools);
      assertEquals(404, refused.status(), refused.body());
      assertFalse(reader.tools().isEmpty(), "the session must go on for its own grant");
    }
  }

  private Command.Outcome elsewhere(String... command) {
    return namespace.exec("elsewhere", "main", command);
  }

  private Command.Outcome inServer(String python) {
    Command.Outcome outcome =
        namespace.exec(pod.getMetadata().getName(), "server", "python3", "-c", python);
    assertEquals(0, outcome.exitCode(), outcome::output);
    return outcome;
  }
}
