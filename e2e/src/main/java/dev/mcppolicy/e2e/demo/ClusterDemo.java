// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e.demo;

import dev.mcppolicy.e2e.McpClient;
import dev.mcppolicy.e2e.McpClient.RefusedException;
import dev.mcppolicy.e2e.McpClient.ToolAnswer;
import dev.mcppolicy.e2e.PortForward;
import dev.mcppolicy.e2e.Product;
import dev.mcppolicy.e2e.Product.Credentials;
import dev.mcppolicy.e2e.Waiting;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The main job, on a real cluster: install, ten stops by an agent, an eleventh that is denied, a
 * tool that is denied until a policy allows it.
 *
 * <p>Every sentence that begins with `ok:` was looked up, at the API server or in the answer; one
 * that does not hold ends the demo.
 */
final class ClusterDemo {
  private static final String NAMESPACE = "inference";
  private static final String WORKLOAD = "vllm";
  private static final int REPLICAS = 2;
  private static final JsonObject START =
      JsonObject.builder().put("model", "meta-llama/Llama-3.1-8B-Instruct").build();

  /** Ten stops and nine starts take a few seconds, the wait for the last stop a few more. */
  private static final int LATEST_SECOND_TO_BEGIN = 25;

  private final Product product;
  private final Narration narration;
  private final InstantSource clock;

  ClusterDemo(Product product, Narration narration, InstantSource clock) {
    this.product = product;
    this.narration = narration;
    this.clock = clock;
  }

  void run(Product.Images images) throws IOException, RefusedException {
    install(images);
    deploy();
    try (PortForward tunnel = openTunnel()) {
      URI url = URI.create("https://localhost:" + tunnel.port() + "/mcp");
      Credentials agentCredentials = product.credentials(NAMESPACE, "agent");
      Credentials operatorCredentials = product.credentials(NAMESPACE, "operator");
      narration.say(
          "the agent's Secret agent-token holds token, url ("
              + agentCredentials.url()
              + ") and ca.crt");
      try (McpClient agent =
              McpClient.connect(url, agentCredentials.token(), agentCredentials.caPem());
          McpClient operator =
              McpClient.connect(url, operatorCredentials.token(), operatorCredentials.caPem())) {
        list(agent);
        tenStopsAndAnEleventh(agent, operator);
        anotherTool(agent);
      }
    }
  }

  private void install(Product.Images images) throws IOException {
    narration.chapter("Install");
    narration.say(
        "loading the images of operator, sidecar, vllm-mcp-server and a stand-in for vLLM");
    product.loadImages(images);
    command(product.helmInstall());
    command(List.of("kubectl", "get", "pods", "--namespace", Product.SYSTEM_NAMESPACE));
  }

  private void deploy() {
    narration.chapter("A model, an MCP server behind the gate, two callers");
    command(List.of("kubectl", "create", "namespace", NAMESPACE));
    command(
        List.of(
            "kubectl",
            "apply",
            "--namespace",
            NAMESPACE,
            "--filename",
            "examples/quickstart/vllm.yaml",
            "--filename",
            "examples/quickstart/quickstart.yaml",
            "--filename",
            "examples/quickstart/operator.yaml"));
    command(
        List.of(
            "kubectl",
            "wait",
            "--namespace",
            NAMESPACE,
            "--for=condition=Enforced",
            "mcppolicy",
            "--all",
            "--timeout=120s"));
    command(
        List.of(
            "kubectl",
            "wait",
            "--namespace",
            NAMESPACE,
            "--for=condition=Available",
            "deployment",
            "--all",
            "--timeout=60s"));
    command(
        List.of(
            "kubectl", "get", "--namespace", NAMESPACE, "mcpservers,mcppolicies,mcpgrants,pods"));
  }

  private PortForward openTunnel() throws IOException {
    narration.chapter("The callers connect");
    narration.command("kubectl port-forward --namespace " + NAMESPACE + " service/vllm-mcp :443");
    return PortForward.open(
        product.kubectlBinary(),
        product.cluster().kubeconfig(),
        NAMESPACE,
        "service/vllm-mcp",
        443);
  }

  private void list(McpClient agent) throws IOException, RefusedException {
    List<String> tools = agent.tools();
    narration.say("agent    tools/list -> " + tools);
    narration.check(
        tools.equals(List.of("stop_vllm")),
        "the agent sees stop_vllm alone, of the server's 12 tools",
        "it sees " + tools);
  }

