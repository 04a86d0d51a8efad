// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An MCP server over HTTP that answers each request as the test says. */
final class ScriptedHttp implements AutoCloseable {
  /** Answers a request by one of the request's own methods; the returned value means nothing. */
  interface Script {
    Answered answer(Request request);
  }

  /** That an answer was sent. */
  record Answered() {}

  final List<Request> requests = new CopyOnWriteArrayList<>();
  private final AtomicInteger sessions = new AtomicInteger();
  private final HttpServer http;

  ScriptedHttp(Script script) throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    http.createContext(
        "/",
        exchange -> {
          var request =
              new Request(
                  exchange,
                  new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          requests.add(request);
          script.answer(request);
        });
    http.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + "/mcp");
  }

  @Override
  public void close() {
    http.stop(0);
  }

  final class Request {
    private final HttpExchange exchange;
    private final String body;

    private Request(HttpExchange exchange, String body) {
      this.exchange = exchange;
      this.body = body;
    }

    String body() {
      return body;
    }

    boolean isCall() {
      return body.contains("\"tools/call\"");
    }

    String session() {
      return String.valueOf(exchange.getRequestHeaders().getFirst("Mcp-Session-Id"));
    }

    private String id() {
      try {
        var message =
            (JsonObject)
                new StrictJson(JsonLimits.REQUEST).read(body.getBytes(StandardCharsets.UTF_8));
        return JsonText.string(message.get("id").orElseThrow());
      } catch (MalformedJsonException e) {
        throw new AssertionError(body, e);
      }
    }

    private String result(String id) {
      return "{\"jsonrpc\":\"2.0\",\"id\":"
          + id
          + ",\"result\":{\"protocolVersion\":\"2025-11-25\"}}";
    }

    /** As a good server does. */
    Answered ordinary() {
      if (!body.contains("\"id\":") || body.contains("\"error\"")) {
        return status(202);
      }
      if (body.contains("\"initialize\"")) {
        header("Mcp-Session-Id", "s" + sessions.incrementAndGet());
      }
      return send(200, "application/json", result(id()));
    }

    Answered status(int status) {
      return send(status, "text/plain", "");
    }

    /** These messages and then the answer, on a stream. */
    Answered stream(String... messages) {
      var text = new StringBuilder(": begin\n\n");
      for (String message : messages) {
        text.append("data: ").append(message).append("\r\n\r\n");
      }
      text.append("event: message\nid: 7\nretry: 1\ndata: ").append(result(id())).append("\n\n");
      return send(200, "text/event-stream; charset=utf-8", text.toString());
    }

    Answered bad(String how) {
      return switch (how) {
        case "redirect" -> {
          header("Location", url().resolve("/elsewhere").toString());
          yield send(307, "text/plain", "");
        }
        case "gzip" -> {
          header("Content-Encoding", "gzip");
          yield send(200, "application/json", "whatever");
        }
        case "html" -> send(200, "text/html", "<html>");
        case "500" -> send(500, "application/json", result(id()));
        case "nonsense" -> send(200, "application/json", "{\"jsonrpc\":");
        case "other-id" -> send(200, "application/json", result("999999"));
        case "empty-stream" -> send(200, "text/event-stream", ": nothing\n\n");
        default -> throw new AssertionError(how);
      };
    }

    private void header(String name, String value) {
      exchange.getResponseHeaders().set(name, value);
    }

    private Answered send(int status, String type, String text) {
      try {
        header("Content-Type", type);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
        return new Answered();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
