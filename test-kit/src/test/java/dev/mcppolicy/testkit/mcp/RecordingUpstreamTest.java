// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.testkit.mcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.testkit.mcp.RecordingUpstream.Behaviour;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RecordingUpstreamTest {
  private static final String CALL =
      """
      {"jsonrpc":"2.0","id":"7","method":"tools/call","params":{"name":"stop_vllm","arguments":{"timeout":1.50,"n":null,"\\u0041":"x\\"\\\\"}}}""";

  @Test
  void echoesCallAndKeepsItsBytes() throws IOException {
    try (var upstream = RecordingUpstream.start();
        var client = RawHttp.connect("127.0.0.1", upstream.port())) {
      var request = RawHttp.post("/mcp", "localhost", CALL, "X-Trace: 1");
      var response = client.send(request).read();

      assertEquals(200, response.status());
      assertEquals(
          """
          {"jsonrpc":"2.0","id":"7","result":{"content":[{"type":"text","text":"stop_vllm {\\"timeout\\":1.50,\\"n\\":null,\\"A\\":\\"x\\\\\\"\\\\\\\\\\"}"}],"isError":false}}""",
          response.text());
      assertArrayEquals(request, upstream.requests().getFirst().raw());
      assertEquals("1", upstream.requests().getFirst().header("x-trace").orElseThrow());
      assertEquals(List.of(CALL), upstream.messages("tools/call"));
      assertEquals(1, upstream.acceptedConnections());
    }
  }

  @Test
  void opensSessionAndListsTheToolsOfVllmMcpServer() throws IOException {
    try (var upstream = RecordingUpstream.start();
        var client = RawHttp.connect("127.0.0.1", upstream.port())) {
      var opened =
          post(
              client,
              "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-06-18\"}}");
      assertTrue(opened.header("Mcp-Session-Id").isPresent());
      assertTrue(opened.text().contains("\"protocolVersion\":\"2025-06-18\""), opened::text);
      assertEquals(
          202,
          post(client, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}").status());
      var listed = post(client, "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/list\"}").text();
      assertTrue(
          listed.contains("\"name\":\"stop_vllm\"")
              && listed.contains("\"name\":\"run_benchmark\""),
          listed);
    }
  }

  @Test
  void readsChunksAndRecordsThem() throws IOException {
    try (var upstream = RecordingUpstream.start();
        var client = RawHttp.connect("127.0.0.1", upstream.port())) {
      var body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
      var request =
          "POST /mcp HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"
              .formatted(body.length(), body);
      assertEquals(
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}", client.send(request).read().text());
      assertEquals(body, upstream.requests().getFirst().text());
      assertEquals(request.length(), upstream.requests().getFirst().raw().length);
    }
  }

  @Test
  void answersWithEventsWhenAsked() throws IOException {
    try (var upstream = RecordingUpstream.start(Behaviour.ofVllmMcpServer().withEvents());
        var client = RawHttp.connect("127.0.0.1", upstream.port())) {
      var response = post(client, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}");
      assertEquals(
          "event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n\n",
          response.text());
    }
  }

  @Test
  void closesWithoutAnswerOnCrash() throws IOException {
    try (var upstream =
            RecordingUpstream.start(new Behaviour(List.of("crash"), Duration.ZERO, false));
        var client = RawHttp.connect("127.0.0.1", upstream.port())) {
      client.send(RawHttp.post("/mcp", "localhost", CALL.replace("stop_vllm", "crash")));
      assertThrows(EOFException.class, client::read);
      assertTrue(client.isClosedByPeer());
    }
  }

  private static RawHttp.Response post(RawHttp client, String body) throws IOException {
    return client.send(RawHttp.post("/mcp", "localhost", body)).read();
  }
}
