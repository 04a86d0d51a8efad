// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.upstream.UpstreamState.Connected;
import dev.mcppolicy.proxy.upstream.UpstreamState.Disconnected;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UnixSocketConnectorTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final StdioSettings SETTINGS =
      new StdioSettings(
          Duration.ofSeconds(5),
          1 << 20,
          8,
          1 << 20,
          5,
          new BackOff.Settings(Duration.ofMillis(10), Duration.ofMillis(50), Duration.ZERO));
  private static final JsonObject PARAMS = JsonObject.builder().put("name", "x").build();

  @TempDir Path folder;

  /** Copies bytes between each connection and one life of a scripted server. */
  private ServerSocketChannel serve(FakeServer server) throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(folder.resolve("mcp.sock")));
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (true) {
                  SocketChannel connection = listener.accept();
                  StdioConnector.Channel life = server.open();
                  Thread.ofVirtual().start(() -> copyOut(life, connection));
                  Thread.ofVirtual().start(() -> copyIn(connection, life));
                }
              } catch (IOException e) {
                // closed
              }
            });
    return listener;
  }

  private static void copyOut(StdioConnector.Channel life, SocketChannel connection) {
    var buffer = ByteBuffer.allocate(1 << 16);
    try (connection) {
      while (life.read(buffer.clear()) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          connection.write(buffer);
        }
      }
    } catch (IOException e) {
      // the other side is gone
    }
  }

  private static void copyIn(SocketChannel connection, StdioConnector.Channel life) {
    var buffer = ByteBuffer.allocate(1 << 16);
    try (life) {
      while (connection.read(buffer.clear()) >= 0) {
        life.write(buffer.flip());
      }
    } catch (IOException e) {
      // the other side is gone
    }
  }

  private static Reply call(Upstream upstream) {
    var reply = new Reply();
    upstream.call("tools/call", Optional.of(PARAMS), TIMEOUT, reply);
    return reply;
  }

  @Test
  void speaksOverTheSocketAndConnectsAgainWhenItCloses() throws Exception {
    var events = new Events();
    var server = FakeServer.echoing();
    try (ServerSocketChannel _ = serve(server);
        var upstream =
            new StdioUpstream(
                new UnixSocketConnector(
                    folder.resolve("mcp.sock"), folder.resolve("stderr.sock"), Duration.ZERO),
                SETTINGS)) {
      upstream.start(events);
      assertEquals(PARAMS, call(upstream).result());
      events.next(Connected.class);
      server.lives.getFirst().exit("whatever");
      String why = events.next(Disconnected.class).why();
      assertTrue(why.contains("it closed the connection"), why);
      assertEquals(PARAMS, call(upstream).result());
      assertEquals(2, server.lives.size());
    }
  }

  @Test
  void saysWhichSocketIsNotThere() throws Exception {
    var events = new Events();
    Path socket = folder.resolve("none.sock");
    try (var upstream =
        new StdioUpstream(
            new UnixSocketConnector(socket, folder.resolve("stderr.sock"), Duration.ZERO),
            SETTINGS)) {
      upstream.start(events);
      String why = events.next(Disconnected.class).why();
      assertTrue(why.contains("no connection to the bridge's socket `" + socket + "`"), why);
      assertFalse(call(upstream).failed().sent());
    }
  }

  @Test
  void stderrBecomesLinesThatCannotBeTakenForOthers() {
    var lines = new java.util.ArrayList<String>();
    var nanos = new java.util.concurrent.atomic.AtomicLong();
    var log = new StderrLog(lines::add, nanos::get);
    log.feed(bytes("one\u001b[31m\r\u202etwo\n\u2028\u0000\n"));
    assertEquals("server stderr: one\\u{1b}[31m\\u{d}\\u{202e}two", lines.get(0));
    assertEquals("server stderr: \\u{2028}\\u{0}", lines.get(1));
    log.feed(bytes("x".repeat(10_000) + "\n"));
    assertEquals(
        "server stderr: " + "x".repeat(256) + "… (a line of more than 4096 bytes)", lines.get(2));
    log.feed(bytes("y\n".repeat(100)));
    assertEquals(50, lines.size());
    nanos.set(Duration.ofSeconds(1).toNanos());
    log.feed(bytes("z\n"));
    assertEquals("server stderr: (53 lines left out)", lines.get(50));
    assertEquals("server stderr: z", lines.get(51));
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
