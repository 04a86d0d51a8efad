// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.mcp.LineFramer;
import dev.mcppolicy.mcp.Lines;
import dev.mcppolicy.mcp.Message;
import dev.mcppolicy.mcp.RequestId;
import dev.mcppolicy.proxy.upstream.UpstreamReply.Failed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One life of the server process: what is pending on it, what waits to be written to it, and the
 * threads that read and write. Calls are taken from the moment that it exists; they are written
 * once {@link #release} says that {@code initialize} is done.
 */
final class StdioConnection {
  private static final int READ_BYTES = 1 << 16;
  private static final Duration EXIT_GRACE = Duration.ofMillis(500);
  private static final String BUSY = "the MCP server is busy: too many calls wait; try again later";

  /** One line to write; {@code exchange} is empty for what no reply belongs to. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Outgoing(byte[] line, Optional<Exchange> exchange) {}

  private final StdioSettings settings;
  private final ScheduledExecutorService timers;
  private final AtomicLong ids;
  private final Map<Long, Exchange> pending = new ConcurrentHashMap<>();
  private final LinkedBlockingQueue<Outgoing> queue;
  private final AtomicLong queuedBytes = new AtomicLong();
  private final CompletableFuture<byte[]> opening = new CompletableFuture<>();
  private final CompletableFuture<String> ended = new CompletableFuture<>();
  private volatile @Nullable String failedWhy;

  /**
   * @param ids shared by all connections of an upstream, so that no id is used twice
   */
  StdioConnection(StdioSettings settings, ScheduledExecutorService timers, AtomicLong ids) {
    this.settings = settings;
    this.timers = timers;
    this.ids = ids;
    this.queue = new LinkedBlockingQueue<>(2 * settings.pendingMax() + 64);
  }

  /**
   * Starts to read and write, {@code initialize} first.
   *
   * @param incoming takes the lines that are read, on the reading thread
   * @return the reply to {@code initialize}
   */
  CompletableFuture<UpstreamReply> start(
      StdioConnector.Channel channel, JsonObject initializeParams, LineFramer.Sink incoming) {
    var initialize = new CompletableFuture<UpstreamReply>();
    Outgoing request =
        request(
                "initialize",
                Optional.of(initializeParams),
                settings.initializeTimeout(),
                initialize::complete)
            .outgoing();
    Thread.ofPlatform().daemon().name("upstream-reader").start(() -> read(channel, incoming));
    Thread writer =
        Thread.ofPlatform().daemon().name("upstream-writer").start(() -> write(channel, request));
    var _ = ended.thenRun(writer::interrupt);
    var _ =
        channel
            .gone()
            .thenAccept(
                how -> {
                  var _ = later(() -> end(how), EXIT_GRACE); // its last output is read first
                });
    return initialize;
  }

  /** Writes this notification, and from then on what has been waiting. */
  void release(Message.Notification initialized) {
    opening.complete(Lines.line(initialized.json()));
  }

  /** Completes with what ended this connection. */
  CompletableFuture<String> ended() {
    return ended;
  }

  /** Ends the connection; the first cause stands. What is pending is failed by the owner. */
  void end(String why) {
    ended.complete(why);
  }

  PendingCall call(
      String method, Optional<JsonObject> params, Duration timeout, Consumer<UpstreamReply> reply) {
    if (pending.size() >= settings.pendingMax()) {
      reply.accept(new Failed(false, BUSY));
      return _ -> {};
    }
    Pending call = request(method, params, timeout, reply);
    if (!enqueue(call.outgoing())) {
      pending.remove(call.id());
      call.exchange().fail(BUSY);
    }
    String failed = failedWhy;
    if (failed != null) { // it came while the others were being failed
      pending.remove(call.id());
      call.exchange().fail(failed);
    }
    return reason -> giveUp(call.id(), call.exchange(), "the call was cancelled: " + reason);
  }

  /** Queues a message that is owed no reply; dropped when the queue is full. */
  void send(JsonObject message) {
    enqueue(new Outgoing(Lines.line(message), Optional.empty()));
  }

  /** Hands an answer to the request of that id; false when nothing waits for it. */
  boolean answer(long id, UpstreamReply answer) {
    Exchange exchange = pending.remove(id);
    return exchange != null && exchange.answer(answer);
  }

  /** Fails what is pending, and whatever still comes. */
  void failPending(String why) {
    failedWhy = why;
    for (Long id : List.copyOf(pending.keySet())) {
      Exchange exchange = pending.remove(id);
      if (exchange != null) {
        exchange.fail(why);
      }
    }
  }

  private record Pending(long id, Exchange exchange, Outgoing outgoing) {}

  private Pending request(
      String method, Optional<JsonObject> params, Duration timeout, Consumer<UpstreamReply> reply) {
    long id = ids.incrementAndGet();
    byte[] line = Lines.line(new Message.Request(RequestId.of(id), method, params).json());
    var exchange = new Exchange(reply);
    pending.put(id, exchange);
    exchange.timeout(later(() -> timedOut(id, exchange, timeout), timeout));
    return new Pending(id, exchange, new Outgoing(line, Optional.of(exchange)));
  }

  private boolean enqueue(Outgoing outgoing) {
    int bytes = outgoing.line().length;
    if (queuedBytes.addAndGet(bytes) <= settings.queuedBytesMax() && queue.offer(outgoing)) {
      return true;
    }
    queuedBytes.addAndGet(-bytes);
    return false;
  }

  private void timedOut(long id, Exchange exchange, Duration timeout) {
    boolean stuck = exchange.isWriting();
    giveUp(id, exchange, "the MCP server did not answer within " + Times.text(timeout));
    if (stuck) {
      end("it does not read its input");
    }
  }

  private void giveUp(long id, Exchange exchange, String why) {
    pending.remove(id);
    if (exchange.fail(why) == Exchange.Failure.SENT) {
      JsonObject params = JsonObject.builder().put("requestId", id).put("reason", why).build();
      send(new Message.Notification("notifications/cancelled", Optional.of(params)).json());
    }
  }

  private void write(StdioConnector.Channel channel, Outgoing initialize) {
    try {
      write(channel, initialize, 0);
      channel.write(ByteBuffer.wrap(opening.get()));
      while (!ended.isDone()) {
        Outgoing next = queue.take();
        write(channel, next, next.line().length);
      }
    } catch (IOException e) {
      // Half a line may stand there now: nothing may ever follow it on this connection.
      endAsGone(channel, "it takes no more input");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // ended
    } catch (ExecutionException e) {
      throw new IllegalStateException(e); // never completed so
    }
  }

  private void write(StdioConnector.Channel channel, Outgoing next, int wasQueuedBytes)
      throws IOException {
    queuedBytes.addAndGet(-wasQueuedBytes);
    if (next.exchange().isEmpty()) {
      channel.write(ByteBuffer.wrap(next.line()));
    } else if (next.exchange().get().beginWriting()) {
      channel.write(ByteBuffer.wrap(next.line()));
      next.exchange().get().endWriting();
    }
  }

  private void read(StdioConnector.Channel channel, LineFramer.Sink incoming) {
    var framer = new LineFramer(settings.lineBytesMax(), incoming);
    ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
    try {
      while (channel.read(buffer.clear()) >= 0 && !ended.isDone()) {
        framer.feed(buffer.flip());
      }
      endAsGone(channel, "it closed the connection");
    } catch (IOException e) {
      endAsGone(channel, "it cannot be read from");
    } catch (RuntimeException | Error e) {
      end("reading from it failed: " + e);
      throw e;
    }
  }

  /** Ends with how the process went, which is known a moment after its streams are closed. */
  private void endAsGone(StdioConnector.Channel channel, String otherwise) {
    var _ =
        channel
            .gone()
            .copy()
            .completeOnTimeout(otherwise, EXIT_GRACE.toNanos(), TimeUnit.NANOSECONDS)
            .thenAccept(this::end);
  }

  private ScheduledFuture<?> later(Runnable task, Duration after) {
    return timers.schedule(task, after.toNanos(), TimeUnit.NANOSECONDS);
  }
}
