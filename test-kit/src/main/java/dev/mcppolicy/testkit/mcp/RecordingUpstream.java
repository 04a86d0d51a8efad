// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.testkit.mcp;

import dev.mcppolicy.testkit.mcp.McpAnswers.Answer;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An MCP server over Streamable HTTP on 127.0.0.1 that keeps every request with all its bytes.
 * Answers {@code initialize}, {@code tools/list} and {@code tools/call} (an echo); the tools {@code
 * crash}, {@code hang}, {@code slow}, {@code large}, {@code fail} and {@code tool_error} misbehave:
 * {@code crash} closes the connection without an answer. Thread-safe.
 */
public final class RecordingUpstream implements AutoCloseable {
  /** One request; {@code raw} is every byte of it, {@code body} is without framing. */
  @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
  public record Request(
      String method, String target, List<Header> headers, byte[] body, byte[] raw) {
    public Optional<String> header(String name) {
      return Header.first(headers, name);
    }

    /** The body as UTF-8. */
    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  /**
   * How it answers.
   *
   * @param tools the names of its tools; none means the 12 of {@code vllm-mcp-server} 0.1.4
   * @param delay before the answer to each {@code tools/call}
   * @param events whether results come as {@code text/event-stream}
   */
  public record Behaviour(List<String> tools, Duration delay, boolean events) {
    public static Behaviour ofVllmMcpServer() {
      return new Behaviour(List.of(), Duration.ZERO, false);
    }

    public Behaviour withDelay(Duration changed) {
      return new Behaviour(tools, changed, events);
    }

    public Behaviour withEvents() {
      return new Behaviour(tools, delay, true);
    }

    McpAnswers answers() {
      return tools.isEmpty()
          ? McpAnswers.withToolsOfVllmMcpServer(delay)
          : McpAnswers.withTools(tools, delay);
    }
  }

  private final ServerSocket listener;
  private final Behaviour behaviour;
  private final McpAnswers answers;
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();

  private RecordingUpstream(ServerSocket listener, Behaviour behaviour) {
    this.listener = listener;
    this.behaviour = behaviour;
    this.answers = behaviour.answers();
  }

  /** Starts one with the tools of {@code vllm-mcp-server} on a free port. */
  public static RecordingUpstream start() {
    return start(Behaviour.ofVllmMcpServer());
  }

  public static RecordingUpstream start(Behaviour behaviour) {
    try {
      var upstream =
          new RecordingUpstream(
              new ServerSocket(0, 256, InetAddress.ofLiteral("127.0.0.1")), behaviour);
      Thread.ofVirtual().name("recording-upstream").start(upstream::accept);
      return upstream;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** {@code http://127.0.0.1:PORT/mcp}; every other path answers 404. */
  public URI uri() {
    return URI.create("http://127.0.0.1:%d/mcp".formatted(port()));
  }

  /** Every request read to its end so far, in the order of their ends. */
  public List<Request> requests() {
    return List.copyOf(requests);
  }

  /** The connections accepted so far: 0 means that not one byte arrived. */
  public int acceptedConnections() {
    return accepted.get();
  }

  /** The bodies of the requests whose JSON-RPC method is this one. */
  public List<String> messages(String method) {
    return requests.stream().map(Request::text).filter(text -> isMethod(text, method)).toList();
  }

  /** Forgets the requests so far. */
  public void clear() {
    requests.clear();
  }

  static boolean isMethod(String message, String method) {
    try {
      return LenientJson.read(message) instanceof Map<?, ?> members
          && method.equals(members.get("method"));
    } catch (RuntimeException e) {
      return false;
    }
  }

  private void accept() {
    while (true) {
      try {
        var socket = listener.accept();
        accepted.incrementAndGet();
        connections.add(socket);
        Thread.ofVirtual().name("recording-upstream-connection").start(() -> serve(socket));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      var in = new HttpBytes(new BufferedInputStream(socket.getInputStream()));
      while (answer(socket, read(in))) {}
    } catch (EOFException | SocketException e) {
      // The caller closed.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      connections.remove(socket);
    }
  }

  private Request read(HttpBytes in) throws IOException {
    var head = in.head();
    var words = head.startLine().split(" ", 3);
    var chunked = Header.first(head.headers(), "Transfer-Encoding").isPresent();
    var length = Header.first(head.headers(), "Content-Length").map(Long::parseLong).orElse(0L);
    var body = chunked ? in.chunks() : in.exactly(length);
    var request =
        new Request(words[0], words.length > 1 ? words[1] : "", head.headers(), body, in.takeRaw());
    requests.add(request);
    return request;
  }

  /** Answers and returns whether the connection stays. */
  private boolean answer(Socket socket, Request request) throws IOException {
    if (!request.target().equals("/mcp")) {
      return send(socket, "404 Not Found", "");
    }
    return switch (request.method()) {
      case "POST" -> answerPost(socket, request);
      case "DELETE" -> send(socket, "200 OK", "");
      default -> send(socket, "405 Method Not Allowed", "");
    };
  }

  private boolean answerPost(Socket socket, Request request) throws IOException {
    return switch (answers.to(request.text())) {
      case Answer.Nothing() -> send(socket, "202 Accepted", "");
      case Answer.Hang() -> socket.getInputStream().read() >= 0; // until the caller gives up
      case Answer.Crash() -> false;
      case Answer.Message(var text, var delay) -> {
        pause(delay);
        var session =
            isMethod(request.text(), "initialize")
                ? "Mcp-Session-Id: " + UUID.randomUUID() + "\r\n"
                : "";
        yield behaviour.events()
            ? send(
                socket,
                "200 OK",
                session + "Content-Type: text/event-stream\r\n",
                "event: message\ndata: " + text + "\n\n")
            : send(socket, "200 OK", session + "Content-Type: application/json\r\n", text);
      }
    };
  }

  private static boolean send(Socket socket, String status, String body) throws IOException {
    return send(socket, status, "", body);
  }

  private static boolean send(Socket socket, String status, String headers, String body)
      throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    var head =
        "HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n".formatted(status, headers, bytes.length);
    var response = new byte[head.length() + bytes.length];
    System.arraycopy(head.getBytes(StandardCharsets.ISO_8859_1), 0, response, 0, head.length());
    System.arraycopy(bytes, 0, response, head.length(), bytes.length);
    socket.getOutputStream().write(response);
    return true;
  }

  static void pause(Duration delay) {
    try {
      Thread.sleep(delay);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (var connection : connections) {
      connection.close();
    }
  }
}
