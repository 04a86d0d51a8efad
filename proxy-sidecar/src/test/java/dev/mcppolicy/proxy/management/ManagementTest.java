// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.management;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.engine.BoundPolicy;
import dev.mcppolicy.engine.Grant;
import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.engine.PolicySet;
import dev.mcppolicy.engine.document.PolicyReader;
import dev.mcppolicy.engine.document.PolicyReading;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.DataPath;
import dev.mcppolicy.proxy.enforce.AcceptedNames;
import dev.mcppolicy.proxy.enforce.ActivePolicy;
import dev.mcppolicy.proxy.enforce.GateSettings;
import dev.mcppolicy.proxy.http.EventLoops;
import dev.mcppolicy.proxy.http.Front;
import dev.mcppolicy.proxy.http.HttpLimits;
import dev.mcppolicy.proxy.identity.Grants;
import dev.mcppolicy.proxy.identity.TokenHash;
import dev.mcppolicy.proxy.local.FakeUpstream;
import dev.mcppolicy.proxy.local.McpClient;
import dev.mcppolicy.proxy.session.SessionTokens;
import dev.mcppolicy.testkit.mcp.RawHttp;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ManagementTest {
  private static final String TOKEN = "token-token-token-token";

  @TempDir private Path folder;

  private record FixedHealth(boolean started, boolean ready, CompletionStage<Boolean> live)
      implements Health {}

  private static int get(ManagementServer server, String path) throws Exception {
    try (RawHttp http = RawHttp.connect("127.0.0.1", server.address().getPort())) {
      return http.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n").read().status();
    }
  }

  private static ManagementServer start(Health health) {
    return ManagementServer.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), health);
  }

  @Test
  void answersTheKubeletAndNothingElse() throws Exception {
    try (ManagementServer server =
        start(new FixedHealth(true, false, CompletableFuture.completedFuture(true)))) {
      assertEquals(200, get(server, "/startup"));
      assertEquals(503, get(server, "/ready"));
      assertEquals(200, get(server, "/live"));
      assertEquals(404, get(server, "/mcp"));
    }
  }

  @Test
  void isNotLiveWhileALoopDoesNotAnswer() throws Exception {
    try (ManagementServer server =
        start(new FixedHealth(true, true, new CompletableFuture<Boolean>()))) {
      assertEquals(503, get(server, "/live"));
    }
  }

  @Test
  void drainsWhenAskedAndSaysWhenItIsDone() throws Exception {
    var upstream = new FakeUpstream();
    var released = new CountDownLatch(1);
    EventLoopGroup loops = EventLoops.start("test", 1);
    Path path = Files.writeString(folder.resolve("drain.sock"), "left by a process before");
    try (var dataPath =
            new DataPath(
                upstream,
                Optional.empty(),
                event -> true,
                InstantSource.system(),
                GateSettings.of("test", "0"));
        DrainSocket _ = DrainSocket.open(path, dataPath.gate(), released::countDown);
        Front front =
            Front.start(
                loops,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                HttpLimits.DEFAULT,
                dataPath.gate(),
                dataPath.clock(),
                Optional::empty);
        McpClient first = McpClient.connect(front.address().getPort(), TOKEN);
        McpClient early = McpClient.connect(front.address().getPort(), TOKEN)) {
      assertEquals(503, first.initialize("2025-11-25").status(), "no policy yet");
      dataPath.policies().activate(allow());
      dataPath.start();
      early.initialize("2025-11-25");
      upstream.hold();
      early
          .http()
          .send(
              early.request(
                  McpClient.callMessage(1, "vllm_status", "{}").getBytes(StandardCharsets.UTF_8)));
      FakeUpstream.Sent held = upstream.nextHeld();
      try (SocketChannel asked = SocketChannel.open(StandardProtocolFamily.UNIX);
          McpClient late = McpClient.begin(front.address().getPort(), TOKEN)) {
        asked.connect(UnixDomainSocketAddress.of(path));
        CompletableFuture<Integer> drained =
            CompletableFuture.supplyAsync(
                () -> {
                  try {
                    return asked.read(ByteBuffer.allocate(1));
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
        RawHttp.Response refused = late.post(McpClient.callMessage(2, "no_such_tool", "{}"));
        while (refused.status() != 503) { // the drain has not been heard of yet: let it through
          refused = late.post(McpClient.callMessage(2, "no_such_tool", "{}"));
        }
        assertEquals(-32603, McpClient.errorCode(McpClient.json(refused)));
        assertFalse(drained.isDone(), "a call is in flight");
        assertEquals(1, released.getCount(), "the server is still needed");
        held.reply().accept(FakeUpstream.echo(JsonObject.EMPTY));
        assertEquals(200, early.http().read().status());
        assertEquals(-1, drained.get(10, TimeUnit.SECONDS));
        assertEquals(0, released.getCount(), "the server was not let go");
      }
    } finally {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
    assertTrue(Files.notExists(path));
  }

  private static ActivePolicy allow() {
    PolicyReading reading = PolicyReader.read("{\"version\": \"1\", \"default\": \"allow\"}");
    if (!(reading instanceof PolicyReading.Valid valid)) {
      throw new AssertionError(reading);
    }
    return new ActivePolicy(
        1,
        PolicySet.compile(
            List.of(new BoundPolicy(new PolicyId("", "p", 1), Optional.empty(), valid.document()))),
        new Grants(
            List.of(new Grants.Entry(new Grant("agent"), TokenHash.of(TOKEN), Optional.empty()))),
        AcceptedNames.ownMachine(),
        new SessionTokens(List.of(SessionTokens.randomKey()), "test"),
        Map.of(),
        List.of(),
        Optional.empty());
  }
}
