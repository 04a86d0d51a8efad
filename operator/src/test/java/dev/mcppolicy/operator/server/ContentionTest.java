// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.mcppolicy.api.v1alpha1.McpServer;
import dev.mcppolicy.bundle.Contested;
import dev.mcppolicy.bundle.Safeguards;
import dev.mcppolicy.operator.Resources;
import dev.mcppolicy.operator.contested.ContestedSettings;
import dev.mcppolicy.operator.contested.ContestedWorkloads;
import dev.mcppolicy.operator.watch.Cluster;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ContentionTest {
  /** Where nobody can be looked for, what may be contested is refused; a container cannot be. */
  @Test
  void looksForNobodyWhoScalesAContainer() {
    McpServer server =
        Resources.server(
            "vllm",
            """
            {transport: {stdio: {}},
             docker: {endpoint: "https://gpu-box:2376", tlsSecretName: s, requiredLabels: {a: b}},
             workloads: [{name: box, target: {apiVersion: mcppolicy.dev/v1alpha1, kind: Container, name: vllm}},
                         {name: pods, target: {apiVersion: apps/v1, kind: Deployment, name: vllm}}]}
            """);
    try (KubernetesClient nowhere =
            new KubernetesClientBuilder()
                .withConfig(
                    new ConfigBuilder()
                        .withMasterUrl("https://127.0.0.1:1")
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
        Cluster cluster = new Cluster(nowhere, Set.of());
        var contested =
            new ContestedWorkloads(
                nowhere,
                cluster,
                new ContestedSettings(true, true, false, true, true, "argocd"),
                Duration.ofDays(1))) {
      Map<String, Safeguards> found =
          Contention.into(Map.of(), server, contested, Optional.empty());
      assertEquals(Set.of("pods"), found.keySet());
      assertInstanceOf(
          Contested.Refused.class,
          found.getOrDefault("pods", Safeguards.NONE).contested().orElseThrow());
    }
  }
}
