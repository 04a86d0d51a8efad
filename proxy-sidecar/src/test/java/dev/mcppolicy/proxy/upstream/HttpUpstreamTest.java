// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.mcp.ToolList;
import dev.mcppolicy.mcp.ToolsCall;
import dev.mcppolicy.proxy.http.EventLoops;
import dev.mcppolicy.proxy.upstream.UpstreamState.Connected;
import dev.mcppolicy.proxy.upstream.UpstreamState.Disconnected;
import dev.mcppolicy.testkit.mcp.RecordingUpstream;
import dev.mcppolicy.testkit.mcp.RecordingUpstream.Behaviour;
import io.netty.channel.EventLoopGroup;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HttpUpstreamTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final HttpUpstreamSettings SETTINGS =
      new HttpUpstreamSettings(
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          100_000,
          64,
          4,
          Duration.ofSeconds(20),
          new BackOff.Settings(Duration.ofMillis(10), Duration.ofMillis(50), Duration.ZERO));
  private static final HttpUpstreamSettings SLOW_TO_COME_BACK =
      new HttpUpstreamSettings(
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          100_000,
          64,
          4,
          Duration.ofSeconds(20),
          new BackOff.Settings(LONG, LONG, Duration.ofHours(1)));

  private final EventLoopGroup loops = EventLoops.start("test", 2);
  private final Events events = new Events();
  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
  }

  private HttpUpstream start(URI url, HttpUpstreamSettings settings) {
    var upstream = new HttpUpstream(url, loops, settings);
    opened.add(upstream);
    upstream.start(events);
    return upstream;
  }

  private RecordingUpstream server(Behaviour behaviour) {
    var server = RecordingUpstream.start(behaviour);
    opened.add(server);
    return server;
  }

  private ScriptedHttp scripted(ScriptedHttp.Script script) throws Exception {
    var server = new ScriptedHttp(script);
    opened.add(server);
    return server;
  }

  private static Reply call(Upstream upstream, String tool, JsonObject arguments) {
    return call(upstream, tool, arguments, LONG);
  }

  private static Reply call(
      Upstream upstream, String tool, JsonObject arguments, Duration timeout) {
    var reply = new Reply();
    JsonObject params = new ToolsCall(tool, arguments, Optional.empty()).params();
    upstream.call("tools/call", Optional.of(params), timeout, reply);
    return reply;
  }

  @Test
  void keepsOneSessionOfItsOwnAndSendsHeadersOfItsOwn() throws Exception {
    RecordingUpstream server = server(Behaviour.ofVllmMcpServer());
    var upstream = start(server.uri(), SETTINGS);
    var tools = new Reply();
    upstream.call("tools/list", Optional.empty(), LONG, tools); // waits for initialize
    assertEquals(12, ToolList.read(tools.result()).orElseThrow().tools().size());
    var echo = call(upstream, "echo", JsonObject.builder().put("a", "\r\n\u2028").build());
    assertTrue(JsonText.string(echo.result()).contains("echo "));
    assertEquals(1, events.next(Connected.class).generation());
    upstream.close();

    List<RecordingUpstream.Request> requests = server.requests();
    assertEquals(
        List.of("POST", "POST", "POST", "POST", "DELETE"),
        requests.stream().map(RecordingUpstream.Request::method).toList());
    assertTrue(requests.get(0).text().contains("\"initialize\""));
    assertTrue(requests.get(0).header("Mcp-Session-Id").isEmpty());
    assertTrue(requests.get(1).text().contains("notifications/initialized"));
    String session = requests.get(1).header("Mcp-Session-Id").orElseThrow();
    for (RecordingUpstream.Request request : requests.subList(1, 5)) {
      assertEquals(Optional.of(session), request.header("Mcp-Session-Id"));
      assertEquals(Optional.of("2025-11-25"), request.header("MCP-Protocol-Version"));
    }
    RecordingUpstream.Request last = requests.get(3);
    assertEquals(
        List.of(
            "accept",
            "accept-encoding",
            "content-length",
            "content-type",
            "host",
            "mcp-protocol-version",
            "mcp-session-id",
            "user-agent"),
        last.headers().stream()
            .map(h -> h.name().toLowerCase(java.util.Locale.ROOT))
            .sorted()
            .toList());
    assertEquals(Optional.of("identity"), last.header("Accept-Encoding"));
    assertFalse(last.text().contains("\r"), "a raw carriage return was sent");
  }

  @Test
  void readsAnswersFromAnEventStream() throws Exception {
    RecordingUpstream server = server(Behaviour.ofVllmMcpServer().withEvents());
    var upstream = start(server.uri(), SETTINGS);
    var large = call(upstream, "large", JsonObject.builder().put("bytes", 50_000).build());
    assertTrue(JsonText.bytes(large.result()).length > 50_000);
  }

  @Test
  void failsACallWhoseAnswerIsTooLarge_T41() throws Exception {
    for (boolean asEvents : new boolean[] {false, true}) {
      Behaviour plain = Behaviour.ofVllmMcpServer();
      var upstream = start(server(asEvents ? plain.withEvents() : plain).uri(), SETTINGS);
      var large = call(upstream, "large", JsonObject.builder().put("bytes", 200_000).build());
      assertEquals(
          new UpstreamReply.Failed(true, "the MCP server sent an answer of more than 100000 bytes"),
          large.get());
      call(upstream, "echo", JsonObject.EMPTY).result();
    }
  }

  @Test
  void answersOnceWhenTheConnectionBreaks_T136() throws Exception {
    var upstream = start(server(Behaviour.ofVllmMcpServer()).uri(), SETTINGS);
    var crash = call(upstream, "crash", JsonObject.EMPTY);
    assertTrue(crash.failed().sent());
    call(upstream, "echo", JsonObject.EMPTY).result();
    crash.cameOnce();
  }

  @Test
  void givesUpAfterTheTimeoutAndTellsTheServer_T144() throws Exception {
    RecordingUpstream server = server(Behaviour.ofVllmMcpServer());
    var upstream = start(server.uri(), SETTINGS);
    call(upstream, "echo", JsonObject.EMPTY).result();
    var hang = call(upstream, "hang", JsonObject.EMPTY, Duration.ofMillis(100));
    assertEquals(
        new UpstreamReply.Failed(true, "the MCP server did not answer within 100 ms"), hang.get());
    call(upstream, "echo", JsonObject.EMPTY).result();
    await(() -> !server.messages("notifications/cancelled").isEmpty());
    hang.cameOnce();
  }

  private static void await(java.util.function.BooleanSupplier condition) throws Exception {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "not within " + LONG);
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }

  @Test
  void cancelFailsTheCall() throws Exception {
    RecordingUpstream server = server(Behaviour.ofVllmMcpServer());
    var upstream = start(server.uri(), SETTINGS);
    var reply = new Reply();
    JsonObject params = new ToolsCall("hang", JsonObject.EMPTY, Optional.empty()).params();
    PendingCall pending = upstream.call("tools/call", Optional.of(params), LONG, reply);
    await(() -> !server.messages("tools/call").isEmpty());
    pending.cancel("the caller left");
    assertEquals(
        new UpstreamReply.Failed(true, "the call was cancelled: the caller left"), reply.get());
  }

  @Test
  void failsUnsentWhenNothingListens() throws Exception {
    RecordingUpstream server = RecordingUpstream.start();
    URI url = server.uri();
    server.close();
    var upstream = start(url, SLOW_TO_COME_BACK);
    events.next(Disconnected.class);
    String why = events.next(Disconnected.class).why();
    assertTrue(why.contains("cannot be reached"), why);
    assertTrue(why.contains("the next attempt follows in"), why);
    var reply = call(upstream, "echo", JsonObject.EMPTY);
    assertTrue(reply.arrived());
    assertFalse(reply.failed().sent());
  }

  @Test
  void staysOnTheEventLoopOfItsCaller() throws Exception {
    var upstream = start(server(Behaviour.ofVllmMcpServer()).uri(), SETTINGS);
    events.next(Connected.class);
    var threads = new CompletableFuture<List<Thread>>();
    loops
        .next()
        .execute(
            () -> {
              Thread asking = Thread.currentThread();
              upstream.call(
                  "ping",
                  Optional.empty(),
                  LONG,
                  _ -> threads.complete(List.of(asking, Thread.currentThread())));
            });
    List<Thread> both = threads.get(20, TimeUnit.SECONDS);
    assertEquals(both.get(0), both.get(1));
  }

  @Test
  void makesTheSessionAnewWhenTheServerForgotIt() throws Exception {
    var forgotten = new AtomicInteger();
    ScriptedHttp server =
        scripted(
            request ->
                request.isCall() && forgotten.getAndIncrement() == 0
                    ? request.status(404)
                    : request.ordinary());
    var upstream = start(server.url(), SETTINGS);
    events.next(Connected.class);
    var reply = call(upstream, "echo", JsonObject.EMPTY);
    reply.result();
    reply.cameOnce();
    events.next(Disconnected.class);
    assertEquals(2, events.next(Connected.class).generation());
    assertEquals(
        List.of("s1", "s2"),
        server.requests.stream()
            .filter(ScriptedHttp.Request::isCall)
            .map(r -> r.session())
            .toList());
  }

  @Test
  void triesOnceOnlyWhenTheServerForgetsEverySession() throws Exception {
    ScriptedHttp server =
        scripted(request -> request.isCall() ? request.status(404) : request.ordinary());
    var reply = call(start(server.url(), SETTINGS), "echo", JsonObject.EMPTY);
    assertTrue(reply.failed().why().contains("forgotten the session again"));
    reply.cameOnce();
    assertEquals(2, server.requests.stream().filter(ScriptedHttp.Request::isCall).count());
  }

  @Test
  void refusesRedirectsCompressionHtmlAndErrors_T32_T42() throws Exception {
    var answers =
        List.of(
            List.of("redirect", "answered with a redirect, which is not followed"),
            List.of("gzip", "compressed its answer"),
            List.of("html", "something else than JSON or an event stream"),
            List.of("500", "HTTP status 500"),
            List.of("nonsense", "ended its response without an answer"),
            List.of("other-id", "ended its response without an answer"),
            List.of("empty-stream", "ended its response without an answer"));
    for (List<String> answer : answers) {
      ScriptedHttp server =
          scripted(request -> request.isCall() ? request.bad(answer.get(0)) : request.ordinary());
      var reply = call(start(server.url(), SETTINGS), "echo", JsonObject.EMPTY);
      assertTrue(reply.failed().sent());
      assertTrue(reply.failed().why().contains(answer.get(1)), reply.failed().why());
      reply.cameOnce();
    }
  }

  @Test
  void deliversNotificationsAndRefusesRequestsOnAStream_T50() throws Exception {
    ScriptedHttp server =
        scripted(
            request ->
                request.isCall()
                    ? request.stream(
                        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}",
                        "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"sampling/createMessage\"}")
                    : request.ordinary());
    var upstream = start(server.url(), SETTINGS);
    events.next(Connected.class);
    call(upstream, "echo", JsonObject.EMPTY).result();
    assertEquals(
        "notifications/tools/list_changed",
        events.next(dev.mcppolicy.mcp.Message.Notification.class).method());
    await(() -> server.requests.stream().anyMatch(r -> r.body().contains("-32601")));
    assertEquals(1, upstream.dropped().refusedRequests());
  }

  @Test
  void answersEachOfManyCallsOnceOverFewConnections() throws Exception {
    RecordingUpstream server = server(Behaviour.ofVllmMcpServer());
    var upstream = start(server.uri(), SETTINGS);
    var done = new CountDownLatch(8 * 200);
    var wrong = new AtomicInteger();
    for (int t = 0; t < 8; t++) {
      int thread = t;
      Thread.ofVirtual()
          .start(
              () -> {
                for (int i = 0; i < 200; i++) {
                  String own = thread + "-" + i;
                  var reply = call(upstream, "echo", JsonObject.builder().put("own", own).build());
                  try {
                    if (!JsonText.string(reply.result()).contains("\\\"" + own + "\\\"")) {
                      wrong.incrementAndGet();
                    }
                    reply.cameOnce();
                  } catch (Exception e) {
                    wrong.incrementAndGet();
                  }
                  done.countDown();
                }
              });
    }
    assertTrue(done.await(60, TimeUnit.SECONDS));
    assertEquals(0, wrong.get());
    assertTrue(server.acceptedConnections() <= 8, server.acceptedConnections() + " connections");
  }

  @Test
  void refusesUrlsThatItCannotUse() {
    for (String url : List.of("ftp://x/", "http:/x", "unix:/x", "http://user:secret@x/mcp")) {
      var e =
          assertThrows(
              IllegalArgumentException.class,
              () -> new HttpUpstream(URI.create(url), loops, SETTINGS));
      assertFalse(String.valueOf(e.getMessage()).contains("secret"), e.getMessage());
    }
  }
}
