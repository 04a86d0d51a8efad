// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import dev.mcppolicy.mcp.InvalidMessageException;
import dev.mcppolicy.mcp.LineFramer;
import dev.mcppolicy.mcp.Message;
import dev.mcppolicy.mcp.Message.Request;
import dev.mcppolicy.mcp.Messages;
import dev.mcppolicy.mcp.Replies;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiConsumer;

/**
 * A server in this process, whose lives are scripted: it answers {@code initialize} by itself and
 * leaves every other message to the script.
 */
final class FakeServer implements StdioConnector {
  /** Takes a message that arrived at this life. */
  interface Script extends BiConsumer<Life, Message> {}

  private static final byte[] END = {};

  final List<Life> lives = new CopyOnWriteArrayList<>();
  private final Script script;
  volatile boolean refusesConnections;
  volatile String version = "2025-11-25";

  FakeServer(Script script) {
    this.script = script;
  }

  /** Answers every request with its own params. */
  static FakeServer echoing() {
    return new FakeServer(
        (life, message) -> {
          if (message instanceof Request request) {
            life.result(request, request.params().orElse(JsonObject.EMPTY));
          }
        });
  }

  @Override
  public Channel open() throws IOException {
    if (refusesConnections) {
      throw new IOException("the test refuses connections");
    }
    var life = new Life();
    lives.add(life);
    return life;
  }

  @Override
  public void close() {}

  final class Life implements Channel, LineFramer.Sink {
    final List<Message> received = new CopyOnWriteArrayList<>();
    private final LinkedBlockingQueue<byte[]> output = new LinkedBlockingQueue<>();
    private final CompletableFuture<String> gone = new CompletableFuture<>();
    private final LineFramer framer = new LineFramer(1 << 20, this);
    private final StrictJson json = new StrictJson(JsonLimits.REQUEST);
    volatile boolean breaksOnWrite;
    private volatile boolean over;

    void say(String text) {
      output.add((text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    void result(Request request, JsonObject result) {
      say(JsonText.string(Replies.result(request.id(), result)));
    }

    void exit(String how) {
      over = true;
      gone.complete(how);
      output.add(END);
    }

    /** The requests of that method which arrived. */
    List<Request> requests(String method) {
      return received.stream()
          .filter(Request.class::isInstance)
          .map(Request.class::cast)
          .filter(request -> request.method().equals(method))
          .toList();
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
      try {
        byte[] bytes = output.take();
        if (bytes.length == 0) {
          return -1;
        }
        for (int at = 0; at < bytes.length; at++) {
          if (!into.hasRemaining()) {
            throw new IOException("the test writes lines up to the buffer's size");
          }
          into.put(bytes[at]);
        }
        return bytes.length;
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      if (over) {
        throw new IOException("broken pipe");
      }
      if (breaksOnWrite) {
        bytes.limit(bytes.position() + 10);
        framer.feed(bytes);
        throw new IOException("broken pipe after 10 bytes");
      }
      framer.feed(bytes);
    }

    @Override
    public void line(byte[] line) {
      try {
        Message message = Messages.read(json.read(line));
        received.add(message);
        if (message instanceof Request request && request.method().equals("initialize")) {
          result(request, JsonObject.builder().put("protocolVersion", version).build());
        } else {
          script.accept(this, message);
        }
      } catch (MalformedJsonException | InvalidMessageException e) {
        throw new AssertionError("not a message was written upstream", e);
      }
    }

    @Override
    public void overlong(byte[] head) {
      throw new AssertionError("a very long line was written upstream");
    }

    @Override
    public CompletableFuture<String> gone() {
      return gone;
    }

    @Override
    public void close() {
      exit("it was closed by the test's peer");
    }
  }
}
