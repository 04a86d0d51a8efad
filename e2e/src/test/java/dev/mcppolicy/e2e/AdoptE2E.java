// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.e2e.McpClient.ToolAnswer;
import dev.mcppolicy.testkit.cluster.SharedCluster;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** examples/adopt is true: a Deployment that exists is guarded by one label. */
@ExtendWith({SharedCluster.class, InstalledProduct.class})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AdoptE2E {
  private static final String LABEL = "mcppolicy.dev/server: vllm";
  private static final String INITIALIZE =
      """
      {"jsonrpc":"2.0","id":"first","method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"e2e","version":"1"}}}
      """;

  private final Product product;
  private final GuardedNamespace namespace;

  AdoptE2E(Product product) {
    this.product = product;
    namespace = GuardedNamespace.create(product, "adopt");
  }

  @AfterAll
  void deleteNamespace() {
    namespace.close();
  }

  @Test
  void oneLabelPutsDeploymentBehindPolicy() throws Exception {
    namespace.apply(Manifests.modelServer("vllm", 2, "1ms"));
    String labelled = example("server.yaml");
    namespace.apply(withoutLabel(labelled));
    namespace.awaitRollout("mcp-server");
    assertTrue(
        answersOnStandardInput("deployment/mcp-server"),
        "before: whoever may attach speaks to the server");

    namespace.apply(example("policy.yaml"));
    namespace.apply(labelled);
    namespace.awaitRollout("mcp-server");
    namespace.awaitEnforced("agents");

    Pod pod = namespace.serverPod("vllm");
    assertEquals(
        "mcp-policy-proxy", pod.getSpec().getInitContainers().getFirst().getName(), "first");
    Container server = pod.getSpec().getContainers().getFirst();
    assertEquals("/bridge/stdio-bridge", server.getCommand().getFirst());
    assertEquals("vllm-mcp-server", server.getCommand().getLast());
    assertFalse(Boolean.TRUE.equals(server.getStdin()), "stdin is left to the bridge");

    URI url = namespace.publish("vllm", 30091);
    try (McpClient agent = namespace.connect(url, "agent")) {
      namespace.awaitAnswers(url, "agent", "vllm_status");
      assertEquals(3, agent.tools().size(), () -> "tools of the policy");
      assertFalse(agent.call("vllm_status").isError());
      assertTrue(agent.call("vllm_chat", Messages.one("x")).text().startsWith("Denied by policy"));
      ToolAnswer stop = agent.call("stop_vllm");
      assertFalse(stop.isError(), stop.text());
      assertEquals(0, namespace.specReplicas("vllm"));
    }
  }

  private String example(String file) throws IOException {
    return Files.readString(product.repository().resolve("examples/adopt").resolve(file));
  }

  /** The Deployment as it was before somebody added the one line. */
  private static String withoutLabel(String manifest) {
    List<String> lines = new ArrayList<>(manifest.lines().toList());
    List<String> label = lines.stream().filter(line -> line.strip().equals(LABEL)).toList();
    assertEquals(1, label.size(), "the label is one line of the example");
    lines.removeAll(label);
    return String.join("\n", lines);
  }

  /** Whether the container's own standard input leads to the MCP server. */
  private boolean answersOnStandardInput(String resource) throws Exception {
    var builder =
        new ProcessBuilder(
            product.kubectlBinary().toString(),
            "attach",
            "--namespace",
            namespace.name(),
            resource,
            "--container",
            "mcp",
            "--stdin",
            "--quiet");
    builder.redirectErrorStream(true);
    builder
        .environment()
        .put("KUBECONFIG", Path.of(product.cluster().kubeconfig().toString()).toString());
    Process attached = builder.start();
    try {
      var output = Collections.synchronizedList(new ArrayList<String>());
      Thread reader =
          Thread.ofVirtual()
              .start(
                  () -> attached.inputReader(StandardCharsets.UTF_8).lines().forEach(output::add));
      var input = attached.getOutputStream();
      input.write(INITIALIZE.getBytes(StandardCharsets.UTF_8));
      input.flush();
      Waiting.until(
          "the server answered, or the attachment was refused",
          Duration.ofSeconds(20),
          () -> answered(output) || !reader.isAlive());
      return answered(output);
    } finally {
      attached.destroy();
    }
  }

  private static boolean answered(List<String> output) {
    synchronized (output) {
      return output.stream().anyMatch(line -> line.contains("\"serverInfo\""));
    }
  }
}
