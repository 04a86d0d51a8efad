// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.mcp.Replies;
import dev.mcppolicy.proxy.http.HttpLimits;
import dev.mcppolicy.proxy.upstream.UpstreamReply;
import dev.mcppolicy.testkit.mcp.RawHttp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Attacks on the HTTP layer, byte by byte, with limits short enough to wait for. */
final class HttpAttackTest {
  private static final String POLICY = "{\"version\": \"1\", \"default\": \"allow\"}";
  private static final HttpLimits LIMITS =
      new HttpLimits(
          8,
          6,
          4096,
          32,
          Duration.ofMillis(400),
          1 << 20,
          2 << 20,
          Duration.ofMillis(400),
          Duration.ofMillis(800),
          Duration.ofSeconds(5));

  @TempDir private Path folder;
  private final FakeUpstream upstream = new FakeUpstream();
  private LocalFixture proxy;

  @BeforeEach
  void start() throws Exception {
    proxy = LocalFixture.start(folder, POLICY, upstream, LIMITS, InstantSource.system());
  }

  @AfterEach
  void stop() {
    proxy.close();
  }

  private static String request(String line, String... headers) {
    return Stream.concat(Stream.of(line), Stream.of(headers))
            .reduce("", (head, next) -> head + next + "\r\n")
        + "\r\n";
  }

  private static String good(String... more) {
    List<String> headers =
        new ArrayList<>(
            List.of(
                "Host: localhost",
                "Content-Type: application/json",
                "Accept: application/json, text/event-stream",
                "Authorization: Bearer " + LocalFixture.AGENT));
    headers.addAll(List.of(more));
    return request("POST /mcp HTTP/1.1", headers.toArray(String[]::new));
  }

  private RawHttp connect() throws IOException {
    return RawHttp.connect("127.0.0.1", proxy.port());
  }

