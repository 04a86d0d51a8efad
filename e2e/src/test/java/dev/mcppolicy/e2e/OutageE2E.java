// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.e2e.McpClient.ToolAnswer;
import dev.mcppolicy.testkit.cluster.SharedCluster;
import io.fabric8.kubernetes.api.model.Pod;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The API server cannot be reached, the operator is down, a bundle is missing (T109, T116, T138).
 */
@ExtendWith({SharedCluster.class, InstalledProduct.class})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OutageE2E {
  private static final String POLICY = "{vllm_status: {}, stop_vllm: {}}";
  private static final Duration HEALED_WITHIN = Duration.ofSeconds(90);

  private final Product product;
  private final GuardedNamespace namespace;
  private URI url = URI.create("https://127.0.0.1");

  OutageE2E(Product product) {
    this.product = product;
    namespace = GuardedNamespace.create(product, "outage");
  }

  @BeforeAll
  void startGuardedServer() {
    namespace.apply(
        Manifests.modelServer("vllm", 1, "1ms"),
        Manifests.server("vllm", "vllm"),
        Manifests.grant("agent", "vllm"),
        Manifests.policy("policy", "vllm", POLICY));
    url = namespace.publish("vllm", 30085);
    namespace.awaitEnforced("policy");
    namespace.awaitRollout("vllm");
    namespace.awaitAnswers(url, "agent", "vllm_status");
  }

  @AfterAll
  void deleteNamespace() {
    namespace.close();
  }

  @Test
  void lastGoodPolicyDecidesWhileApiServerIsUnreachable() throws Exception {
    NodeShell node = NodeShell.open(namespace);
    Pod pod = namespace.serverPod("vllm");
    try (McpClient agent = namespace.connect(url, "agent")) {
      assertFalse(agent.call("vllm_status").isError());
      try (AutoCloseable _ = node.cutOffFromApiServer(pod)) {
        assertFalse(agent.call("vllm_status").isError(), "an allowed call");
        assertTrue(agent.call("list_models").text().startsWith("Denied by policy"));

        long startedNanos = System.nanoTime();
        ToolAnswer stop = agent.call("stop_vllm");
        Duration took = Duration.ofNanos(System.nanoTime() - startedNanos);
        assertTrue(stop.isError(), stop.text());
        assertTrue(stop.text().contains("API server"), stop.text());
        assertTrue(took.toSeconds() <= 30, "stop_vllm took " + took);
        assertEquals(1, namespace.specReplicas("vllm"), "the workload was scaled");

        // The new policy cannot arrive; nothing is decided by a part of it.
        namespace.apply(Manifests.policy("policy", "vllm", "{list_models: {}, stop_vllm: {}}"));
        assertFalse(agent.call("vllm_status").isError());
        assertTrue(agent.call("list_models").text().startsWith("Denied by policy"));
      }
      Waiting.until(
          "the policy of the outage decides once it is over",
          HEALED_WITHIN,
          () -> !agent.call("list_models").isError());
      assertTrue(agent.call("vllm_status").text().startsWith("Denied by policy"));
      assertFalse(agent.call("stop_vllm").isError());
      assertEquals(0, namespace.specReplicas("vllm"));
    } finally {
      namespace.apply(
          Manifests.policy("policy", "vllm", POLICY), Manifests.modelServer("vllm", 1, "1ms"));
      namespace.awaitEnforced("policy");
      namespace.awaitRollout("vllm");
    }
  }

  @Test
  void operatorDownRefusesOnlyWhatItGuards() throws Exception {
    try (McpClient agent = namespace.connect(url, "agent");
        AutoCloseable _ = operatorDown()) {
      String refused = namespace.refused(Manifests.labelledPod("late", "vllm", ""));
      assertTrue(refused.contains("mcppolicy.dev") && refused.contains("webhook"), refused);

      namespace.apply(Manifests.bystander("bystander"));
      namespace.awaitReady("bystander");

      assertFalse(agent.call("vllm_status").isError());
      assertTrue(agent.call("list_models").text().startsWith("Denied by policy"));
      assertFalse(agent.call("stop_vllm").isError());
      assertEquals(0, namespace.specReplicas("vllm"));

      namespace.refused(Manifests.policy("policy", "vllm", "{}"));
      namespace.refused(Manifests.policy("another", "vllm", "{}"));
    } finally {
      namespace.apply(Manifests.modelServer("vllm", 1, "1ms"));
    }
  }

  @Test
  void podWithoutBundleServesNothing() throws Exception {
    namespace.apply(
        """
        apiVersion: mcppolicy.dev/v1alpha1
        kind: McpServer
        metadata: {name: bare}
        spec: {transport: {stdio: {container: server}}}
        """,
        Manifests.grant("visitor", "bare"),
        Manifests.policy("bare", "bare", "{vllm_status: {}}"));
    Waiting.until(
        "the bundle of server bare is made",
        Duration.ofSeconds(30),
        () ->
            namespace.client().secrets().inNamespace(namespace.name()).withName("bare-mcp").get()
                != null);
    URI bare = namespace.publish("bare", 30086);
    namespace.apply(
        Manifests.labelledPod("held", "bare", "schedulingGates: [{name: example.org/hold}]"),
        Manifests.bystander("visitor"));
    try (AutoCloseable _ = operatorDown()) {
      namespace.kubectl("delete", "secret", "bare-mcp");
      namespace.kubectl(
          "patch",
          "pod",
          "held",
          "--type=json",
          "--patch=[{\"op\": \"remove\", \"path\": \"/spec/schedulingGates\"}]");
      namespace.kubectl(
          "wait",
          "pod/held",
          "--for=jsonpath={.status.containerStatuses[0].started}=true",
          "--timeout=120s");
      Pod pod = namespace.serverPod("bare");
      namespace.awaitReady("visitor");
      assertTrue(visit(pod, "http", 8081, "/startup").contains("200 OK"));
      assertTrue(visit(pod, "http", 8081, "/live").contains("200 OK"));
      assertTrue(visit(pod, "http", 8081, "/ready").contains("503 "));
      assertTrue(visit(pod, "https", 8443, "/mcp").contains("connection refused"));
      assertEquals(
          "False",
          namespace.kubectl(
              "get",
              "pod",
              "held",
              "-o",
              "jsonpath={.status.conditions[?(@.type==\"Ready\")].status}"));
    }
    // The operator makes the bundle anew, and the same pod begins to serve.
    namespace.awaitReady("held");
    try (McpClient visitor = namespace.connect(bare, "visitor")) {
      Waiting.until(
          "the server's tools are known",
          Duration.ofSeconds(30),
          () -> !visitor.call("vllm_status").isError());
    }
  }

  @Test
  void labelThatNamesNoServerIsRefusedWithWhatToDo() {
    String said = namespace.refused(Manifests.labelledPod("lost", "vlllm", ""));
    assertTrue(
        said.contains("`vlllm` names no McpServer of namespace `" + namespace.name() + "`")
            && said.contains("create that McpServer first, or correct the label"),
        said);
  }

  private String visit(Pod pod, String scheme, int port, String path) {
    return namespace
        .exec(
            "visitor",
            "main",
            "probe",
            "get",
            scheme + "://" + pod.getStatus().getPodIP() + ":" + port + path)
        .output();
  }

  /** Scales the operator to nothing; closing brings it back. */
  private AutoCloseable operatorDown() {
    scaleOperator(0);
    Waiting.until(
        "the operator's pods are gone",
        Duration.ofSeconds(60),
        () ->
            product
                .cluster()
                .client()
                .pods()
                .inNamespace(Product.SYSTEM_NAMESPACE)
                .list()
                .getItems()
                .isEmpty());
    return () -> {
      scaleOperator(1);
      product.install();
      awaitAdmission();
    };
  }

  private void scaleOperator(int replicas) {
    product.kubectl(
        "scale",
        "--namespace",
        Product.SYSTEM_NAMESPACE,
        "deployment",
        "--all",
        "--replicas=" + replicas);
  }

  /** Until the Service's route to the new pod is on the node, webhooks still fail. */
  private void awaitAdmission() {
    Waiting.until(
        "admission works again",
        Duration.ofSeconds(30),
        () ->
            namespace
                    .attemptApply(Manifests.policy("policy", "vllm", POLICY), "--dry-run=server")
                    .exitCode()
                == 0);
  }
}
