// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.e2e.McpClient.ToolAnswer;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.testkit.cluster.SharedCluster;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What a stop has to respect, with slow streams, a real disruption controller and the rights that a
 * sidecar gets (T124).
 */
@ExtendWith({SharedCluster.class, InstalledProduct.class})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SafeguardsE2E {
  private static final String SERVER =
      """
      apiVersion: mcppolicy.dev/v1alpha1
      kind: McpServer
      metadata: {name: vllm}
      spec:
        deployment: {image: "docker.io/local/vllm-mcp-server:0.1.4"}
        transport: {stdio: {container: server, command: [vllm-mcp-server]}}
        capabilities: [Pods]
        workloads:
        - {name: patient, target: {apiVersion: apps/v1, kind: Deployment, name: patient}, drain: {timeout: 1m}}
        - {name: hasty, target: {apiVersion: apps/v1, kind: Deployment, name: hasty}}
        - {name: one, model: shared, minReadyReplicas: 1, target: {apiVersion: apps/v1, kind: Deployment, name: one}}
        - {name: two, model: shared, target: {apiVersion: apps/v1, kind: Deployment, name: two}}
        - {name: budgeted, target: {apiVersion: apps/v1, kind: Deployment, name: budgeted}}
      """;
  private static final String BUDGET =
      """
      apiVersion: policy/v1
      kind: PodDisruptionBudget
      metadata: {name: keep-one}
      spec: {minAvailable: 1, selector: {matchLabels: {app: budgeted}}}
      """;

  private final GuardedNamespace namespace;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private URI url = URI.create("https://127.0.0.1");

  SafeguardsE2E(Product product) {
    namespace = GuardedNamespace.create(product, "safeguards");
  }

  @BeforeAll
  void startGuardedServer() {
    namespace.apply(
        BUDGET,
        SERVER,
        Manifests.grant("agent", "vllm"),
        Manifests.policy("policy", "vllm", "{stop_vllm: {}}"),
        Manifests.modelServer("patient", 2, "200ms"),
        Manifests.modelServer("hasty", 1, "200ms"),
        Manifests.modelServer("one", 1, "1ms"),
        Manifests.modelServer("two", 1, "1ms"),
        Manifests.modelServer("budgeted", 2, "1ms"));
    url = namespace.publish("vllm", 30097);
    Stream.of("patient", "hasty", "one", "two", "budgeted").forEach(namespace::awaitRollout);
    namespace.awaitEnforced("policy");
  }

  @AfterAll
  void deleteNamespace() {
    threads.close();
    namespace.close();
  }

  private static JsonObject named(String workload) {
    return JsonObject.builder().put("container_name", workload).build();
  }

  private void awaitRunning(String pod, int requests) {
    ModelServer model = ModelServer.in(namespace, pod);
    Waiting.until(
        requests + " requests run on " + pod,
        Duration.ofSeconds(20),
        () -> model.running() == requests);
  }

  @Test
  void aStopWithADrainLosesNoRunningRequest() throws Exception {
    String patient = namespace.podOf("patient");
    try (PortForward pod = namespace.forward("pod/" + patient, 8000);
        McpClient agent = namespace.connect(url, "agent");
        var streams = CompletionStreams.begin(pod, 6, 40)) { // eight seconds each
      awaitRunning(patient, 6);
      ToolAnswer stopped = agent.call("stop_vllm", named("patient"));
      assertFalse(stopped.isError(), stopped.text());
      assertTrue(stopped.text().contains("\nNo request ran just before.\n"), stopped.text());
      assertEquals(6, streams.completed(), stopped.text());
      assertEquals(0, namespace.specReplicas("patient"));
    }
  }

  @Test
  void aStopWithoutADrainSaysHowManyRequestsItCuts() throws Exception {
    String hasty = namespace.podOf("hasty");
    try (PortForward pod = namespace.forward("pod/" + hasty, 8000);
        McpClient agent = namespace.connect(url, "agent");
        var streams = CompletionStreams.begin(pod, 3, 200)) {
      awaitRunning(hasty, 3);
      ToolAnswer stopped = agent.call("stop_vllm", named("hasty"));
      assertFalse(stopped.isError(), stopped.text());
      assertTrue(
          stopped.text().contains("\nThis cut 3 requests: 3 ran and 0 waited just before.\n"),
          stopped.text());
      assertEquals(0, streams.completed());
    }
  }

  @Test
  void ofTwoStopsAtOnceTheFloorLetsOneThrough() throws Exception {
    try (McpClient agent = namespace.connect(url, "agent")) {
      Future<ToolAnswer> first = threads.submit(() -> agent.call("stop_vllm", named("one")));
      Future<ToolAnswer> second = threads.submit(() -> agent.call("stop_vllm", named("two")));
      List<ToolAnswer> answers = List.of(first.get(), second.get());
      assertEquals(1, answers.stream().filter(ToolAnswer::isError).count(), answers.toString());
      assertEquals(1, namespace.specReplicas("one") + namespace.specReplicas("two"));
      ToolAnswer refused = answers.stream().filter(ToolAnswer::isError).findFirst().orElseThrow();
      assertTrue(
          refused.text().startsWith("Refused: 1 replica of the model `shared` must stay ready"),
          refused.text());
    }
  }

  @Test
  void aBudgetHoldsUntilItIsGone() throws Exception {
    try (McpClient agent = namespace.connect(url, "agent")) {
      ToolAnswer refused = agent.call("stop_vllm", named("budgeted"));
      assertTrue(refused.isError(), refused.text());
      assertTrue(
          refused
              .text()
              .startsWith(
                  "Refused: PodDisruptionBudget `keep-one` lets 1 of its pods go now, and a stop of"
                      + " Deployment `budgeted` takes 2 that are ready;"),
          refused.text());
      assertEquals(2, namespace.specReplicas("budgeted"));
      namespace.kubectl("delete", "poddisruptionbudget", "keep-one");
      Waiting.until(
          "the stop takes place once the budget is gone",
          Duration.ofSeconds(30),
          () -> !agent.call("stop_vllm", named("budgeted")).isError());
      assertEquals(0, namespace.specReplicas("budgeted"));
    }
  }

  @Test
  void aDrainThatCouldSeeNoPodIsRefusedOnAdmission() {
    String refused = namespace.refused(SERVER.replace("  capabilities: [Pods]\n", ""));
    assertTrue(refused.contains("a workload with drain needs `capabilities: [Pods]`"), refused);
  }
}