  static Stream<Arguments> refusedAndClosed() {
    String get = "GET /mcp HTTP/1.1";
    return Stream.of(
        Arguments.of(
            "T29 length and coding",
            400,
            good("Content-Length: 2", "Transfer-Encoding: chunked") + "{}"),
        Arguments.of("T29 two lengths", 400, good("Content-Length: 2", "Content-Length: 2") + "{}"),
        Arguments.of("T29 two lengths in one", 400, good("Content-Length: 2, 2") + "{}"),
        Arguments.of("T29 signed length", 400, good("Content-Length: +2") + "{}"),
        Arguments.of(
            "T29 other coding", 400, good("Transfer-Encoding: chunked, identity") + "0\r\n\r\n"),
        Arguments.of("T29 unknown coding", 400, good("Transfer-Encoding: xchunked") + "0\r\n\r\n"),
        Arguments.of(
            "T29 two codings",
            400,
            good("Transfer-Encoding: chunked", "Transfer-Encoding: chunked") + "0\r\n\r\n"),
        Arguments.of(
            "T29 line feeds in chunks", 400, good("Transfer-Encoding: chunked") + "2\n{}\n0\n\n"),
        Arguments.of(
            "T29 chunk extension",
            400,
            good("Transfer-Encoding: chunked") + "2;a=\"\r\n\"\r\n{}\r\n0\r\n\r\n"),
        Arguments.of(
            "T29 chunk longer than said",
            400,
            good("Transfer-Encoding: chunked") + "1\r\n{}\r\n0\r\n\r\n"),
        Arguments.of(
            "T29 folded header",
            400,
            good("X-A: 1", " Transfer-Encoding: chunked", "Content-Length: 2") + "{}"),
        Arguments.of("T29 space before colon", 400, good("Content-Length : 2") + "{}"),
        Arguments.of(
            "T29 bare line feed",
            400,
            good().replace("\r\n\r\n", "\nContent-Length: 2\r\n\r\n") + "{}"),
        Arguments.of("T29 bare return", 400, good("X-A: a\rContent-Length: 2")),
        Arguments.of(
            "T30 upgrade to h2c",
            400,
            good("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "Content-Length: 2")
                + "{}"),
        Arguments.of(
            "T30 upgrade to websocket", 400, request(get, "Host: localhost", "Upgrade: websocket")),
        Arguments.of(
            "T30 CONNECT", 400, request("CONNECT localhost:80 HTTP/1.1", "Host: localhost")),
        Arguments.of(
            "T30 absolute form",
            400,
            request("POST http://localhost/mcp HTTP/1.1", "Host: localhost")),
        Arguments.of("T30 asterisk form", 400, request("OPTIONS * HTTP/1.1", "Host: localhost")),
        Arguments.of(
            "T30 HTTP/1.0",
            505,
            request("POST /mcp HTTP/1.0", "Host: localhost", "Connection: keep-alive")),
        Arguments.of("T30 HTTP/0.9", 400, "GET /mcp\r\n\r\n"),
        Arguments.of("T30 HTTP/2 preface", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        Arguments.of("T29 a NUL in a header", 400, good("X-A: a\u0000b")),
        Arguments.of("T37 header of 64 kB", 431, good("X-A: " + "a".repeat(65_536))),
        Arguments.of(
            "T37 500 headers",
            431,
            good(Stream.generate(() -> "X: 1").limit(500).toArray(String[]::new))),
        Arguments.of("T37 body of 1 GB", 413, good("Content-Length: 1073741824") + "{"),
        Arguments.of(
            "T37 chunk of 1 GB", 413, good("Transfer-Encoding: chunked") + "40000000\r\n{"),
        Arguments.of(
            "unknown expectation", 417, good("Expect: 200-ok", "Content-Length: 2") + "{}"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusedAndClosed")
  void refusesAndCloses(String attack, int status, String bytes) throws Exception {
    try (RawHttp http = connect()) {
      RawHttp.Response response = http.send(bytes).read();
      assertEquals(status, response.status(), response.text());
      assertEquals("close", response.header("Connection").orElse(""), attack);
      assertTrue(response.text().contains("\"error\""), response.text());
      assertTrue(http.isClosedByPeer());
    }
    assertEquals(List.of(), upstream.calls());
  }

  static Stream<Arguments> notServed() {
    String host = "Host: localhost";
    Stream<Arguments> paths =
        Stream.of(
                "/mcp/",
                "//mcp",
                "/mcp;x=1",
                "/mcp%2f",
                "/%6dcp",
                "/mcp/../mcp",
                "/MCP",
                "/",
                "/mcp?a=b")
            .map(
                path ->
                    Arguments.of("T34 " + path, 404, request("POST " + path + " HTTP/1.1", host)));
    Stream<Arguments> methods =
        Stream.of("GET", "HEAD", "PUT", "TRACE", "OPTIONS", "PATCH")
            .map(
                method ->
                    Arguments.of(
                        "T31 " + method,
                        405,
                        request(method + " /mcp HTTP/1.1", host, "X-HTTP-Method-Override: POST")));
    Stream<Arguments> others =
        Stream.of(
            Arguments.of(
                "T34 token in the query",
                401,
                request("POST /mcp?token=" + LocalFixture.AGENT + " HTTP/1.1", host)),
            Arguments.of("T35 no host", 400, request("POST /mcp HTTP/1.1")),
            Arguments.of("T35 two hosts", 400, request("POST /mcp HTTP/1.1", host, host)),
            Arguments.of(
                "T35 foreign host",
                421,
                good("Content-Length: 0").replace("Host: localhost", "Host: evil.example.com")),
            Arguments.of(
                "T35 host that begins right",
                421,
                good("Content-Length: 0").replace("Host: localhost", "Host: localhost.evil.com")),
            Arguments.of(
                "T35 host with a user",
                421,
                good("Content-Length: 0").replace("Host: localhost", "Host: localhost:1@evil")),
            Arguments.of(
                "T35 foreign origin",
                403,
                good("Content-Length: 0", "Origin: https://evil.example.com")),
            Arguments.of("T35 null origin", 403, good("Content-Length: 0", "Origin: null")),
            Arguments.of(
                "T35 origin that begins right",
                403,
                good("Content-Length: 0", "Origin: http://localhost.evil.com")),
            Arguments.of(
                "T35 origin with a user",
                403,
                good("Content-Length: 0", "Origin: http://localhost:1@evil")),
            Arguments.of(
                "T35 two origins",
                400,
                good("Content-Length: 0", "Origin: http://localhost", "Origin: http://localhost")),
            Arguments.of(
                "T27 two versions",
                400,
                good(
                    "Content-Length: 0",
                    "MCP-Protocol-Version: 2025-06-18",
                    "MCP-Protocol-Version: 2025-11-25")),
            Arguments.of(
                "T33 text",
                415,
                good("Content-Length: 0")
                    .replace("application/json\r\nAccept", "text/json\r\nAccept")),
            Arguments.of(
                "T33 list",
                415,
                good("Content-Length: 0")
                    .replace(
                        "application/json\r\nAccept", "application/json, text/plain\r\nAccept")),
            Arguments.of(
                "T33 rpc",
                415,
                good("Content-Length: 0")
                    .replace("application/json\r\nAccept", "application/json-rpc\r\nAccept")),
            Arguments.of(
                "T7 charset",
                415,
                good("Content-Length: 0")
                    .replace(
                        "application/json\r\nAccept",
                        "application/json; charset=utf-16\r\nAccept")),
            Arguments.of(
                "T33 none",
                415,
                good("Content-Length: 0").replace("Content-Type: application/json\r\n", "")),
            Arguments.of(
                "T33 two", 400, good("Content-Length: 0", "Content-Type: application/json")),
            Arguments.of("T32 gzip", 415, good("Content-Length: 0", "Content-Encoding: gzip")),
            Arguments.of(
                "T32 twice", 415, good("Content-Length: 0", "Content-Encoding: gzip, gzip")),
            Arguments.of(
                "no Accept",
                406,
                good("Content-Length: 0")
                    .replace("Accept: application/json, text/event-stream\r\n", "")),
            Arguments.of(
                "half an Accept",
                406,
                good("Content-Length: 0").replace(", text/event-stream", "")),
            Arguments.of("no length", 411, good()),
            Arguments.of(
                "no token",
                401,
                good("Content-Length: 0")
                    .replace("Authorization: Bearer " + LocalFixture.AGENT + "\r\n", "")),
            Arguments.of(
                "other scheme", 401, good("Content-Length: 0").replace("Bearer ", "Basic ")),
            Arguments.of(
                "unknown token",
                401,
                good("Content-Length: 0").replace(LocalFixture.AGENT, LocalFixture.AGENT + "x")),
            Arguments.of("two tokens", 400, good("Content-Length: 0", "Authorization: Bearer x")));
    return Stream.of(paths, methods, others).flatMap(all -> all);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("notServed")
  void refusesWithAReasonAndNoPermissionForOtherOrigins(String attack, int status, String bytes)
      throws Exception {
    try (RawHttp http = connect()) {
      RawHttp.Response response = http.send(bytes).read();
      if (!attack.equals("T31 HEAD")) {
        assertEquals(status, response.status(), response.text());
        assertTrue(response.text().contains("\"message\""), response.text());
      }
      assertTrue(response.header("Access-Control-Allow-Origin").isEmpty(), "T36");
      assertEquals("private, no-store", response.header("Cache-Control").orElse(""), "T55");
      if (status == 401) {
        assertTrue(response.header("WWW-Authenticate").orElse("").startsWith("Bearer"));
      }
      if (status == 405) {
        assertEquals("POST, DELETE", response.header("Allow").orElse(""));
      }
    }
    assertFalse(proxy.audit().contains(LocalFixture.AGENT), "T90");
    assertEquals(List.of(), upstream.calls());
  }

  @Test
  void decidesPipelinedRequestsOneByOneInOrderT30() throws Exception {
    try (McpClient client = proxy.agent()) {
      StringBuilder all = new StringBuilder();
      for (int i = 1; i <= 20; i++) {
        all.append(
            new String(
                client.request(
                    McpClient.callMessage(i, "vllm_status", "{}").getBytes(StandardCharsets.UTF_8)),
                StandardCharsets.UTF_8));
      }
      client.http().send(all.toString());
      for (int i = 1; i <= 20; i++) {
        assertTrue(client.http().read().text().contains("\"id\":" + i + ","));
      }
    }
  }

  @Test
  void readsChunksAndIgnoresTrailersT29() throws Exception {
    try (McpClient client = proxy.agent()) {
      String call = McpClient.callMessage(1, "vllm_status", "{}");
      String head = new String(client.request(new byte[0]), StandardCharsets.UTF_8);
      String chunked = head.replace("Content-Length: 0", "Transfer-Encoding: chunked");
      client
          .http()
          .send(
              chunked
                  + "1\r\n"
                  + call.charAt(0)
                  + "\r\n"
                  + Integer.toHexString(call.length() - 1)
                  + "\r\n"
                  + call.substring(1)
                  + "\r\n0\r\nAuthorization: Bearer x\r\n\r\n");
      assertEquals(200, client.http().read().status());
      assertEquals(200, client.post(call).status(), "and the connection goes on");
    }
  }

  @Test
  void asksForABodyThatWaitsToBeAskedFor() throws Exception {
    try (McpClient client = proxy.agent()) {
      byte[] call = McpClient.callMessage(1, "vllm_status", "{}").getBytes(StandardCharsets.UTF_8);
      byte[] whole = client.request(call, "Expect: 100-continue");
      client.http().send(Arrays.copyOf(whole, whole.length - call.length));
      assertEquals(100, client.http().read().status());
      assertEquals(200, client.http().send(call).read().status());
    }
  }

  @Test
  void givesUpOnHeadersThatTrickleInT38() throws Exception {
    try (RawHttp http = connect()) {
      RawHttp.Response response = http.send("POST /mcp HTTP/1.1\r\nHost: local").read();
      assertEquals(408, response.status());
      assertTrue(http.isClosedByPeer());
    }
  }

  @Test
  void givesUpOnABodyThatTricklesInT38() throws Exception {
    try (RawHttp http = connect()) {
      RawHttp.Response response = http.send(good("Content-Length: 100") + "{").read();
      assertEquals(408, response.status());
      assertTrue(http.isClosedByPeer());
    }
  }

  @Test
  void closesConnectionsThatSayNothingT38() throws Exception {
    try (RawHttp silent = connect();
        McpClient idle = proxy.agent()) {
      assertTrue(silent.isClosedByPeer());
      assertTrue(idle.http().isClosedByPeer());
    }
  }

  @Test
  void givesUpOnAPeerThatDoesNotReadT38() throws Exception {
    HttpLimits impatient =
        new HttpLimits(
            8,
            8,
            4096,
            32,
            LIMITS.headTime(),
            1 << 20,
            2 << 20,
            LIMITS.bodyTime(),
            LIMITS.idleTime(),
            Duration.ofMillis(100));
    String text = "x".repeat(15 << 20);
    upstream.answerWith(_ -> new UpstreamReply.Result(Replies.toolText(text, false)));
    try (LocalFixture other =
            LocalFixture.start(folder, POLICY, upstream, impatient, InstantSource.system());
        McpClient client = other.agent();
        RawHttp clock = RawHttp.connect("127.0.0.1", other.port())) {
      client
          .http()
          .send(
              client.request(
                  McpClient.callMessage(1, "vllm_status", "{}").getBytes(StandardCharsets.UTF_8)));
      assertTrue(clock.isClosedByPeer(), "after 400 ms without a request");
      assertThrows(IOException.class, () -> client.http().read(), "the answer is cut off");
    }
  }

  @Test
  void turnsConnectionsOverTheLimitAwayAndServesTheOthersT39() throws Exception {
    List<RawHttp> open = new ArrayList<>();
    try (McpClient served = proxy.agent()) {
      for (int i = 0; i < 5; i++) {
        open.add(connect());
      }
      try (RawHttp over = connect()) {
        assertEquals(503, over.read().status());
        assertTrue(over.isClosedByPeer());
      }
      assertEquals(200, served.post(McpClient.callMessage(1, "vllm_status", "{}")).status());
    } finally {
      for (RawHttp http : open) {
        http.close();
      }
    }
  }
}
