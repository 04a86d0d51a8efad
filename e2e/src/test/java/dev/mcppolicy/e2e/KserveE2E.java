// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.e2e.McpClient.ToolAnswer;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.testkit.cluster.Artefacts;
import dev.mcppolicy.testkit.cluster.SharedCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * An InferenceService of KServe in the mode Standard, with KServe's real controller as a process of
 * this machine (T122). With the large numbers alone, because to compile it takes minutes.
 */
@ExtendWith({SharedCluster.class, InstalledProduct.class})
@EnabledIfSystemProperty(named = "numbers", matches = "full")
final class KserveE2E {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final JsonObject PATIENT = JsonObject.builder().put("timeout", 40).build();

  private final Product product;

  KserveE2E(Product product) {
    this.product = product;
  }

  @Test
  void stopsAndStartsWhatItMade(@TempDir Path folder) throws Exception {
    HostController.certify(product, folder.resolve("tmp/k8s-webhook-server/serving-certs"));
    try (GuardedNamespace namespace = GuardedNamespace.create(product, "inference-service");
        GuardedNamespace own = GuardedNamespace.create(product, "kserve")) {
      product.apply(own.name(), settings(own.name()));
      try (HostController _ =
          HostController.start(
              product,
              "kserve",
              folder,
              List.of(
                  "--metrics-addr=127.0.0.1:0",
                  "--health-probe-addr=127.0.0.1:0",
                  "--webhook-port=" + freePort()),
              Map.of("POD_NAMESPACE", own.name()))) {
        product.install("inferenceServices=true");
        try {
          stopAndStart(namespace);
        } finally {
          namespace.kubectl(
              "delete", "inferenceservice/llama", "--ignore-not-found"); // a finalizer
          namespace.kubectl("delete", "mcpservers.mcppolicy.dev/srv", "--ignore-not-found");
          product.install();
        }
      }
    }
  }

  /** As KServe ships them, but for clusters without Knative, Istio and ingress. */
  private static String settings(String namespace) throws IOException {
    return Files.readString(Artefacts.controller("kserve").resolve("settings.yaml"))
        .replace("namespace: kserve\n", "namespace: " + namespace + "\n")
        .replace(
            "\"defaultDeploymentMode\": \"Serverless\"", "\"defaultDeploymentMode\": \"Standard\"")
        .replace("\"disableIstioVirtualHost\": false", "\"disableIstioVirtualHost\": true")
        .replace("\"disableIngressCreation\": false", "\"disableIngressCreation\": true");
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void stopAndStart(GuardedNamespace namespace) throws Exception {
    namespace.apply(
        """
        apiVersion: serving.kserve.io/v1beta1
        kind: InferenceService
        metadata: {name: llama, annotations: {serving.kserve.io/deploymentMode: Standard}}
        spec:
          predictor:
            terminationGracePeriodSeconds: 2
            automountServiceAccountToken: false
            containers:
            - name: kserve-container
              image: docker.io/local/vllm-standin:1
              imagePullPolicy: IfNotPresent
              ports: [{containerPort: 8000, protocol: TCP}]
              readinessProbe: {httpGet: {path: /health, port: 8000}, periodSeconds: 1}
              resources: {requests: {cpu: 10m, memory: 16Mi}}
        """,
        """
        apiVersion: mcppolicy.dev/v1alpha1
        kind: McpServer
        metadata: {name: srv}
        spec:
          deployment: {image: "docker.io/local/vllm-mcp-server:0.1.4"}
          transport: {stdio: {container: server, command: [vllm-mcp-server]}}
          workloads:
          - {name: vllm-server, default: true, target: {apiVersion: serving.kserve.io/v1beta1, kind: InferenceService, name: llama}}
        """,
        Manifests.grant("agent", "srv"),
        Manifests.policy("all", "srv", "{stop_vllm: {}, start_vllm: {}, restart_vllm: {}}"));
    awaitReady(namespace);
    namespace.awaitEnforced("all");
    URI url = namespace.publish("srv", 30098);
    try (McpClient agent = namespace.connect(url, "agent")) {
      String stopped = done(agent.call("stop_vllm", PATIENT));
      assertTrue(stopped.contains("KServe was told to stop InferenceService `llama`"), stopped);
      assertFalse(stopped.contains("not confirmed"), stopped);
      assertEquals("True", condition(namespace, "Stopped"));
      assertEquals("", namespace.kubectl("get", "deployments", "-l", MADE, "-o", "name"));

      done(agent.call("start_vllm", JsonObject.builder().put("model", "any").build()));
      awaitReady(namespace);
      String uid = deploymentUid(namespace);
      done(agent.call("restart_vllm"));
      awaitReady(namespace);
      assertFalse(deploymentUid(namespace).equals(uid), "KServe has made it anew");
    }
  }

  private static final String MADE = "serving.kserve.io/inferenceservice=llama";

  private static String deploymentUid(GuardedNamespace namespace) {
    return namespace.kubectl(
        "get", "deployments", "-l", MADE, "-o", "jsonpath={.items[*].metadata.uid}");
  }

  private static void awaitReady(GuardedNamespace namespace) {
    Waiting.until("KServe has it ready", SOON, () -> condition(namespace, "Ready").equals("True"));
  }

  private static String condition(GuardedNamespace namespace, String type) {
    return namespace.kubectl(
        "get",
        "inferenceservice/llama",
        "-o",
        "jsonpath={.status.conditions[?(@.type==\"" + type + "\")].status}");
  }

  private static String done(ToolAnswer answer) {
    assertFalse(answer.isError(), answer::text);
    return answer.text();
  }
}
