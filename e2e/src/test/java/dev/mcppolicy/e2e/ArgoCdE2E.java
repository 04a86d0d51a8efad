// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.e2e.McpClient.ToolAnswer;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.testkit.cluster.SharedCluster;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A workload that Argo CD deploys and heals, with its real application-controller (T123). With the
 * large numbers alone, because to compile it takes minutes.
 */
@ExtendWith({SharedCluster.class, InstalledProduct.class})
@EnabledIfSystemProperty(named = "numbers", matches = "full")
final class ArgoCdE2E {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final JsonObject ANY_MODEL = JsonObject.builder().put("model", "any").build();
  private static final String WORKLOAD = Manifests.modelServer("vllm", 2, "1ms");

  private final Product product;

  ArgoCdE2E(Product product) {
    this.product = product;
  }

  @Test
  void heals(@TempDir Path folder) throws Exception {
    try (GuardedNamespace namespace = GuardedNamespace.create(product, "contested-argocd");
        GuardedNamespace own = GuardedNamespace.create(product, "argocd");
        ArgoCd argoCd = ArgoCd.start(product, folder, "annotation", own.name(), own.name())) {
      product.install("contested.argocd.namespace=" + own.name());
      try {
        namespace.apply(WORKLOAD); // was there before: Argo CD will own no number
        argoCd.commit(WORKLOAD);
        argoCd.deploy(namespace.name(), "");
        assertEquals("", ownerOfReplicas(namespace, "argocd-controller"));
        namespace.kubectl("scale", "deployment/vllm", "--replicas=0");
        Waiting.until("Argo CD heals", SOON, () -> namespace.specReplicas("vllm") == 2);

        untilItIsMended(namespace, own.name(), argoCd);
      } finally {
        product.install();
      }
    }
  }

  @Test
  void bringsReplicasBackWithTheNextCommitThoughItHidesTheDifference(@TempDir Path folder)
      throws Exception {
    try (GuardedNamespace namespace = GuardedNamespace.create(product, "contested-argocd");
        GuardedNamespace own = GuardedNamespace.create(product, "argocd");
        ArgoCd argoCd = ArgoCd.start(product, folder, "label", own.name(), namespace.name())) {
      argoCd.commit(WORKLOAD);
      argoCd.deploy(
          namespace.name(),
          """
          ignoreDifferences:
          - {group: apps, kind: Deployment, jsonPointers: [/spec/replicas]}
          """);
      namespace.kubectl("scale", "deployment/vllm", "--replicas=0");
      argoCd.stays(namespace, 0);
      argoCd.commitAndAwait(labelled("next"));
      assertEquals(2, namespace.specReplicas("vllm"));

      untilItIsMended(namespace, namespace.name(), argoCd);
    }
  }

  private void untilItIsMended(
      GuardedNamespace namespace, String applicationNamespace, ArgoCd argoCd) throws Exception {
    namespace.awaitRollout("vllm");
    namespace.apply(
        Manifests.server("srv", "vllm"),
        Manifests.grant("agent", "srv"),
        Manifests.policy("all", "srv", "{stop_vllm: {}, start_vllm: {}}"));
    awaitContested(namespace, "ChangesRefused");
    URI url = namespace.publish("srv", 30099);
    try (McpClient agent = namespace.connect(url, "agent")) {
      ToolAnswer refused = agent.call("stop_vllm");
      assertTrue(refused.isError(), refused::text);
      assertTrue(
          refused
              .text()
              .contains("Argo CD (Application `llm` of namespace `" + applicationNamespace + "`)"),
          refused::text);
      assertTrue(refused.text().contains("/spec/ignoreDifferences"), refused::text);
      assertTrue(refused.text().contains("RespectIgnoreDifferences=true"), refused::text);
      assertEquals(2, namespace.specReplicas("vllm"), "nothing was tried");

      for (String command : ContestedServer.commands(refused.text())) {
        Command.Outcome outcome = product.attempt("", List.of("sh", "-e", "-c", command));
        assertEquals(0, outcome.exitCode(), () -> command + "\n" + outcome.output());
      }
      awaitContested(namespace, "");

      done(agent.call("stop_vllm"));
      argoCd.stays(namespace, 0);
      argoCd.refreshHard();
      argoCd.stays(namespace, 0);
      argoCd.sync();
      argoCd.stays(namespace, 0);
      argoCd.commitAndAwait(labelled("after-the-stop"));
      argoCd.stays(namespace, 0);

      done(agent.call("start_vllm", ANY_MODEL));
      argoCd.stays(namespace, 2);
      argoCd.sync();
      argoCd.stays(namespace, 2);
    }
  }

  private static String labelled(String value) {
    return WORKLOAD.replace("labels: {app: vllm}", "labels: {app: vllm, revision: " + value + "}");
  }

  private static String ownerOfReplicas(GuardedNamespace namespace, String manager) {
    return namespace.kubectl(
        "get",
        "deployment/vllm",
        "--show-managed-fields",
        "--output",
        "jsonpath={.metadata.managedFields[?(@.manager==\"%s\")].fieldsV1.f:spec.f:replicas}"
            .formatted(manager));
  }

  private static void done(ToolAnswer answer) {
    assertFalse(answer.isError(), answer::text);
  }

  private static void awaitContested(GuardedNamespace namespace, String reason) {
    Waiting.until(
        "ScaleContested with reason `" + reason + "`",
        SOON,
        () ->
            namespace
                .kubectl(
                    "get",
                    "mcpservers.mcppolicy.dev/srv",
                    "-o",
                    "jsonpath={.status.conditions[?(@.type==\"ScaleContested\")].reason}")
                .equals(reason));
    namespace.awaitEnforced("all");
  }
}
