// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.http.HttpLimits;
import dev.mcppolicy.testkit.mcp.RawHttp;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SessionTest {
  private static final String CALL = McpClient.callMessage(1, "vllm_status", "{}");

  @TempDir private Path folder;
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private LocalFixture proxy;

  @BeforeEach
  void start() throws Exception {
    proxy =
        LocalFixture.start(
            folder,
            "{\"version\": \"1\", \"default\": \"allow\"}",
            new FakeUpstream(),
            HttpLimits.DEFAULT,
            now::get);
  }

  @AfterEach
  void stop() {
    proxy.close();
  }

  @Test
  void negotiatesTheVersionAndDeclaresToolsAlone() throws Exception {
    try (McpClient client = McpClient.connect(proxy.port(), LocalFixture.AGENT)) {
      JsonObject old =
          McpClient.json(client.initialize("2025-06-18")).object("result").orElseThrow();
      assertEquals("2025-06-18", old.string("protocolVersion").orElseThrow());
      assertEquals(Set.of("tools"), old.object("capabilities").orElseThrow().members().keySet());
      JsonObject other =
          McpClient.json(client.initialize("2024-11-05")).object("result").orElseThrow();
      assertEquals("2025-11-25", other.string("protocolVersion").orElseThrow());
    }
  }

  @Test
  void givesEveryInitializeAFreshIdWhateverTheClientSendsT43() throws Exception {
    try (McpClient client = proxy.agent()) {
      String first = client.session();
      client.initialize("2025-11-25"); // with the header of the session before
      assertNotEquals(first, client.session());
      assertTrue(client.session().chars().allMatch(c -> c > 0x20 && c < 0x7F));
    }
  }

  @Test
  void doesNotKnowTheSessionOfAnotherGrantT44() throws Exception {
    try (McpClient agent = proxy.agent();
        McpClient operator = McpClient.connect(proxy.port(), LocalFixture.OPERATOR)) {
      RawHttp.Response stolen = operator.post(CALL, "Mcp-Session-Id: " + agent.session());
      assertEquals(404, stolen.status(), stolen.text());
      RawHttp.Response deleted =
          operator
              .http()
              .send(
                  "DELETE /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                      + LocalFixture.OPERATOR
                      + "\r\nMcp-Session-Id: "
                      + agent.session()
                      + "\r\n\r\n")
              .read();
      assertEquals(404, deleted.status());
      assertEquals(200, agent.post(CALL).status(), "the session goes on for its owner");
    }
  }

  @Test
  void wantsASessionForEverythingButPingT45() throws Exception {
    try (McpClient with = proxy.agent();
        McpClient without = McpClient.connect(proxy.port(), LocalFixture.AGENT)) {
      assertEquals(400, without.post(CALL).status());
      assertEquals(
          400, without.post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}").status());
      assertEquals(
          400,
          without.post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}").status());
      assertEquals(
          200, without.post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}").status());
      assertEquals(404, without.post(CALL, "Mcp-Session-Id: guess").status());
      String forged =
          with.session().substring(0, with.session().length() - 2)
              + (with.session().endsWith("AA") ? "BB" : "AA");
      assertEquals(404, without.post(CALL, "Mcp-Session-Id: " + forged).status());
      assertEquals(
          202,
          with.post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}").status());
    }
  }

  @Test
  void endsASessionThatIsDeleted() throws Exception {
    try (McpClient client = proxy.agent()) {
      assertEquals(204, client.delete().status());
      assertEquals(404, client.post(CALL).status());
      assertEquals(404, client.delete().status());
    }
  }

  @Test
  void endsASessionAfterItsTimeOnAnOpenConnection() throws Exception {
    try (McpClient client = proxy.agent()) {
      assertEquals(200, client.post(CALL).status());
      now.set(now.get().plus(Duration.ofHours(24)));
      assertEquals(404, client.post(CALL).status());
    }
  }

  @Test
  void refusesAVersionOtherThanTheSessionsT27() throws Exception {
    try (McpClient client = proxy.agent()) {
      assertEquals(200, client.post(CALL, "MCP-Protocol-Version: 2025-11-25").status());
      assertEquals(400, client.post(CALL, "MCP-Protocol-Version: 2025-06-18").status());
      assertEquals(400, client.post(CALL, "MCP-Protocol-Version: 2026-07-28").status());
      assertEquals(400, client.post(CALL, "MCP-Protocol-Version: 2099-01-01").status());
    }
  }

  @Test
  void countsByGrantAndNotBySessionT70() throws Exception {
    proxy.close();
    proxy =
        LocalFixture.start(
            folder,
            "{\"version\": \"1\", \"default\": \"deny\", \"tools\": {\"vllm_status\": {\"limits\": [{\"counter\": \"c\", \"window\": \"day\", \"max\": 2, \"scope\": \"grant\"}]}}}",
            new FakeUpstream(),
            HttpLimits.DEFAULT,
            now::get);
    for (int i = 0; i < 4; i++) {
      try (McpClient fresh = proxy.agent()) {
        assertEquals(i >= 2, McpClient.isError(fresh.call("vllm_status", "{}")));
      }
    }
  }
}
