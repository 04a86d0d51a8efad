// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.testkit.cluster.SharedCluster;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A request hidden in the arguments of an allowed call, between line breaks that JSON takes for
 * white space, is never executed (T5, T6). The real server takes a raw carriage return for the end
 * of a message; the stand-in model server counts what reaches it.
 */
@ExtendWith({SharedCluster.class, InstalledProduct.class})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HiddenCallE2E {
  /** What the hidden request would make the server ask of the model server. */
  private static final String HIDDEN_PATH = "/v1/completions";

  private static final String CARRIER_PATH = "/v1/chat/completions";

  /** A request to the server and, because it reads no stricter, a chat message too. */
  private static final String HIDDEN =
      """
      {"jsonrpc":"2.0","id":"hidden","method":"tools/call","params":{"name":"vllm_complete","arguments":{"prompt":"hidden"}},"role":"user","content":"carrier"}""";

  private static final String CARRIER =
      """
      {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"vllm_chat","arguments":{"messages":[%s]}}}""";

  private static final Duration SERVER_LIMIT = Duration.ofSeconds(30);

  private final GuardedNamespace namespace;
  private final ModelServer model;
  private URI url = URI.create("https://127.0.0.1");

  HiddenCallE2E(Product product) {
    namespace = GuardedNamespace.create(product, "hidden-call");
    model = ModelServer.behind(namespace, "vllm");
  }

  @BeforeAll
  void startGuardedServer() {
    namespace.apply(
        Manifests.modelServer("vllm", 1, "1ms"),
        Manifests.server("vllm", "vllm"),
        Manifests.grant("agent", "vllm"),
        Manifests.policy("policy", "vllm", "{vllm_chat: {}, vllm_status: {}}"));
    url = namespace.publish("vllm", 30083);
    namespace.awaitEnforced("policy");
    namespace.awaitRollout("vllm");
    namespace.awaitAnswers(url, "agent", "vllm_status");
  }

  @AfterAll
  void deleteNamespace() {
    namespace.close();
  }

  static Stream<Arguments> hiddenRequests() {
    return Stream.of(
        Arguments.of("carriage returns", between("\r"), 200),
        Arguments.of("line feeds", between("\n"), 200),
        Arguments.of("carriage returns and line feeds", between("\r\n"), 200),
        Arguments.of("carriage returns after tabs", between("\t\r \r"), 200),
        Arguments.of("line separators", between("\u2028"), 400),
        Arguments.of("paragraph separators", between("\u2029"), 400),
        Arguments.of("next-line characters", between("\u0085"), 400),
        Arguments.of("vertical tabs", between("\u000b"), 400),
        Arguments.of("form feeds", between("\f"), 400),
        Arguments.of("separators inside text", insideText("\u2028"), 200),
        Arguments.of("next-line characters inside text", insideText("\u0085"), 200),
        Arguments.of("escaped carriage returns inside text", insideText("\\r"), 200),
        Arguments.of("escaped line feeds inside text", insideText("\\n"), 200),
        Arguments.of("raw carriage returns inside text", insideText("\r"), 400),
        Arguments.of("a second message after the first", after("\r"), 400),
        Arguments.of("a batch", "[" + CARRIER.formatted(HIDDEN) + ",\r" + HIDDEN + "\r]", 400));
  }

  private static String between(String lineBreak) {
    return CARRIER.formatted(lineBreak + HIDDEN + lineBreak);
  }

  private static String insideText(String lineBreak) {
    String text = lineBreak + HIDDEN.replace("\"", "\\\"") + lineBreak;
    return CARRIER.formatted("{\"role\":\"user\",\"content\":\"" + text + "\"}");
  }

  private static String after(String lineBreak) {
    return CARRIER.formatted("{\"role\":\"user\",\"content\":\"first\"}") + lineBreak + HIDDEN;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hiddenRequests")
  void hiddenRequestIsNeverExecuted(String lineBreaks, String body, int expectedStatus)
      throws Exception {
    try (McpClient agent = namespace.connect(url, "agent")) {
      long hiddenBefore = model.requests(HIDDEN_PATH);
      long carriedBefore = model.requests(CARRIER_PATH);
      HttpResponse<byte[]> response = agent.postRaw(body.getBytes(StandardCharsets.UTF_8));
      String answer = new String(response.body(), StandardCharsets.UTF_8);
      assertEquals(expectedStatus, response.statusCode(), answer);
      assertFalse(answer.contains("\"id\":\"hidden\""), answer);

      // The server works on its messages in their order: once these are answered, a hidden one was
      // read.
      assertFalse(agent.call("vllm_status").isError());
      agent.call("vllm_chat", Messages.one("after " + lineBreaks));
      assertEquals(hiddenBefore, model.requests(HIDDEN_PATH), "the hidden request was executed");
      assertEquals(
          carriedBefore + (expectedStatus == 200 ? 2 : 1),
          model.requests(CARRIER_PATH),
          () -> "what carried it did not arrive as one call: " + answer);
    }
  }

  /** Shows that the other test can fail: without the sidecar the same bytes do execute it. */
  @Test
  void serverAloneExecutesHiddenRequest() {
    String initialize =
        """
        {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"e2e","version":"1"}}}
        {"jsonrpc":"2.0","method":"notifications/initialized"}
        """;
    long before = model.requests(HIDDEN_PATH);
    String pod = namespace.serverPod("vllm").getMetadata().getName();
    // Its input stays open until it answered, or it would end before it worked on its messages.
    String feed =
        """
        import signal, subprocess, sys
        signal.alarm(30)
        server = subprocess.Popen(["vllm-mcp-server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        server.stdin.write(sys.stdin.buffer.read())
        server.stdin.flush()
        for line in server.stdout:
            print(line)
            if b'"id":"hidden"' in line:
                break
        server.kill()
        """;
    var command =
        new ArrayList<>(
            List.of("exec", "--stdin", pod, "--container", "server", "--", "python3", "-c", feed));
    Command.Outcome outcome = namespace.attemptKubectl(initialize + between("\r") + "\n", command);
    assertTrue(outcome.output().contains("\"id\":\"hidden\""), outcome.output());
    Waiting.until(
        "the hidden request reaches the model server",
        SERVER_LIMIT,
        () -> model.requests(HIDDEN_PATH) == before + 1);
  }
}
