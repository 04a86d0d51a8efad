// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import static dev.mcppolicy.e2e.ContestedServer.ANY_MODEL;
import static dev.mcppolicy.e2e.ContestedServer.SOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.e2e.McpClient.ToolAnswer;
import dev.mcppolicy.testkit.cluster.SharedCluster;
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
 * A workload of KEDA, with its real operator as a process of this machine (T123). With the large
 * numbers alone, because to compile it takes longer than everything else.
 */
@ExtendWith({SharedCluster.class, InstalledProduct.class})
@EnabledIfSystemProperty(named = "numbers", matches = "full")
final class KedaE2E {
  private final Product product;

  KedaE2E(Product product) {
    this.product = product;
  }

  @Test
  void scalesUpAgainUntilAStopMayPauseIt(@TempDir Path folder) throws Exception {
    Path certificates = folder.resolve("certs");
    HostController.certify(product, certificates);
    Files.copy(certificates.resolve("tls.crt"), certificates.resolve("ca.crt"));
    try (GuardedNamespace namespace = GuardedNamespace.create(product, "contested-keda");
        HostController keda =
            HostController.start(
                product,
                "keda",
                folder,
                List.of(
                    "--metrics-bind-address=127.0.0.1:0",
                    "--health-probe-bind-address=127.0.0.1:0",
                    "--metrics-service-bind-address=127.0.0.1:0",
                    "--enable-webhook-patching=false",
                    "--enable-apiservice-patching=false",
                    "--cert-dir=" + certificates),
                Map.of(
                    "WATCH_NAMESPACE", namespace.name(),
                    "POD_NAMESPACE", namespace.name(),
                    "KEDA_CLUSTER_OBJECT_NAMESPACE", namespace.name()))) {
      namespace.apply(
          Manifests.modelServer("vllm", 2, "1ms"),
          """
          apiVersion: keda.sh/v1alpha1
          kind: ScaledObject
          metadata: {name: vllm}
          spec:
            scaleTargetRef: {name: vllm}
            pollingInterval: 2
            minReplicaCount: 0
            maxReplicaCount: 3
            triggers:
            - type: cron
              metadata: {timezone: Etc/UTC, start: "0 0 * * *", end: "59 23 * * *", desiredReplicas: "2"}
          """);
      try {
        untilItIsPaused(ContestedServer.guard(product, namespace), keda);
      } finally {
        namespace.kubectl("delete", "scaledobject/vllm", "--ignore-not-found"); // has a finalizer
        product.install();
      }
    }
  }

  private void untilItIsPaused(ContestedServer server, HostController keda) throws Exception {
    GuardedNamespace namespace = server.namespace();
    namespace.kubectl("scale", "deployment/vllm", "--replicas=0");
    Waiting.until("KEDA scales up again", SOON, () -> namespace.specReplicas("vllm") > 0);
    server.awaitContested("ChangesRefused");
    URI url = namespace.publish("srv", 30097);
    try (McpClient agent = namespace.connect(url, "agent")) {
      ToolAnswer refused = server.refusedStop(agent, "KEDA (ScaledObject `vllm`)");
      assertTrue(refused.text().contains("`contested.keda.pause`"), refused::text);

      product.install("contested.keda.pause=true");
      server.follow(refused);
      server.awaitContested("PausedWithAStop");

      ToolAnswer stopped = agent.call("stop_vllm");
      assertFalse(stopped.isError(), stopped::text);
      assertTrue(stopped.text().contains("ScaledObject `vllm` is paused at 0"), stopped::text);
      assertEquals("0", paused(namespace));
      long until = System.nanoTime() + Duration.ofSeconds(10).toNanos(); // five of its intervals
      Waiting.until(
          "KEDA has had its time",
          SOON,
          () -> {
            assertEquals(0, namespace.specReplicas("vllm"));
            return System.nanoTime() > until && keda.logged("") > 0;
          });

      ToolAnswer started = agent.call("start_vllm", ANY_MODEL);
      assertFalse(started.isError(), started::text);
      assertEquals("", paused(namespace));
      assertTrue(namespace.specReplicas("vllm") > 0, started::text);

      ToolAnswer again = agent.call("stop_vllm");
      assertFalse(again.isError(), again::text);
    }
    assertEquals("0", paused(namespace));
    Command.Outcome restored =
        product.attempt(
            "", List.of("./mcp-policy", "restore", "srv", "--namespace", namespace.name()));
    assertEquals(0, restored.exitCode(), restored::output);
    assertTrue(restored.output().contains("ScaledObject `vllm` was released"), restored::output);
    assertEquals("", paused(namespace));
    Waiting.until("it runs again", SOON, () -> namespace.specReplicas("vllm") > 0);
  }

  private static String paused(GuardedNamespace namespace) {
    return namespace.kubectl(
        "get",
        "scaledobject/vllm",
        "-o",
        "jsonpath={.metadata.annotations.autoscaling\\.keda\\.sh/paused-replicas}");
  }
}
