// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.testkit.cluster.SharedCluster;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The transcript in {@code docs/concepts/workloads.md} is what happens: an agent stops and starts,
 * is told what a denied call would have done, and a person restores. What differs from run to run
 * has a name in capitals there. {@code -Dgolden=update} writes it anew.
 */
@ExtendWith({SharedCluster.class, InstalledProduct.class})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TranscriptE2E {
  private static final String BEGIN = "<!-- transcript: written by TranscriptE2E -->\n";
  private static final String END = "<!-- end of the transcript -->";

  private final Path document;
  private final Product product;
  private final GuardedNamespace namespace;
  private final StringBuilder transcript = new StringBuilder();
  private URI url = URI.create("https://127.0.0.1");

  TranscriptE2E(Product product) {
    this.product = product;
    this.document = product.repository().resolve("docs/concepts/workloads.md");
    this.namespace = GuardedNamespace.create(product, "transcript");
  }

  @BeforeAll
  void startGuardedServer() {
    namespace.apply(
        Manifests.modelServer("vllm", 2, "1ms"),
        """
        apiVersion: mcppolicy.dev/v1alpha1
        kind: McpServer
        metadata: {name: vllm}
        spec:
          deployment:
            image: docker.io/local/vllm-mcp-server:0.1.4
            env: [{name: VLLM_BASE_URL, value: "http://vllm:8000"}]
          transport: {stdio: {container: server, command: [vllm-mcp-server]}}
          workloads:
          - {name: vllm-server, default: true, model: llama, target: {apiVersion: apps/v1, kind: Deployment, name: vllm}}
          capabilities: [Pods]
        """,
        Manifests.grant("ops-agent", "vllm"),
        Manifests.policy(
            "vllm-operations",
            "vllm",
            "{stop_vllm: {}, start_vllm: {}, list_vllm_containers: {},"
                + " restart_vllm: {approval: {approvers: {groups: [on-call]}}}}"));
    url = namespace.publish("vllm", 30096);
    namespace.awaitEnforced("vllm-operations");
    namespace.awaitRollout("vllm");
  }

  @AfterAll
  void deleteNamespace() {
    namespace.close();
  }

  @Test
  void theTranscriptInTheDocumentIsWhatHappens() throws Exception {
    try (McpClient agent = namespace.connect(url, "ops-agent")) {
      say(
          "An agent looks, is told what a denied call would have done, and stops the model server:");
      begin();
      call(agent, "list_vllm_containers", JsonObject.EMPTY);
      call(agent, "restart_vllm", JsonObject.EMPTY);
      call(agent, "stop_vllm", JsonObject.builder().put("timeout", 30).build());
      end();

      say(
          "To stop it again changes nothing, another's workload cannot be named, and it comes back:");
      begin();
      call(agent, "stop_vllm", JsonObject.EMPTY);
      call(agent, "stop_vllm", JsonObject.builder().put("container_name", "../other/vllm").build());
      call(agent, "start_vllm", JsonObject.builder().put("model", "llama").build());
      end();
      namespace.awaitRollout("vllm");

      say(
          "It is stopped once more. A person looks who did that, and brings it back, without any agent:");
      begin();
      call(agent, "stop_vllm", JsonObject.builder().put("timeout", 30).build());
      awaitEvents(3);
      shell("kubectl describe deployment vllm --namespace inference | grep mcppolicy.dev | sort");
      shell("kubectl mcp-policy restore vllm --namespace inference --dry-run");
      shell("kubectl mcp-policy restore vllm --namespace inference");
      end();
      namespace.awaitRollout("vllm");

      say("The record joins the decision with what it changed:");
      begin();
      shell(
          "kubectl logs --namespace inference --selector mcppolicy.dev/server=vllm"
              + " --container mcp-policy-proxy --tail=-1 | grep '\"changes\"' | tail -1");
      end();
    }
    String text = Files.readString(document);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    int end = text.indexOf(END);
    String now = "\n" + normal(transcript.toString()).strip() + "\n\n";
    if ("update".equals(System.getProperty("golden"))) {
      Files.writeString(document, text.substring(0, begin) + now + text.substring(end));
      return;
    }
    assertEquals(text.substring(begin, end), now, "rewrite it with -Dgolden=update");
  }

  private void say(String text) {
    transcript.append(text).append("\n\n");
  }

  private void begin() {
    transcript.append("```text\n");
  }

  private void end() {
    transcript.append("```\n\n");
  }

  /** They are posted without anybody waiting for them. */
  private void awaitEvents(int count) {
    Waiting.until(
        count + " Events of the sidecar are there",
        Duration.ofSeconds(30),
        () -> namespace.eventsOfSidecars().size() == count);
  }

  private void call(McpClient agent, String tool, JsonObject arguments) throws Exception {
    transcript
        .append("agent> ")
        .append(tool)
        .append(' ')
        .append(JsonText.string(arguments))
        .append('\n')
        .append(agent.call(tool, arguments).text().strip())
        .append("\n\n");
  }

  /** As a person types it, but for the namespace. */
  private void shell(String line) {
    String real = line.replace("inference", namespace.name());
    String output =
        Waiting.forValue(
            line + " prints something",
            Duration.ofSeconds(60),
            () -> {
              Command.Outcome outcome = product.attempt("", List.of("bash", "-c", real));
              return outcome.exitCode() == 0 && !outcome.output().isBlank()
                  ? java.util.Optional.of(outcome.output())
                  : java.util.Optional.empty();
            });
    transcript.append("$ ").append(line).append('\n').append(output.strip()).append("\n\n");
  }

  /** What differs from run to run, replaced by what it is. */
  private String normal(String text) {
    String same =
        text.replace(namespace.name(), "inference")
            .replaceAll("\\b[0-9a-f]{16}-\\d+\\b", "DECISION")
            .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "TIME")
            .replaceAll("\\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\b", "UID")
            .replaceAll("\"resourceVersion\":\"\\d+\"", "\"resourceVersion\":\"VERSION\"")
            .replaceAll("\"sequence\":\\d+", "\"sequence\":N")
            .replaceAll("\"tookMicros\":\\d+", "\"tookMicros\":N")
            .replaceAll("\"pod\":\"[^\"]*\"", "\"pod\":\"POD\"")
            .replaceAll(
                "by \\S+ with kubectl mcp-policy restore",
                "by PERSON with kubectl mcp-policy restore")
            .replaceAll("\\d (is|are) running, \\d ready so far", "N are running, N ready so far")
            .replaceAll("\\bin \\d+ (seconds?|minutes?)\\b", "in SOME TIME");
    return same.lines()
        .map(
            line ->
                line.matches(" *(Normal|Warning) +\\w+ +\\S+ +mcppolicy\\.dev/.*")
                    ? line.strip()
                        .replaceAll(" {2,}", "  ")
                        .replaceFirst("  \\S+  mcppolicy", "  AGE  mcppolicy")
                    : line)
        .collect(Collectors.joining("\n"))
        .replace("\n\n```\n", "\n```\n");
  }
}
