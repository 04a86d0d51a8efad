// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.e2e.McpClient.RefusedException;
import dev.mcppolicy.e2e.McpClient.ToolAnswer;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.testkit.cluster.SharedCluster;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The MCP server or its sidecar dies (T113, T136), and what the sidecar does itself goes on; what
 * it may not touch stays as it is (T121).
 */
@ExtendWith({SharedCluster.class, InstalledProduct.class})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DeadServerE2E {
  private static final int REPLICAS = 2;
  private static final String KILL_SERVER =
      """
      import os, signal
      killed = 0
      for pid in (int(name) for name in os.listdir("/proc") if name.isdigit()):
          command = open("/proc/%d/cmdline" % pid).read().split("\\0")
          if pid not in (1, os.getpid()) and any(word.endswith("vllm-mcp-server") for word in command):
              os.kill(pid, signal.SIGKILL)
              killed += 1
      print("killed", killed)
      """;

  private final GuardedNamespace namespace;
  private final ModelServer model;
  private URI url = URI.create("https://127.0.0.1");

  DeadServerE2E(Product product) {
    namespace = GuardedNamespace.create(product, "dead-server");
    model = ModelServer.behind(namespace, "slow");
  }

  @BeforeAll
  void startGuardedServer() {
    namespace.apply(
        Manifests.modelServer("slow", REPLICAS, "200ms"),
        Manifests.modelServer("undeclared", 1, "1ms"),
        Manifests.server("vllm", "slow"),
        Manifests.grant("agent", "vllm"),
        Manifests.policy("policy", "vllm", "{stop_vllm: {}, vllm_chat: {}, vllm_status: {}}"));
    url = namespace.publish("vllm", 30087);
    namespace.awaitEnforced("policy");
    namespace.awaitRollout("slow");
    namespace.awaitRollout("undeclared");
    namespace.awaitAnswers(url, "agent", "vllm_status");
  }

  @AfterAll
  void deleteNamespace() {
    namespace.close();
  }

  @Test
  void crashDuringCallsIsOneErrorForEachAndNextCallWorks() throws Exception {
    startModel();
    Pod pod = namespace.serverPod("vllm");
    try (McpClient agent = namespace.connect(url, "agent");
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<ToolAnswer> slowCall = () -> agent.call("vllm_chat", Messages.words(100));
      List<Future<ToolAnswer>> calls = List.of(threads.submit(slowCall), threads.submit(slowCall));
      long startedNanos = System.nanoTime();
      Waiting.until(
          "a model server works on a call", Duration.ofSeconds(15), () -> model.running() > 0);
      Command.Outcome killed =
          namespace.exec(pod.getMetadata().getName(), "server", "python3", "-c", KILL_SERVER);
      assertEquals("killed 1", killed.output().strip());
      for (Future<ToolAnswer> call : calls) {
        Throwable failure =
            assertThrows(ExecutionException.class, () -> call.get(10, TimeUnit.SECONDS)).getCause();
        assertTrue(
            failure instanceof RefusedException refused && refused.body().contains("-32603"),
            () -> "a call ended with " + failure);
      }
      assertTrue(
          System.nanoTime() - startedNanos < Duration.ofSeconds(20).toNanos(),
          "the calls ended by themselves, not by the crash");
      ToolAnswer next = agent.call("vllm_status");
      assertFalse(next.isError(), next.text());
      assertEquals(
          0,
          namespace
              .serverPod("vllm")
              .getStatus()
              .getContainerStatuses()
              .getFirst()
              .getRestartCount(),
          "the container was restarted, not the server in it");
    }
  }

  /** The child of the bridge ends at once, again and again. */
  @Test
  void stopWorksWhileServerEndsAtOnce() throws Exception {
    namespace.apply(
        """
        apiVersion: mcppolicy.dev/v1alpha1
        kind: McpServer
        metadata: {name: ending}
        spec:
          deployment: {image: "docker.io/local/vllm-mcp-server:0.1.4"}
          transport: {stdio: {container: server, command: [python3, -c, raise SystemExit(1)]}}
          workloads:
          - {name: vllm-server, default: true, target: {apiVersion: apps/v1, kind: Deployment, name: slow}}
        """);
    stopsAlthoughServerIsDead("ending", 30088);
  }

  /** The container of the server cannot even be made, so its pod is not ready. */
  @Test
  void stopWorksWhileServerCannotStart() throws Exception {
    namespace.apply(
        """
        apiVersion: mcppolicy.dev/v1alpha1
        kind: McpServer
        metadata: {name: absent}
        spec:
          deployment: {image: "docker.io/local/there-is-no-such-image:1"}
          transport: {stdio: {container: server, command: [vllm-mcp-server]}}
          workloads:
          - {name: vllm-server, default: true, target: {apiVersion: apps/v1, kind: Deployment, name: slow}}
        """);
    stopsAlthoughServerIsDead("absent", 30089);
    assertEquals(
        "False",
        namespace.kubectl(
            "get",
            "pods",
            "-l",
            "mcppolicy.dev/server=absent",
            "-o",
            "jsonpath={.items[0].status.conditions[?(@.type==\"Ready\")].status}"));
  }

  private void stopsAlthoughServerIsDead(String server, int nodePort) throws Exception {
    startModel();
    namespace.apply(
        Manifests.grant(server, server),
        Manifests.policy(server, server, "{stop_vllm: {}, vllm_status: {}}"));
    URI address = namespace.publish(server, nodePort);
    try (McpClient agent = namespace.connect(address, server)) {
      assertTrue(agent.tools().contains("stop_vllm"));
      ToolAnswer stop = agent.call("stop_vllm");
      assertFalse(stop.isError(), stop.text());
      assertEquals(0, namespace.specReplicas("slow"));
      // What only the dead server could do is an error, in bounded time.
      RefusedException refused =
          assertThrows(RefusedException.class, () -> agent.call("vllm_status"));
      assertTrue(refused.body().contains("-32603"), refused.body());
    }
  }

  @Test
  void undeclaredWorkloadIsRefusedByNameAndLeftAlone() throws Exception {
    startModel();
    String others = replicasOfOthers();
    try (McpClient agent = namespace.connect(url, "agent")) {
      for (String name :
          List.of(
              "undeclared",
              "slow",
              "vllm-mcp",
              "../" + namespace.name() + "/slow",
              "kube-system/coredns",
              "^vllm",
              ".*",
              "",
              "VLLM-SERVER",
              "vllm-server ")) {
        ToolAnswer stop =
            agent.call("stop_vllm", JsonObject.builder().put("container_name", name).build());
        assertTrue(stop.isError(), () -> "`" + name + "`: " + stop.text());
        assertTrue(
            stop.text().contains(name) && stop.text().contains("vllm-server"),
            () -> "`" + name + "`: " + stop.text());
      }
      assertEquals(REPLICAS, namespace.specReplicas("slow"));
      assertEquals(others, replicasOfOthers());
      ToolAnswer declared =
          agent.call(
              "stop_vllm", JsonObject.builder().put("container_name", "vllm-server").build());
      assertFalse(declared.isError(), declared.text());
      assertEquals(0, namespace.specReplicas("slow"));
      assertEquals(others, replicasOfOthers());
    }
  }

  @Test
  void serverIsUnreachableWhileSidecarIsDead() throws Exception {
    NodeShell node = NodeShell.open(namespace);
    Pod pod = namespace.serverPod("vllm");
    namespace.apply(Manifests.bystander("observer"));
    namespace.awaitReady("observer");
    try (McpClient agent = namespace.connect(url, "agent")) {
      assertFalse(agent.call("vllm_status").isError());
      node.killSidecar(pod);
      assertThrows(IOException.class, () -> agent.call("vllm_status"));
      for (int port : new int[] {8000, 8080}) {
        Command.Outcome tried =
            namespace.exec(
                "observer",
                "main",
                "probe",
                "connect",
                "tcp",
                pod.getStatus().getPodIP() + ":" + port);
        assertTrue(tried.output().contains("connection refused"), tried.output());
      }
      Waiting.until(
          "the sidecar is back and the old session goes on",
          Duration.ofSeconds(60),
          () -> !agent.call("vllm_status").isError());
    }
    Pod after = namespace.serverPod("vllm");
    assertEquals(pod.getMetadata().getUid(), after.getMetadata().getUid());
    assertEquals(
        1, after.getStatus().getInitContainerStatuses().getFirst().getRestartCount(), "restarts");
  }

  private void startModel() {
    namespace.kubectl("scale", "deployment/slow", "--replicas=" + REPLICAS);
    namespace.awaitRollout("slow");
  }

  private String replicasOfOthers() {
    return namespace.kubectl(
        "get",
        "deployments",
        "--all-namespaces",
        "--field-selector=metadata.name!=slow",
        "-o",
        "jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name}={.spec.replicas} {end}");
  }
}
