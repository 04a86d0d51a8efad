// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.local;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.enforce.GateSettings;
import dev.mcppolicy.proxy.http.HttpLimits;
import dev.mcppolicy.proxy.upstream.CommandConnector;
import dev.mcppolicy.proxy.upstream.HttpUpstream;
import dev.mcppolicy.proxy.upstream.HttpUpstreamSettings;
import dev.mcppolicy.proxy.upstream.StdioSettings;
import dev.mcppolicy.proxy.upstream.StdioUpstream;
import dev.mcppolicy.testkit.mcp.RawHttp;
import dev.mcppolicy.testkit.mcp.RecordingUpstream;
import dev.mcppolicy.testkit.mcp.StdioRecording;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Before real servers: child processes and HTTP, which write down every byte. */
final class ChildProcessTest {
  private static final String ALLOW = "{\"version\": \"1\", \"default\": \"allow\"}";
  private static final String ONLY_STATUS =
      "{\"version\": \"1\", \"default\": \"deny\", \"tools\": {\"vllm_status\": {}}}";

  /** A call of an allowed tool around a call of a denied one, between carriage returns. */
  static final byte[] HIDDEN_CALL =
      ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"vllm_status\",\"arguments\":"
              + "\r{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"stop_vllm\",\"arguments\":{}}}\r"
              + "}}")
          .getBytes(StandardCharsets.UTF_8);

  @TempDir private Path folder;

  @Test
  void neverSendsACarriageReturnOrWhatIsHiddenBetweenTwoT5() throws Exception {
    StdioRecording upstream = StdioRecording.in(folder);
    try (LocalFixture proxy = LocalFixture.start(folder, ONLY_STATUS, upstream);
        McpClient client = proxy.agent()) {
      client.post(HIDDEN_CALL);
      assertFalse(McpClient.isError(client.call("vllm_status", "{}")));
      assertEquals(1, upstream.messages("tools/call").size(), "only the one without a hidden call");
      assertEquals(-1, new String(upstream.bytes(), StandardCharsets.ISO_8859_1).indexOf('\r'));
    }
  }

  @Test
  void writesResourcesAndPromptsAnewT5() throws Exception {
    String policy =
        "{\"version\": \"1\", \"default\": \"deny\", \"resources\": {\"vllm://status\": {}}, \"prompts\": {\"ops\": {}}}";
    String hidden =
        "\r{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"stop_vllm\"}}\r";
    StdioRecording upstream = StdioRecording.in(folder);
    try (LocalFixture proxy = LocalFixture.start(folder, policy, upstream);
        McpClient client = proxy.agent()) {
      client.post(
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"resources/read\",\r\"params\":\r{\"uri\":\"vllm://status\",\"_meta\":{\"x\":"
              + hidden
              + "}}}");
      client.post(
          "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"prompts/get\",\"params\":{\"name\":\"ops\",\"arguments\":{\"a\":\"\\r"
              + hidden.strip().replace("\"", "\\\"")
              + "\\r\"}\r}\n}");
      assertEquals(1, upstream.messages("resources/read").size());
      assertEquals(1, upstream.messages("prompts/get").size());
      assertEquals(0, upstream.messages("tools/call").size());
      assertEquals(-1, new String(upstream.bytes(), StandardCharsets.ISO_8859_1).indexOf('\r'));
    }
  }

  @Test
  void sendsNoCallWithoutAnIdT16() throws Exception {
    StdioRecording upstream = StdioRecording.in(folder);
    try (LocalFixture proxy = LocalFixture.start(folder, ALLOW, upstream);
        McpClient client = proxy.agent()) {
      assertFalse(McpClient.isError(client.call("vllm_status", "{}")));
      byte[] before = upstream.bytes();
      assertEquals(
          400,
          client
              .post(
                  "{\"jsonrpc\":\"2.0\",\"method\":\"tools/call\",\"params\":{\"name\":\"stop_vllm\"}}")
              .status());
      assertArrayEquals(before, upstream.bytes());
    }
  }

  @Test
  void answersACrashWithOneErrorAndTheNextCallByANewProcessT136() throws Exception {
    StdioRecording upstream = StdioRecording.in(folder, Duration.ZERO, List.of("crash", "echo"));
    try (LocalFixture proxy = LocalFixture.start(folder, ALLOW, upstream);
        McpClient client = proxy.agent()) {
      JsonObject crashed = client.call("crash", "{}");
      assertEquals(-32603, McpClient.errorCode(crashed), crashed.toString());
      JsonObject next = client.call("echo", "{}");
      assertFalse(McpClient.isError(next), next.toString());
      assertTrue(McpClient.text(next).startsWith("echo"), next.toString());
      assertEquals(2, upstream.processIds().size());
    }
  }

  @Test
  void givesUpOnACallThatIsNeverAnsweredT144() throws Exception {
    StdioRecording upstream = StdioRecording.in(folder, Duration.ZERO, List.of("hang", "echo"));
    var settings =
        new GateSettings(
            "test", "0", Duration.ofMillis(300), Duration.ofSeconds(15), Duration.ofSeconds(1), 1);
    try (LocalFixture proxy =
            LocalFixture.start(
                folder,
                ALLOW,
                new StdioUpstream(new CommandConnector(upstream.command()), StdioSettings.DEFAULT),
                HttpLimits.DEFAULT,
                InstantSource.system(),
                settings,
                LocalProxy.loops());
        McpClient client = proxy.agent()) {
      assertEquals(-32603, McpClient.errorCode(client.call("hang", "{}")));
      assertTrue(proxy.audit().contains("\"outcome\":\"failed\""), proxy.audit());
    }
  }

  @Test
  void relaysALargeResultWhole() throws Exception {
    StdioRecording upstream = StdioRecording.in(folder, Duration.ZERO, List.of("large"));
    try (LocalFixture proxy = LocalFixture.start(folder, ALLOW, upstream);
        McpClient client = proxy.agent()) {
      RawHttp.Response response =
          client.post(
              "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"large\"}}");
      assertEquals(1 << 20, McpClient.text(McpClient.json(response)).length());
    }
  }

  @Test
  void saysWhichCommandCannotBeStarted() throws Exception {
    var upstream =
        new StdioUpstream(new CommandConnector(List.of("/no/such/server")), StdioSettings.DEFAULT);
    try (LocalFixture proxy =
            LocalFixture.start(
                folder, ALLOW, upstream, HttpLimits.DEFAULT, InstantSource.system());
        McpClient client = proxy.agent()) {
      JsonObject answer = client.call("vllm_status", "{}");
      assertEquals(-32603, McpClient.errorCode(answer));
      assertTrue(answer.toString().contains("/no/such/server"), answer.toString());
    }
  }

  @Test
  void sendsAnHttpServerNothingOfTheClientsHeadersT42T90() throws Exception {
    var loops = LocalProxy.loops();
    try (RecordingUpstream upstream = RecordingUpstream.start();
        LocalFixture proxy =
            LocalFixture.start(
                folder,
                ONLY_STATUS,
                new HttpUpstream(upstream.uri(), loops, HttpUpstreamSettings.DEFAULT),
                HttpLimits.DEFAULT,
                InstantSource.system(),
                GateSettings.of("test", "0"),
                loops);
        McpClient client = proxy.agent()) {
      RawHttp.Response response =
          client.post(
              McpClient.callMessage(1, "vllm_status", "{}"),
              "Cookie: a=b",
              "X-Forwarded-For: 1.2.3.4",
              "X-HTTP-Method-Override: DELETE");
      assertFalse(McpClient.isError(McpClient.json(response)), response.text());
      client.post(HIDDEN_CALL);
      assertTrue(McpClient.isError(client.call("stop_vllm", "{}")));
      assertEquals(1, upstream.messages("tools/call").size());
      for (RecordingUpstream.Request request : upstream.requests()) {
        String raw = new String(request.raw(), StandardCharsets.ISO_8859_1);
        assertFalse(raw.contains(LocalFixture.AGENT), raw);
        assertFalse(raw.contains(client.session()), raw);
        assertFalse(raw.contains("X-Forwarded-For") || raw.contains("Cookie"), raw);
      }
    }
  }
}
