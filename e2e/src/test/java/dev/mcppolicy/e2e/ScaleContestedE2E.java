// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import static dev.mcppolicy.e2e.ContestedServer.ANY_MODEL;
import static dev.mcppolicy.e2e.ContestedServer.SOON;
import static dev.mcppolicy.e2e.ContestedServer.done;
import static dev.mcppolicy.e2e.ContestedServer.soon;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.mcppolicy.e2e.McpClient.ToolAnswer;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.testkit.cluster.SharedCluster;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Workloads that somebody else scales, too, with real controllers: Kubernetes' own
 * HorizontalPodAutoscaler, and the kustomize-controller of Flux as a process of this machine
 * (T123).
 */
@ExtendWith({SharedCluster.class, InstalledProduct.class})
final class ScaleContestedE2E {
  private final Product product;

  ScaleContestedE2E(Product product) {
    this.product = product;
  }

  @Test
  void anAutoscalerRestsWhileItIsStopped() throws Exception {
    try (GuardedNamespace namespace = GuardedNamespace.create(product, "contested-hpa")) {
      namespace.apply(
          Manifests.modelServer("vllm", 2, "1ms"),
          """
          apiVersion: autoscaling/v2
          kind: HorizontalPodAutoscaler
          metadata: {name: vllm}
          spec:
            minReplicas: 2
            maxReplicas: 3
            scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: vllm}
          """);
      ContestedServer server = ContestedServer.guard(product, namespace);
      namespace.kubectl("scale", "deployment/vllm", "--replicas=1");
      server.awaitReplicas("the autoscaler holds its minimum", 2);
      server.awaitContested("RestsAtZero");
      URI url = namespace.publish("srv", 30095);
      try (McpClient agent = namespace.connect(url, "agent")) {
        String stopped = done(agent.call("stop_vllm")).text();
        assertTrue(
            stopped.contains("HorizontalPodAutoscaler `vllm` rests while there are no replicas"),
            stopped);
        Waiting.until(
            "the autoscaler has looked and rests",
            SOON,
            () -> {
              assertEquals(0, namespace.specReplicas("vllm"));
              return namespace
                  .kubectl(
                      "get",
                      "hpa/vllm",
                      "-o",
                      "jsonpath={.status.conditions[?(@.type==\"ScalingActive\")].reason}")
                  .equals("ScalingDisabled");
            });
        namespace.kubectl( // nothing sensible is kept: one would be less than the minimum
            "patch",
            "mcpserverstate/srv",
            "--type=merge",
            "--patch",
            "{\"spec\":{\"workloads\":{\"vllm-server\":{\"previousReplicas\":1}}}}");
        String started = done(agent.call("start_vllm", ANY_MODEL)).text();
        assertTrue(started.contains("HorizontalPodAutoscaler `vllm` scales it"), started);
        assertEquals(2, namespace.specReplicas("vllm"));
      }
    }
  }

  @Test
  void fluxBringsReplicasBackUntilTheRemedyIsApplied(@TempDir Path folder) throws Exception {
    try (GuardedNamespace namespace = GuardedNamespace.create(product, "contested-flux");
        HostController flux =
            HostController.start(
                product,
                "kustomize-controller",
                folder,
                List.of(
                    "--watch-all-namespaces=false",
                    "--metrics-addr=127.0.0.1:0",
                    "--health-addr=127.0.0.1:0",
                    "--interval-jitter-percentage=0"),
                Map.of("RUNTIME_NAMESPACE", namespace.name()))) {
      Artefact artefact =
          Artefact.serve(folder, Manifests.modelServer("vllm", 2, "1ms"), namespace.name());
      try {
        namespace.apply(
            """
            apiVersion: source.toolkit.fluxcd.io/v1
            kind: GitRepository
            metadata: {name: apps}
            spec: {interval: 1h, url: "https://git.invalid/apps"}
            """,
            """
            apiVersion: kustomize.toolkit.fluxcd.io/v1
            kind: Kustomization
            metadata: {name: apps}
            spec:
              interval: 2s
              retryInterval: 2s
              timeout: 30s
              path: ./
              prune: true
              sourceRef: {kind: GitRepository, name: apps}
            """);
        namespace.kubectl(
            "patch",
            "gitrepository/apps",
            "--subresource=status",
            "--type=merge",
            "--patch",
            artefact.status());
        untilItIsMended(ContestedServer.guard(product, namespace), flux);
      } finally {
        namespace.kubectl("delete", "kustomization/apps", "--ignore-not-found"); // has a finalizer
        artefact.close();
      }
    }
  }

  private void untilItIsMended(ContestedServer server, HostController flux) throws Exception {
    GuardedNamespace namespace = server.namespace();
    server.awaitReplicas("Flux has applied", 2);
    namespace.awaitRollout("vllm");
    namespace.kubectl("scale", "deployment/vllm", "--replicas=0");
    server.awaitReplicas("Flux heals", 2);
    server.awaitContested("ChangesRefused");

    URI url = namespace.publish("srv", 30096);
    try (McpClient agent = namespace.connect(url, "agent")) {
      ToolAnswer refused =
          server.refusedStop(
              agent, "Flux (Kustomization `apps` of namespace `" + namespace.name() + "`");
      server.follow(refused);
      server.awaitContested("");
      assertEquals(2, namespace.specReplicas("vllm"), "Flux let go and the number stayed");

      soon(agent, "stop_vllm", JsonObject.EMPTY);
      stays(namespace, flux, 0);
      done(agent.call("start_vllm", ANY_MODEL));
      stays(namespace, flux, 2);
    }
  }

  /** Over four more reconciliations of Flux. */
  private static void stays(GuardedNamespace namespace, HostController flux, int replicas) {
    String reconciled = "Reconciliation finished";
    long wanted = flux.logged(reconciled) + 4;
    Waiting.until(
        "Flux has reconciled four times more",
        SOON,
        () -> {
          assertEquals(replicas, namespace.specReplicas("vllm"));
          return flux.logged(reconciled) >= wanted;
        });
  }

  /** What Flux takes from a source: an archive on a local server, and the status that names it. */
  private record Artefact(HttpServer http, String status) {

    static Artefact serve(Path folder, String manifests, String namespace)
        throws IOException, InterruptedException, java.security.NoSuchAlgorithmException {
      Path sources = Files.createDirectories(folder.resolve("sources"));
      Files.writeString(
          sources.resolve("apps.yaml"),
          manifests.replaceAll(
              "metadata: \\{name: (\\w+)}\n(?=spec)",
              "metadata: {name: $1, namespace: " + namespace + "}\n"));
      Path archive = folder.resolve("apps.tar.gz");
      Process tar =
          new ProcessBuilder("tar", "-czf", archive.toString(), "-C", sources.toString(), ".")
              .inheritIO()
              .start();
      assertEquals(0, tar.waitFor());
      byte[] bytes = Files.readAllBytes(archive);
      HttpServer http =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      http.createContext(
          "/",
          exchange -> {
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
          });
      http.start();
      String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
      Map<String, Object> artifact =
          Map.of(
              "path",
              "apps.tar.gz",
              "url",
              "http://127.0.0.1:" + http.getAddress().getPort() + "/apps.tar.gz",
              "revision",
              "main@sha1:" + digest.substring(0, 40),
              "digest",
              "sha256:" + digest,
              "lastUpdateTime",
              "2026-01-01T00:00:00Z",
              "size",
              bytes.length);
      return new Artefact(
          http,
          new KubernetesSerialization().asJson(Map.of("status", Map.of("artifact", artifact))));
    }

    void close() {
      http.stop(0);
    }
  }
}
