// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.mcppolicy.testkit.cluster.SharedCluster;
import java.net.URI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** An operator that starts again, and a chart that is applied again, change nothing. */
@ExtendWith({SharedCluster.class, InstalledProduct.class})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class UpgradeE2E {
  private final Product product;
  private final GuardedNamespace settled;
  private final GuardedNamespace changing;

  UpgradeE2E(Product product) {
    this.product = product;
    settled = GuardedNamespace.create(product, "settled");
    changing = GuardedNamespace.create(product, "changing");
  }

  @AfterAll
  void deleteNamespaces() {
    settled.close();
    changing.close();
  }

  @Test
  void secondStartWritesNothing() throws Exception {
    for (GuardedNamespace namespace : new GuardedNamespace[] {settled, changing}) {
      namespace.apply(
          Manifests.server("vllm", "vllm"),
          Manifests.grant("agent", "vllm"),
          Manifests.policy("policy", "vllm", "{vllm_status: {}}"));
    }
    settled.awaitEnforced("policy");
    changing.awaitEnforced("policy");
    URI url = settled.publish("vllm", 30090);
    try (McpClient agent = settled.connect(url, "agent")) {
      settled.awaitAnswers(url, "agent", "vllm_status");
      settled.kubectl("wait", "--for=condition=Ready", "mcpsrv/vllm", "--timeout=60s");
      String before = versions();

      product.install();
      product.kubectl("rollout", "restart", "--namespace", Product.SYSTEM_NAMESPACE, "deployment");
      product.kubectl(
          "rollout",
          "status",
          "--namespace",
          Product.SYSTEM_NAMESPACE,
          "deployment",
          "--timeout=120s");
      // A change that the new operator carries through shows that it has looked at everything.
      Waiting.until(
          "the new operator takes changes",
          java.time.Duration.ofSeconds(60),
          () ->
              changing
                      .attemptApply(
                          Manifests.policy("policy", "vllm", "{vllm_status: {}, list_models: {}}"))
                      .exitCode()
                  == 0);
      changing.awaitEnforced("policy");

      assertEquals(before, versions());
      assertFalse(agent.call("vllm_status").isError(), "the pod served on");
    }
  }

  /** Every object that the operator writes and its version, which each write changes. */
  private String versions() {
    return settled.kubectl(
        "get",
        "mcpsrv,mcppol,mcpgr,mcpserverstates,secrets,services,serviceaccounts,roles,rolebindings,deployments,pods",
        "-o",
        "jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.resourceVersion}{\"\\n\"}{end}");
  }
}
