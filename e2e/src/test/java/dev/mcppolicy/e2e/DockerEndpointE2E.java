// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.e2e.McpClient.ToolAnswer;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.testkit.cluster.SharedCluster;
import dev.mcppolicy.testkit.engine.EngineCertificates;
import dev.mcppolicy.testkit.engine.NarrowEndpoint;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Containers of this machine as the targets of a sidecar in a pod, through the chart and the narrow
 * endpoint of {@code examples/docker-endpoint} before this machine's engine (T125).
 */
@ExtendWith({SharedCluster.class, InstalledProduct.class})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DockerEndpointE2E {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String LABEL = "mcppolicy.dev/managed=true";

  private final Product product;
  private final GuardedNamespace namespace;
  private final Command command;
  private final String mark =
      "mcp-policy-e2e-" + Long.toHexString(ThreadLocalRandom.current().nextLong());
  private final String vllm = mark + "-vllm_1";
  private final String undeclared = mark + "-undeclared";
  private final String unlabelled = mark + "-unlabelled";
  private String listed = "";

  DockerEndpointE2E(Product product) {
    this.product = product;
    this.namespace = GuardedNamespace.create(product, "engine");
    this.command = new Command(product.repository(), Map.of(), Duration.ofMinutes(1));
  }

  @BeforeAll
  void runContainers() {
    run(vllm, "--label", LABEL);
    run(undeclared, "--label", LABEL);
    run(unlabelled);
  }

  @AfterAll
  void clean() {
    command.attempt("", "docker", "rm", "--force", vllm, undeclared, unlabelled);
    namespace.close();
    product.install();
  }

  private void run(String name, String... options) {
    var words = new ArrayList<>(List.of("docker", "run", "--detach", "--network=none"));
    words.addAll(List.of("--name", name));
    words.addAll(List.of(options));
    words.add("local/vllm-standin:1");
    command.run(words.toArray(String[]::new));
  }

  private String inspected(String container, String field) {
    return command.run("docker", "inspect", "--format", "{{" + field + "}}", container).strip();
  }

  private String status(String container) {
    return inspected(container, ".State.Status");
  }

  /** By which a pod reaches this machine: its node is a container of the engine's own network. */
  private String address() {
    return command
        .run(
            "docker",
            "network",
            "inspect",
            "--format",
            "{{(index .IPAM.Config 0).Gateway}}",
            "bridge")
        .strip();
  }

  private static String secret(EngineCertificates certificates) throws IOException {
    return """
        apiVersion: v1
        kind: Secret
        metadata: {name: gpu-box-docker}
        data: {ca.crt: %s, tls.crt: %s, tls.key: %s}
        """
        .formatted(
            base64(certificates.authority()),
            base64(certificates.clientCertificate()),
            base64(certificates.clientKey()));
  }

  private static String base64(Path file) throws IOException {
    return Base64.getEncoder().encodeToString(Files.readAllBytes(file));
  }

  /** The example as it is, for this machine, with a workload more. */
  private String server(String name) throws IOException {
    return Files.readString(product.repository().resolve("examples/docker-endpoint/server.yaml"))
            .replace("name: gpu-box\n", "name: " + name + "\n")
            .replace("gpu-box.example.com:2376", listed)
            .replace("name: vllm}", "name: " + vllm + "}")
        + "    - {name: foreign, target: {apiVersion: mcppolicy.dev/v1alpha1, kind: Container, name: "
        + unlabelled
        + "}}\n";
  }

  private static String done(ToolAnswer answer) {
    assertFalse(answer.isError(), answer::text);
    return answer.text();
  }

  private static String refused(ToolAnswer answer) {
    assertTrue(answer.isError(), answer::text);
    return answer.text();
  }

  private static JsonObject named(String container) {
    return JsonObject.builder().put("container_name", container).build();
  }

  @Test
  void actsOnDeclaredContainersOfAnotherMachineAlone(@TempDir Path folder) throws Exception {
    String address = address();
    EngineCertificates first = EngineCertificates.make(folder.resolve("first"), address);
    try (NarrowEndpoint endpoint =
        NarrowEndpoint.start(
            product.repository(),
            folder.resolve("endpoint"),
            address,
            first,
            List.of(vllm, unlabelled))) {
      listed = endpoint.uri().getAuthority();
      product.install("dockerEndpoints[0]=" + listed);
      namespace.apply(
          secret(first),
          server("vllm"),
          Manifests.grant("agent", "vllm"),
          Manifests.policy(
              "policy",
              "vllm",
              "{stop_vllm: {}, start_vllm: {}, restart_vllm: {}, get_vllm_logs: {}, list_vllm_containers: {}}"));
      URI url = namespace.publish("vllm", 30095);
      namespace.awaitEnforced("policy");
      try (McpClient agent = namespace.connect(url, "agent")) {
        stopsListsAndStarts(agent);
        leavesOthersAlone(agent);
        takesUpNewCertificates(agent, endpoint, folder);
        restoreSaysWhatToDo();
        refusesOnceTheChartNoLongerListsIt(agent);
      }
    }
  }

  private void stopsListsAndStarts(McpClient agent) throws Exception {
    String listing = done(agent.call("list_vllm_containers"));
    assertTrue(listing.contains("`vllm-server` (default)"), listing);
    assertTrue(listing.contains(vllm), listing);
    assertTrue(done(agent.call("get_vllm_logs")).contains("serving the stand-in"));
    String id = inspected(vllm, ".Id");
    String stopped = done(agent.call("stop_vllm"));
    assertTrue(stopped.startsWith("Stopped `vllm-server`"), stopped);
    assertEquals("exited", status(vllm));
    assertEquals(id, inspected(vllm, ".Id"), "nothing was removed");
    String started = done(agent.call("start_vllm", any()));
    assertTrue(started.startsWith("Started `vllm-server`"), started);
    assertEquals("running", status(vllm));
    String before = inspected(vllm, ".State.StartedAt");
    done(agent.call("restart_vllm"));
    assertNotEquals(before, inspected(vllm, ".State.StartedAt"));
    String record =
        namespace.kubectl(
            "logs",
            "--selector",
            "mcppolicy.dev/server=vllm",
            "--container",
            "mcp-policy-proxy",
            "--tail=-1");
    assertTrue(
        record.lines().anyMatch(line -> line.contains("\"changes\"") && line.contains(vllm)),
        record);
  }

  private static JsonObject any() {
    return JsonObject.builder().put("model", "any").build();
  }

  /** One that nobody declared, by its own name; one that is declared and carries no label. */
  private void leavesOthersAlone(McpClient agent) throws Exception {
    String byName = refused(agent.call("stop_vllm", named(undeclared)));
    assertTrue(byName.contains("does not exist here"), byName);
    String noLabel = refused(agent.call("stop_vllm", named("foreign")));
    assertTrue(noLabel.contains("mcppolicy.dev/managed"), noLabel);
    assertEquals("running", status(undeclared));
    assertEquals("running", status(unlabelled));
  }

  private void takesUpNewCertificates(McpClient agent, NarrowEndpoint endpoint, Path folder)
      throws Exception {
    String pod = namespace.serverPod("vllm").getMetadata().getUid();
    EngineCertificates second =
        EngineCertificates.make(folder.resolve("second"), endpoint.uri().getHost());
    endpoint.renew(second);
    Waiting.until(
        "the endpoint has another authority", LIMIT, () -> agent.call("get_vllm_logs").isError());
    String untrusted = refused(agent.call("stop_vllm"));
    assertTrue(untrusted.contains(endpoint.uri().toString()), untrusted);
    assertEquals("running", status(vllm), "who is not trusted is not asked");
    namespace.apply(secret(second));
    Waiting.until(
        "the sidecar has the new Secret", LIMIT, () -> !agent.call("stop_vllm").isError());
    assertEquals("exited", status(vllm));
    done(agent.call("start_vllm", any()));
    assertEquals(pod, namespace.serverPod("vllm").getMetadata().getUid(), "without a restart");
  }

  private void restoreSaysWhatToDo() {
    Command.Outcome restored =
        new Command(
                product.repository(),
                Map.of(
                    "KUBECONFIG",
                    product.cluster().kubeconfig().toString(),
                    "MCP_POLICY_AOT",
                    "off"),
                Duration.ofMinutes(1))
            .attempt(
                "",
                "./mcp-policy",
                "restore",
                "vllm",
                "vllm-server",
                "--namespace",
                namespace.name());
    assertEquals(1, restored.exitCode(), restored::output);
    assertTrue(restored.output().contains("run `docker start " + vllm + "`"), restored::output);
  }

  private void refusesOnceTheChartNoLongerListsIt(McpClient agent) throws Exception {
    assertTrue(role().contains("gpu-box-docker"), "the sidecar may read it");
    product.install();
    Waiting.until(
        "the status says which value is missing",
        LIMIT,
        () ->
            namespace
                .kubectl(
                    "get",
                    "mcpservers.mcppolicy.dev/vllm",
                    "-o",
                    "jsonpath={.status.conditions[?(@.type==\"RightsMissing\")].message}")
                .contains("add `" + listed + "` to the chart value `dockerEndpoints`"));
    namespace.awaitEnforced("policy");
    assertFalse(role().contains("gpu-box-docker"), "nor may the sidecar read what opens it");
    String said = refused(agent.call("stop_vllm"));
    assertTrue(said.contains("dockerEndpoints"), said);
    assertEquals("running", status(vllm));

    String another = namespace.refused(server("another"));
    assertTrue(
        another.contains("spec.docker.endpoint: ") && another.contains("`dockerEndpoints`"),
        another);
  }

  private String role() {
    return namespace.kubectl("get", "role/vllm-mcp", "-o", "jsonpath={.rules}");
  }
}
