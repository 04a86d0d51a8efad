// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A client of MCP 2025-11-25 over Streamable HTTP, with what a grant's Secret holds: address,
 * token, CA. Safe for several threads once connected.
 */
public final class McpClient implements AutoCloseable {
  private final HttpClient http;
  private final URI url;
  private final String token;
  private final AtomicLong ids = new AtomicLong();
  private Optional<String> session = Optional.empty();

  /** What a tool answered: its text, and whether it is an error that the agent should act on. */
  public record ToolAnswer(boolean isError, String text, JsonObject result) {}

  /** An answer that is not a result: a JSON-RPC error, or an HTTP status without one. */
  public static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;
    private final int status;
    private final String body;

    RefusedException(int status, String body) {
      super("HTTP " + status + ": " + body);
      this.status = status;
      this.body = body;
    }

    public String body() {
      return body;
    }

    public int status() {
      return status;
    }
  }

  private McpClient(HttpClient http, URI url, String token) {
    this.http = http;
    this.url = url;
    this.token = token;
  }

  /**
   * A client that has not said anything yet.
   *
   * @param caPem the authority to trust; empty for the JDK's own, which is all that plain HTTP
   *     needs
   */
  public static McpClient unconnected(URI url, String token, String caPem) {
    var http =
        HttpClient.newBuilder()
            .sslContext(trusting(caPem))
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    return new McpClient(http, url, token);
  }

  /** A client with a session. */
  public static McpClient connect(URI url, String token, String caPem)
      throws IOException, RefusedException {
    McpClient client = unconnected(url, token, caPem);
    client.initialize();
    return client;
  }

  public void initialize() throws IOException, RefusedException {
    session = Optional.empty();
    var params =
        JsonObject.builder()
            .put("protocolVersion", "2025-11-25")
            .put("capabilities", JsonObject.EMPTY)
            .put("clientInfo", JsonObject.builder().put("name", "e2e").put("version", "1").build())
            .build();
    HttpResponse<byte[]> response = post(request("initialize", Optional.of(params)));
    resultOf(response);
    session = response.headers().firstValue("Mcp-Session-Id");
    post(
        JsonObject.builder()
            .put("jsonrpc", "2.0")
            .put("method", "notifications/initialized")
            .build());
  }

  /** A client with this one's token that uses the session of another. */
  public McpClient inSessionOf(McpClient other) {
    var intruder = new McpClient(http, url, token);
    intruder.session = other.session;
    return intruder;
  }

  public List<String> tools() throws IOException, RefusedException {
    JsonObject result = result("tools/list", JsonObject.EMPTY);
    return result.array("tools").orElse(JsonArray.EMPTY).elements().stream()
        .map(tool -> ((JsonObject) tool).string("name").orElseThrow())
        .toList();
  }

  public ToolAnswer call(String tool, JsonObject arguments) throws IOException, RefusedException {
    JsonObject result =
        result(
            "tools/call",
            JsonObject.builder().put("name", tool).put("arguments", arguments).build());
    String text =
        result.array("content").orElse(JsonArray.EMPTY).elements().stream()
            .map(content -> ((JsonObject) content).string("text").orElse(""))
            .reduce("", String::concat);
    boolean isError = result.get("isError").filter(JsonValue.JsonBoolean.TRUE::equals).isPresent();
    return new ToolAnswer(isError, text, result);
  }

  public ToolAnswer call(String tool) throws IOException, RefusedException {
    return call(tool, JsonObject.EMPTY);
  }

  public JsonObject result(String method, JsonObject params) throws IOException, RefusedException {
    return resultOf(post(request(method, Optional.of(params))));
  }

  /** Sends exactly these bytes as a POST with this client's token and session. */
  public HttpResponse<byte[]> postRaw(byte[] body) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .timeout(Duration.ofSeconds(90))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    session.ifPresent(
        id -> request.header("Mcp-Session-Id", id).header("MCP-Protocol-Version", "2025-11-25"));
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + url, interrupted);
    }
  }

  private JsonObject request(String method, Optional<JsonObject> params) {
    JsonObject.Builder request =
        JsonObject.builder()
            .put("jsonrpc", "2.0")
            .put("id", ids.incrementAndGet())
            .put("method", method);
    params.ifPresent(value -> request.put("params", value));
    return request.build();
  }

  private HttpResponse<byte[]> post(JsonObject message) throws IOException {
    return postRaw(JsonText.bytes(message));
  }

  private static JsonObject resultOf(HttpResponse<byte[]> response) throws RefusedException {
    String body = new String(response.body(), StandardCharsets.UTF_8);
    if (response.statusCode() == 200) {
      try {
        if (new StrictJson(JsonLimits.RESPONSE).read(response.body()) instanceof JsonObject message
            && message.object("result").isPresent()) {
          return message.object("result").orElseThrow();
        }
      } catch (MalformedJsonException notJson) {
        throw new RefusedException(200, notJson.getMessage() + ": " + body);
      }
    }
    throw new RefusedException(response.statusCode(), body);
  }

  private static SSLContext trusting(String caPem) {
    try {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      if (caPem.isEmpty()) {
        return SSLContext.getDefault();
      }
      var certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(caPem.getBytes(StandardCharsets.US_ASCII)));
      int index = 0;
      for (var certificate : certificates) {
        store.setCertificateEntry("ca" + index++, certificate);
      }
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      var context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    } catch (GeneralSecurityException unusable) {
      throw new IllegalStateException("the CA of the grant's Secret cannot be used", unusable);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
