// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.local;

import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonValue.JsonBoolean;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import dev.mcppolicy.testkit.mcp.RawHttp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A client on one connection of a proxy, with a token and, after {@link #initialize}, a session.
 */
public final class McpClient implements AutoCloseable {
  private final RawHttp http;
  private final String host;
  private final String token;
  private Optional<String> session = Optional.empty();
  private int id;

  private McpClient(RawHttp http, String host, String token) {
    this.http = http;
    this.host = host;
    this.token = token;
  }

  public static McpClient connect(int port, String token) throws IOException {
    return new McpClient(RawHttp.connect("127.0.0.1", port), "127.0.0.1:" + port, token);
  }

  /** On a connection that is there. */
  public static McpClient on(RawHttp http, String host, String token) {
    return new McpClient(http, host, token);
  }

  /** With a session already. */
  public static McpClient begin(int port, String token) throws IOException {
    McpClient client = connect(port, token);
    client.initialize("2025-11-25");
    return client;
  }

  public RawHttp http() {
    return http;
  }

  public String session() {
    return session.orElseThrow();
  }

  public RawHttp.Response initialize(String version) throws IOException {
    RawHttp.Response response =
        post(
            "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"%s\",\"capabilities\":{},\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}}"
                .formatted(version));
    session = response.header("Mcp-Session-Id");
    return response;
  }

  /** Sends the bytes of one message; further header lines may be added. */
  public RawHttp.Response post(byte[] body, String... headers) throws IOException {
    return http.send(request(body, headers)).read();
  }

  public RawHttp.Response post(String body, String... headers) throws IOException {
    return post(body.getBytes(StandardCharsets.UTF_8), headers);
  }

  public byte[] request(byte[] body, String... headers) {
    List<String> all = new ArrayList<>(List.of("Authorization: Bearer " + token));
    session.ifPresent(value -> all.add("Mcp-Session-Id: " + value));
    all.addAll(List.of(headers));
    return RawHttp.post("/mcp", host, body, all.toArray(String[]::new));
  }

  public RawHttp.Response delete() throws IOException {
    return http.send(
            Stream.of(
                        "DELETE /mcp HTTP/1.1",
                        "Host: " + host,
                        "Authorization: Bearer " + token,
                        "Mcp-Session-Id: " + session())
                    .reduce("", (head, line) -> head + line + "\r\n")
                + "\r\n")
        .read();
  }

  /** The answer to a call of that tool; arguments as JSON. */
  public JsonObject call(String tool, String arguments) throws IOException {
    return json(post(callMessage(++id, tool, arguments)));
  }

  public JsonObject list() throws IOException {
    return json(post("{\"jsonrpc\":\"2.0\",\"id\":" + ++id + ",\"method\":\"tools/list\"}"));
  }

  public static String callMessage(int id, String tool, String arguments) {
    return "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":%s}}"
        .formatted(id, tool, arguments);
  }

  public static JsonObject json(RawHttp.Response response) {
    try {
      return (JsonObject) new StrictJson(JsonLimits.RESPONSE).read(response.body());
    } catch (MalformedJsonException e) {
      throw new AssertionError(response.status() + " " + response.text(), e);
    }
  }

  /** The text of a tool's result. */
  public static String text(JsonObject answer) {
    return answer
        .object("result")
        .flatMap(result -> result.array("content"))
        .flatMap(content -> ((JsonObject) content.elements().getFirst()).string("text"))
        .orElseThrow(() -> new AssertionError("no result with a text: " + answer));
  }

  public static boolean isError(JsonObject answer) {
    return answer
        .object("result")
        .flatMap(result -> result.get("isError"))
        .map(value -> value.equals(JsonBoolean.TRUE))
        .orElse(false);
  }

  /** The code of an error of the protocol. */
  public static long errorCode(JsonObject answer) {
    return answer
        .object("error")
        .flatMap(error -> error.get("code"))
        .map(code -> Long.parseLong(((JsonNumber) code).text()))
        .orElseThrow(() -> new AssertionError("no error: " + answer));
  }

  @Override
  public void close() throws IOException {
    http.close();
  }
}
