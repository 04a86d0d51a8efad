// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.testkit.cluster.Artefacts;
import dev.mcppolicy.testkit.mcp.RawHttp;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * T5 before the real {@code vllm-mcp-server}, which ends a line at a carriage return: what stands
 * between two of them in an allowed call is a request of its own to it. It logs every tool that is
 * called, so its log says what was executed.
 */
final class HiddenCallIT {
  private static final String HIDDEN =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"list_models\",\"arguments\":"
          + "\r{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"stop_vllm\",\"arguments\":{}}}\r"
          + "}}";
  private static final String ALLOWED =
      "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"tools/call\",\"params\":{\"name\":\"list_models\",\"arguments\":{}}}";
  private static final String INITIALIZED =
      "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";
  private static final String EXECUTED = "Tool called: stop_vllm";
  private static final String TOKEN = "0123456789abcdef0123456789abcdef";

  @TempDir private Path folder;

  private Path policy() throws Exception {
    return Files.writeString(
        folder.resolve("policy.json"),
        "{\"version\": \"1\", \"default\": \"deny\", \"tools\": {\"list_models\": {}}}");
  }

  private static String server() throws Exception {
    return Artefacts.pythonBin().resolve("vllm-mcp-server").toString();
  }

  @Test
  void theServerItselfExecutesTheHiddenCall() throws Exception {
    Process server = new ProcessBuilder(server()).start();
    try (BufferedReader err = server.errorReader(StandardCharsets.UTF_8)) {
      server.getOutputStream().write(Ran.lines(McpPolicyTest.INITIALIZE, INITIALIZED, HIDDEN));
      server.getOutputStream().flush();
      String line = String.valueOf(err.readLine());
      while (!line.contains(EXECUTED)) {
        assertTrue(server.isAlive(), "it ended without executing the hidden call");
        line = String.valueOf(err.readLine());
      }
    } finally {
      server.destroyForcibly();
    }
  }

  @Test
  void wrapLetsNothingHiddenThrough() throws Exception {
    Ran ran =
        Ran.run(
            Ran.mcpPolicy("wrap", "--policy", policy().toString(), "--", server()),
            Ran.lines(McpPolicyTest.INITIALIZE, INITIALIZED, HIDDEN, ALLOWED));
    assertEquals(0, ran.exitCode(), ran.err());
    assertTrue(ran.out().contains("\"id\":9,\"result\""), ran.out());
    assertTrue(ran.err().contains("Tool called: list_models"), "the log is seen: " + ran.err());
    assertFalse(ran.err().contains(EXECUTED), ran.err());
  }

  @Test
  void proxyLetsNothingHiddenThrough() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), TOKEN);
    Path log = folder.resolve("log");
    Process proxy =
        Ran.mcpPolicy(
                "proxy",
                "--policy",
                policy().toString(),
                "--grant",
                "me=" + token,
                "--listen",
                "127.0.0.1:0",
                "--",
                server())
            .redirectError(log.toFile())
            .start();
    try {
      int port = port(proxy, log);
      try (RawHttp http = RawHttp.connect("127.0.0.1", port)) {
        String session =
            http.send(post(port, McpPolicyTest.INITIALIZE))
                .read()
                .header("Mcp-Session-Id")
                .orElseThrow();
        for (String body : List.of(INITIALIZED, HIDDEN, ALLOWED)) {
          http.send(post(port, body, "Mcp-Session-Id: " + session)).read();
        }
      }
    } finally {
      proxy.destroy();
      assertTrue(proxy.waitFor(20, TimeUnit.SECONDS));
    }
    String logged = Files.readString(log);
    assertTrue(logged.contains("Tool called: list_models"), logged);
    assertFalse(logged.contains(EXECUTED), logged);
  }

  private static int port(Process proxy, Path log) throws Exception {
    while (true) {
      for (String line : Files.readAllLines(log)) {
        if (line.contains("serving MCP at")) {
          return Integer.parseInt(line.replaceAll(".*:([0-9]+)/mcp.*", "$1"));
        }
      }
      assertFalse(proxy.waitFor(50, TimeUnit.MILLISECONDS), "it ended");
    }
  }

  private static byte[] post(int port, String body, String... headers) {
    String[] all = new String[headers.length + 1];
    all[0] = "Authorization: Bearer " + TOKEN;
    System.arraycopy(headers, 0, all, 1, headers.length);
    return RawHttp.post("/mcp", "localhost:" + port, body, all);
  }
}