  private void tenStopsAndAnEleventh(McpClient agent, McpClient operator)
      throws IOException, RefusedException {
    narration.chapter("Ten stops in one minute, and an eleventh");
    beginEarlyInAMinute();
    Instant minute = clock.instant();
    for (int stop = 1; stop <= 10; stop++) {
      int before = product.specReplicas(NAMESPACE, WORKLOAD);
      ToolAnswer answer = agent.call("stop_vllm");
      narration.call("agent", "stop_vllm", answer.text());
      int after = product.specReplicas(NAMESPACE, WORKLOAD);
      narration.check(
          !answer.isError() && before == REPLICAS && after == 0,
          "stop " + stop + " of 10: spec.replicas went " + before + " -> " + after,
          answer.text());
      if (stop < 10) {
        start(operator);
      }
    }
    Waiting.until(
        "status.replicas of " + WORKLOAD + " is 0",
        Duration.ofSeconds(20),
        () -> product.statusReplicas(NAMESPACE, WORKLOAD) == 0);
    narration.check(
        product.statusReplicas(NAMESPACE, WORKLOAD) == 0,
        "status.replicas is 0: the pods are gone",
        "some are left");
    start(operator);
    ToolAnswer eleventh = agent.call("stop_vllm");
    narration.call("agent", "stop_vllm", eleventh.text());
    narration.check(
        Duration.between(minute, clock.instant()).toSeconds() < 60,
        "all of this was one calendar minute",
        "this machine was too slow; run the demo again");
    narration.check(
        eleventh.isError()
            && eleventh.text().contains("limited to 10 calls a minute")
            && eleventh.text().contains("Next call possible in"),
        "the eleventh is denied and says when the next is possible",
        eleventh.text());
    narration.check(
        product.specReplicas(NAMESPACE, WORKLOAD) == REPLICAS,
        "the workload was left alone: spec.replicas is " + REPLICAS,
        "it is " + product.specReplicas(NAMESPACE, WORKLOAD));
  }

  private void start(McpClient operator) throws IOException, RefusedException {
    ToolAnswer started = operator.call("start_vllm", START);
    narration.call("operator", "start_vllm", started.text());
    int replicas = product.specReplicas(NAMESPACE, WORKLOAD);
    narration.check(
        !started.isError() && replicas == REPLICAS,
        "started again with " + REPLICAS + " replicas",
        "spec.replicas is " + replicas + ": " + started.text());
  }

  /** Windows are calendar minutes: eleven calls must fall into one. */
  private void beginEarlyInAMinute() {
    long second = clock.instant().getEpochSecond() % 60;
    if (second > LATEST_SECOND_TO_BEGIN) {
      narration.say(
          "windows are calendar minutes: waiting " + (60 - second) + " s for the next to begin");
      long wakeMillis = (clock.instant().getEpochSecond() / 60 + 1) * 60_000;
      while (clock.instant().toEpochMilli() < wakeMillis) {
        LockSupport.parkUntil(wakeMillis);
      }
    } else {
      narration.say("windows are calendar minutes: this one is " + second + " s old");
    }
  }

  private void anotherTool(McpClient agent) throws IOException, RefusedException {
    narration.chapter("Another tool, and a policy that allows it");
    // The tool asks the model, and waits a minute for one that is only starting.
    product.kubectl(
        "rollout", "status", "--namespace", NAMESPACE, "deployment/" + WORKLOAD, "--timeout=60s");
    ToolAnswer denied = agent.call("vllm_status");
    narration.call("agent", "vllm_status", denied.text());
    narration.check(
        denied.isError() && denied.text().startsWith("Denied by policy"),
        "a tool that no rule names is denied",
        denied.text());
    command(
        List.of(
            "kubectl",
            "apply",
            "--namespace",
            NAMESPACE,
            "--filename",
            "examples/quickstart/agent-may-look.yaml"));
    Instant applied = clock.instant();
    Waiting.until(
        "the new policy decides",
        Duration.ofSeconds(10),
        // a call would also measure how long the server takes to answer it
        () -> agent.tools().contains("vllm_status"));
    Duration took = Duration.between(applied, clock.instant());
    ToolAnswer allowed = agent.call("vllm_status");
    narration.call("agent", "vllm_status", allowed.text());
    narration.check(
        took.toMillis() < 1000 && !allowed.text().startsWith("Denied by policy"),
        "the new policy decided " + took.toMillis() + " ms after kubectl apply returned",
        "it took " + took.toMillis() + " ms");
    narration.say("agent    tools/list -> " + agent.tools());
  }

  private void command(List<String> words) {
    narration.command(String.join(" ", words));
    narration.output(product.run(words));
  }
}
