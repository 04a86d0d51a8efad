// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.e2e.McpClient.ToolAnswer;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.testkit.cluster.SharedCluster;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A StatefulSet as the target of the container tools, with its logs, through the chart: what its
 * values give works, and what they do not is refused with their names (T122).
 */
@ExtendWith({SharedCluster.class, InstalledProduct.class})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TargetsE2E {
  private static final int REPLICAS = 2;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Product product;
  private final GuardedNamespace namespace;
  private URI url = URI.create("https://127.0.0.1");

  TargetsE2E(Product product) {
    this.product = product;
    namespace = GuardedNamespace.create(product, "targets");
  }

  @BeforeAll
  void startGuardedServer() {
    product.install("capabilities.logs=true");
    namespace.apply(
        Manifests.modelServer("models", REPLICAS, "1ms")
            .replaceFirst("kind: Deployment", "kind: StatefulSet"),
        """
        apiVersion: mcppolicy.dev/v1alpha1
        kind: McpServer
        metadata: {name: vllm}
        spec:
          deployment: {image: "docker.io/local/vllm-mcp-server:0.1.4"}
          transport: {stdio: {container: server, command: [vllm-mcp-server]}}
          capabilities: [Logs]
          workloads:
          - {name: vllm-server, default: true, target: {apiVersion: apps/v1, kind: StatefulSet, name: models}}
        """,
        Manifests.grant("agent", "vllm"),
        Manifests.policy(
            "policy",
            "vllm",
            "{stop_vllm: {}, start_vllm: {}, restart_vllm: {}, get_vllm_logs: {}, list_vllm_containers: {}}"));
    url = namespace.publish("vllm", 30098);
    namespace.awaitEnforced("policy");
    awaitReady();
  }

  @AfterAll
  void deleteNamespace() {
    namespace.close();
    product.install();
  }

  private StatefulSet models() {
    return namespace
        .client()
        .apps()
        .statefulSets()
        .inNamespace(namespace.name())
        .withName("models")
        .require();
  }

  private void awaitReady() {
    Waiting.until(
        "every replica is ready",
        LIMIT,
        () -> Integer.valueOf(REPLICAS).equals(models().getStatus().getReadyReplicas()));
  }

  private Set<String> pods() {
    return namespace
        .client()
        .pods()
        .inNamespace(namespace.name())
        .withLabel("app", "models")
        .list()
        .getItems()
        .stream()
        .map(pod -> pod.getMetadata().getUid())
        .collect(Collectors.toSet());
  }

  private static String done(ToolAnswer answer) {
    assertFalse(answer.isError(), answer.text());
    return answer.text();
  }

  @Test
  void aStatefulSetIsListedReadRestartedStoppedAndStarted() throws Exception {
    try (McpClient agent = namespace.connect(url, "agent")) {
      String listed = done(agent.call("list_vllm_containers"));
      assertTrue(listed.contains("StatefulSet `models`: 2 replicas wanted"), listed);
      String logs = done(agent.call("get_vllm_logs"));
      assertTrue(logs.contains("pod `models-0`") && logs.contains("serving the stand-in"), logs);

      Set<String> before = pods();
      String restarted = done(agent.call("restart_vllm"));
      assertTrue(restarted.startsWith("Restarted `vllm-server`: "), restarted);
      awaitReady();
      Set<String> after = pods();
      assertEquals(REPLICAS, after.size());
      after.retainAll(before);
      assertEquals(Set.of(), after, "none of the pods before");

      String stopped =
          done(agent.call("stop_vllm", JsonObject.builder().put("timeout", 30).build()));
      assertTrue(stopped.contains("was scaled from 2 replicas to 0; all have ended"), stopped);
      assertEquals(Set.of(), pods());
      done(agent.call("start_vllm", JsonObject.builder().put("model", "any").build()));
      assertEquals(REPLICAS, models().getSpec().getReplicas());
    }
  }

  @Test
  void whatTheChartDoesNotGiveIsRefusedWithItsValue() {
    String refused =
        namespace.refused(
            """
            apiVersion: mcppolicy.dev/v1alpha1
            kind: McpServer
            metadata: {name: asking}
            spec:
              transport: {stdio: {container: server}}
              capabilities: [DeletePods]
              workloads:
              - {name: a, target: {apiVersion: x.example/v1, kind: Set, resource: sets, name: s}}
              - {name: b, target: {apiVersion: serving.kserve.io/v1beta1, kind: InferenceService, name: i}}
            """);
    for (String value :
        List.of(
            "add `{group: x.example, resource: sets}` to the chart value `scaleTargets`",
            "`inferenceServices: true`",
            "`capabilities.deletePods: true`")) {
      assertTrue(refused.contains(value), refused);
    }
    assertEquals(
        "True",
        namespace.kubectl(
            "get",
            "mcpserver/vllm",
            "-o",
            "jsonpath={.status.conditions[?(@.type==\"NamespaceWideRights\")].status}"));
  }
}
