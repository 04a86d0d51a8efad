// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.mcp.Message.Notification;
import dev.mcppolicy.proxy.upstream.UpstreamReply.Failed;
import dev.mcppolicy.proxy.upstream.UpstreamState.Connected;
import dev.mcppolicy.proxy.upstream.UpstreamState.Disconnected;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server behind stdin and stdout: one process at a time, shared by all callers, whose requests
 * get ids that only this upstream knows.
 *
 * <p>One thread looks after it: it opens a connection, initializes it, waits for its end, fails
 * what was pending, waits a while and begins again. A call that comes while a connection is being
 * made waits for it; one that comes between two attempts fails at once, unsent.
 */
public final class StdioUpstream implements Upstream {
  private static final Logger LOG = LoggerFactory.getLogger(StdioUpstream.class);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(10);

  private final StdioConnector connector;
  private final StdioSettings settings;
  private final BackOff backOff;
  private final Dropped dropped = new Dropped();
  private final AtomicLong ids = new AtomicLong();
  private final ScheduledThreadPoolExecutor timers;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile UpstreamState state =
      new Disconnected("the MCP server has not been started; try again in a moment");
  private volatile @Nullable StdioConnection current;
  private long generation;

  public StdioUpstream(StdioConnector connector, StdioSettings settings) {
    this.connector = connector;
    this.settings = settings;
    this.backOff = new BackOff(settings.backOff(), RandomGenerator.getDefault());
    this.timers =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("upstream-timers").factory());
    this.timers.setRemoveOnCancelPolicy(true);
  }

  @Override
  public void start(UpstreamListener listener) {
    StdioConnection first = next(); // calls may come from now on
    Thread.ofPlatform().daemon().name("upstream").start(() -> run(first, listener));
  }

  @Override
  public PendingCall call(
      String method, Optional<JsonObject> params, Duration timeout, Consumer<UpstreamReply> reply) {
    StdioConnection connection = current;
    if (connection == null) {
      String why =
          state instanceof Disconnected(String cause) ? cause : "the MCP server is starting";
      reply.accept(new Failed(false, why));
      return _ -> {};
    }
    return connection.call(method, params, timeout, reply);
  }

  @Override
  public void sendNotification(String method, Optional<JsonObject> params) {
    StdioConnection connection = current;
    if (connection != null) {
      connection.send(new Notification(method, params).json());
    }
  }

  @Override
  public UpstreamState state() {
    return state;
  }

  /** What the server sent and nobody got. */
  Dropped dropped() {
    return dropped;
  }

  @Override
  public void close() {
    closing.countDown();
    StdioConnection connection = current;
    if (connection != null) {
      connection.end("it was closed");
    }
    try {
      if (!stopped.await(CLOSE_MAX.toNanos(), TimeUnit.NANOSECONDS)) {
        LOG.warn("the MCP server did not end within {}", Times.text(CLOSE_MAX));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connector.close();
    timers.shutdownNow();
  }

  /** A connection that takes calls and is not made yet. */
  private StdioConnection next() {
    var connection = new StdioConnection(settings, timers, ids);
    current = connection;
    if (closing.getCount() == 0) { // closed in between, hence not ended by close()
      connection.end("it was closed");
    }
    return connection;
  }

  private void run(StdioConnection first, UpstreamListener listener) {
    StdioConnection connection = first;
    try {
      while (true) {
        long usableNanos = live(connection, listener);
        String how = connection.ended().join();
        boolean closed = closing.getCount() == 0;
        Duration wait = closed ? Duration.ZERO : backOff.next(Duration.ofNanos(usableNanos));
        String why = closed ? "the MCP server was stopped" : lost(how, wait);
        StdioConnection lost = connection;
        var down = new Disconnected(why);
        state = down;
        boolean atOnce = !closed && wait.isZero();
        if (atOnce) {
          connection = next(); // who tries again at once waits for this one
        } else {
          current = null;
        }
        lost.failPending(why);
        announce(listener, down);
        if (closed) {
          return;
        }
        LOG.warn("{}", why);
        if (!atOnce) {
          closing.await(wait.toNanos(), TimeUnit.NANOSECONDS);
          connection = next();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      current = null;
      connection.failPending("the MCP server was stopped");
      stopped.countDown();
    }
  }

  private static void announce(UpstreamListener listener, Disconnected down) {
    try {
      listener.disconnected(down);
    } catch (RuntimeException e) {
      LOG.error("a listener of the MCP server's connection failed", e);
    }
  }

  private static String lost(String how, Duration wait) {
    return "the connection to the MCP server was lost: "
        + how
        + "; "
        + (wait.isZero()
            ? "it is being restarted, try again"
            : "the next attempt follows in " + Times.text(Duration.ofMillis(wait.toMillis())));
  }

  /** Runs one connection to its end and says for how long it was of use. */
  private long live(StdioConnection connection, UpstreamListener listener)
      throws InterruptedException {
    if (connection.ended().isDone()) {
      return 0;
    }
    try (StdioConnector.Channel channel = connector.open()) {
      CompletableFuture<UpstreamReply> initialize =
          connection.start(
              channel,
              Handshake.params(),
              new IncomingLines(settings, connection, listener::notified, dropped));
      CompletableFuture.anyOf(initialize, connection.ended()).get();
      if (connection.ended().isDone()) {
        return 0;
      }
      switch (Handshake.outcome(initialize.get(), ++generation)) {
        case Handshake.Failed(String why) -> {
          connection.end(why);
          return 0;
        }
        case Handshake.Done(Connected connected) -> {
          long begun = System.nanoTime();
          if (connected.generation() == 1) {
            backOff.reset(); // it was not there yet, which says nothing of how it runs
          }
          state = connected;
          listener.connected(connected);
          connection.release(Handshake.INITIALIZED);
          connection.ended().get();
          return System.nanoTime() - begun;
        }
      }
    } catch (IOException e) {
      connection.end(String.valueOf(e.getMessage()));
      return 0;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e); // none of these completes with an exception
    } catch (RuntimeException e) {
      LOG.error("looking after the MCP server failed", e);
      connection.end("looking after it failed: " + e);
      return 0;
    }
  }
}
