// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.testkit.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.testkit.mcp.RawHttp;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the product's tests rely on in a cluster, whichever one it is. */
@ExtendWith(SharedCluster.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TestClusterIT {
  private static final String WEB =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: web, labels: {app: web}}
      spec:
        terminationGracePeriodSeconds: 1
        initContainers:
        - name: sidecar
          image: docker.io/local/pause:1
          imagePullPolicy: IfNotPresent
          restartPolicy: Always
          command: [sh, -c, "mkdir -p /tmp/www && echo hello from the sidecar > /tmp/www/index.html && exec httpd -f -p 8080 -h /tmp/www"]
          startupProbe: {httpGet: {port: 8080, path: /}, periodSeconds: 1}
        containers:
        - {name: main, image: "docker.io/local/pause:1", imagePullPolicy: IfNotPresent, command: [sleep, infinity]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: client}
      spec:
        terminationGracePeriodSeconds: 1
        containers:
        - {name: main, image: "docker.io/local/pause:1", imagePullPolicy: IfNotPresent, command: [sleep, infinity]}
      """;

  private static final String STAND_IN =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: stand-in}
      spec:
        terminationGracePeriodSeconds: 1
        containers:
        - name: vllm
          image: docker.io/local/vllm-standin:1
          imagePullPolicy: IfNotPresent
          args: [--model, tiny]
          readinessProbe: {httpGet: {port: 8000, path: /health}, periodSeconds: 1}
      """;

  private final TestCluster cluster;
  private final KubernetesClient client;
  private final String namespace;

  TestClusterIT(TestCluster cluster) {
    this.cluster = cluster;
    this.client = cluster.client();
    this.namespace = cluster.createNamespace("cluster");
  }

  @BeforeAll
  void startPodWithNativeSidecar() {
    apply(WEB);
    awaitReady("web");
    awaitReady("client");
  }

  @AfterAll
  void deleteNamespace() {
    client.namespaces().withName(namespace).delete();
  }

  @Test
  void nodeIsReady() {
    var nodes = client.nodes().list().getItems();
    assertEquals(1, nodes.size());
    assertTrue(
        nodes.getFirst().getStatus().getConditions().stream()
            .anyMatch(
                condition ->
                    condition.getType().equals("Ready") && condition.getStatus().equals("True")));
  }

  @Test
  void sidecarRunsBesideTheContainer() {
    var status = client.pods().inNamespace(namespace).withName("web").get().getStatus();
    assertTrue(status.getInitContainerStatuses().getFirst().getState().getRunning() != null);
    assertTrue(status.getContainerStatuses().getFirst().getReady());
  }

  @Test
  void podResolvesServiceByName() throws Exception {
    var address =
        client.services().inNamespace(namespace).withName("web").get().getSpec().getClusterIP();
    var answer = inPod("client", "nslookup", "web.%s.svc.cluster.local".formatted(namespace));
    assertTrue(answer.contains("Address: " + address), answer);
  }

  @Test
  void podReachesItselfThroughService() throws Exception {
    assertEquals(
        "hello from the sidecar",
        inPod("web", "probe", "get", "http://web." + namespace + ".svc/").strip());
  }

  @Test
  void podReachesAnotherThroughService() throws Exception {
    assertEquals(
        "hello from the sidecar",
        inPod("client", "probe", "get", "http://web." + namespace + ".svc/").strip());
  }

  @Test
  void nodePortAnswersOnLoopback() throws IOException {
    var service =
        client
            .services()
            .inNamespace(namespace)
            .withName("web")
            .edit(
                old -> {
                  old.getSpec().getPorts().getFirst().setNodePort(TestCluster.NODE_PORTS.getLast());
                  return old;
                });
    var port = cluster.hostPort(service.getSpec().getPorts().getFirst().getNodePort());
    // kube-proxy takes a moment to learn of a new node port.
    var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (true) {
      try (var http = RawHttp.connect("127.0.0.1", port)) {
        assertEquals("hello from the sidecar\n", http.send("GET / HTTP/1.0\r\n\r\n").read().text());
        return;
      } catch (IOException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        Thread.onSpinWait();
      }
    }
  }

  /** As it calls a webhook: from the node, through a Service. */
  @Test
  void apiServerReachesService() {
    var answer = client.raw("/api/v1/namespaces/%s/services/web:80/proxy/".formatted(namespace));
    assertEquals("hello from the sidecar", answer.strip());
  }

  @Test
  void runsImageLoadedFromTar() throws IOException {
    cluster.loadImage(Artefacts.vllmStandinImage());
    apply(STAND_IN);
    awaitReady("stand-in");
    assertTrue(
        client
            .raw("/api/v1/namespaces/%s/pods/stand-in:8000/proxy/v1/models".formatted(namespace))
            .contains("\"id\":\"tiny\""));
  }

  @Test
  void refusesNodePortThatIsNotPublished() {
    if (cluster instanceof ContainerCluster) {
      assertThrows(IllegalArgumentException.class, () -> cluster.hostPort(30_000));
    }
  }

  @Test
  void collectsLogsOfPods(@TempDir Path folder) throws IOException {
    cluster.collectLogs(folder);
    assertTrue(Files.readString(folder.resolve("pods.yaml")).contains("name: \"web\""));
    assertTrue(Files.exists(folder.resolve(namespace + "_web_sidecar.log")));
  }

  private void apply(String yaml) {
    client
        .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .inNamespace(namespace)
        .serverSideApply();
  }

  private void awaitReady(String pod) {
    client.pods().inNamespace(namespace).withName(pod).waitUntilReady(60, TimeUnit.SECONDS);
  }

  private String inPod(String pod, String... command) throws Exception {
    var output = new ByteArrayOutputStream();
    var errors = new ByteArrayOutputStream();
    try (var exec =
        client
            .pods()
            .inNamespace(namespace)
            .withName(pod)
            .inContainer("main")
            .writingOutput(output)
            .writingError(errors)
            .exec(command)) {
      assertEquals(
          0,
          exec.exitCode().get(30, TimeUnit.SECONDS),
          () -> errors.toString(StandardCharsets.UTF_8));
    }
    return output.toString(StandardCharsets.UTF_8);
  }
}
