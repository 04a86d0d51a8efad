// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code who-can} before an API server that knows a few objects. */
final class WhoCanCommandTest {
  private static final String IN = "/apis/mcppolicy.dev/v1alpha1/namespaces/inference/";

  @TempDir private Path folder;
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private HttpServer api;

  WhoCanCommandTest() throws IOException {
    api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @BeforeEach
  void serve() {
    api.createContext(
        "/",
        exchange -> {
          String answer = answers.get(exchange.getRequestURI().getPath());
          byte[] body =
              (answer == null ? "{\"kind\":\"Status\",\"code\":404}" : answer)
                  .getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(answer == null ? 404 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    api.start();
    list("mcpservers", "McpServer", "{\"metadata\": {\"name\": \"vllm\"}, \"spec\": {}}");
    list(
        "mcpgrants",
        "McpGrant",
        "{\"metadata\": {\"name\": \"agent\"}, \"spec\": {\"server\": {\"name\": \"vllm\"}}}",
        "{\"metadata\": {\"name\": \"reader\"}, \"spec\": {\"server\": {\"name\": \"vllm\"}}}",
        "{\"metadata\": {\"name\": \"stranger\"}, \"spec\": {\"server\": {\"name\": \"other\"}}}");
    list(
        "mcppolicies",
        "McpPolicy",
        """
        {"apiVersion": "mcppolicy.dev/v1alpha1", "kind": "McpPolicy",
         "metadata": {"name": "ops", "namespace": "inference", "generation": 4},
         "spec": {"servers": [{"name": "vllm"}], "grants": [{"name": "agent"}], "version": "1",
           "default": "deny", "tools": {"stop_vllm": {"rateLimit": "10/minute"}}}}
        """);
  }

  @AfterEach
  void stop() {
    api.stop(0);
  }

  private void list(String plural, String kind, String... items) {
    answers.put(
        IN + plural,
        "{\"apiVersion\": \"mcppolicy.dev/v1alpha1\", \"kind\": \"%sList\", \"metadata\": {}, \"items\": [%s]}"
            .formatted(kind, String.join(",", items)));
  }

  private Ran run(String... arguments) throws Exception {
    return Ran.mcpPolicyAt(
        folder,
        "server: 'http://127.0.0.1:%d'".formatted(api.getAddress().getPort()),
        "t",
        arguments);
  }

  @Test
  void asksTheClusterForGrantsAndPolicies() throws Exception {
    Ran ran = run("who-can", "vllm", "stop_vllm");
    assertEquals(0, ran.exitCode(), ran.err());
    assertEquals(
        """
        `stop_vllm` of the server `vllm`:

        agent: may call it
          policy inference/ops
            limit     10 each minute for each grant

        reader: may not call it
            Denied by policy: no policy applies to the grant `reader`, so it may call nothing. Whoever runs this server can bind one to it.
        """,
        ran.out());
  }

  @Test
  void saysThatAGrantHasExpired() throws Exception {
    list(
        "mcpgrants",
        "McpGrant",
        "{\"metadata\": {\"name\": \"agent\"}, \"spec\": {\"server\": {\"name\": \"vllm\"},"
            + " \"expiresAt\": \"2026-01-01T00:00:00+01:00\"}}");
    Ran ran = run("who-can", "vllm", "stop_vllm");
    assertEquals(0, ran.exitCode(), ran.err());
    assertTrue(
        ran.out().contains("agent: may not call it\n    the grant expired at 2025-12-31T23:00:00Z"),
        ran.out());
  }

  @Test
  void answersAsFarAsItCanWhenAPolicyCannotBeRead() throws Exception {
    list(
        "mcppolicies",
        "McpPolicy",
        "{\"apiVersion\": \"mcppolicy.dev/v1alpha1\", \"kind\": \"McpPolicy\", \"metadata\": {\"name\": \"bad\"},"
            + " \"spec\": {\"servers\": [{\"name\": \"vllm\"}], \"version\": \"2\", \"default\": \"deny\"}}");
    Ran ran = run("who-can", "vllm", "stop_vllm");
    assertEquals(1, ran.exitCode());
    assertTrue(ran.out().contains("agent: may not call it"), ran.out());
    assertTrue(ran.out().contains("  McpPolicy bad: spec.version: "), ran.out());
    assertTrue(ran.out().contains("keeps the last version that could be"), ran.out());
  }

  @Test
  void namesAServerThatIsNotThere() throws Exception {
    Ran ran = run("who-can", "vlm", "stop_vllm");
    assertEquals(2, ran.exitCode());
    assertTrue(
        ran.err().contains("there is no McpServer `vlm` in the namespace inference"), ran.err());
  }

  @Test
  void saysThatTheClusterCannotBeAsked() throws Exception {
    answers.clear();
    Ran none = run("who-can", "vllm", "stop_vllm");
    assertEquals(1, none.exitCode());
    assertTrue(none.err().contains("is the operator installed?"), none.err());
  }
}
