// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.mcp.Message;
import dev.mcppolicy.mcp.Message.Notification;
import dev.mcppolicy.mcp.Message.Request;
import dev.mcppolicy.mcp.ProtocolVersion;
import dev.mcppolicy.mcp.Replies;
import dev.mcppolicy.mcp.RequestId;
import dev.mcppolicy.mcp.RpcError;
import dev.mcppolicy.proxy.upstream.UpstreamState.Connected;
import dev.mcppolicy.proxy.upstream.UpstreamState.Disconnected;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class StdioUpstreamTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final JsonObject PARAMS = JsonObject.builder().put("name", "x").build();
  private static final StdioSettings SETTINGS =
      new StdioSettings(
          Duration.ofSeconds(5),
          32_000,
          8,
          1 << 20,
          5,
          new BackOff.Settings(Duration.ofMillis(10), Duration.ofMillis(50), Duration.ZERO));
  private static final StdioSettings SLOW_TO_COME_BACK =
      new StdioSettings(
          Duration.ofSeconds(5),
          32_000,
          8,
          1 << 20,
          5,
          new BackOff.Settings(LONG, LONG, Duration.ofHours(1)));

  private final Events events = new Events();
  private final BlockingQueue<Request> asked = new LinkedBlockingQueue<>();
  private @Nullable StdioUpstream started;

  @AfterEach
  void close() {
    if (started != null) {
      started.close();
    }
  }

  private StdioUpstream start(FakeServer server, StdioSettings settings) {
    var upstream = new StdioUpstream(server, settings);
    started = upstream;
    upstream.start(events);
    return upstream;
  }

  /** A server that keeps its requests for the test to answer. */
  private FakeServer asking() {
    return new FakeServer(
        (_, message) -> {
          if (message instanceof Request request) {
            asked.add(request);
          }
        });
  }

  private Request nextAsked() throws InterruptedException {
    Request request = asked.poll(20, TimeUnit.SECONDS);
    if (request == null) {
      throw new AssertionError("no request arrived within 20 s");
    }
    return request;
  }

  private static Reply call(Upstream upstream, Duration timeout) {
    var reply = new Reply();
    upstream.call("tools/call", Optional.of(PARAMS), timeout, reply);
    return reply;
  }

  @Test
  void initializesBeforeAnythingElseIsWritten() throws Exception {
    var server = FakeServer.echoing();
    var upstream = start(server, SETTINGS);
    var early = call(upstream, LONG); // most likely before the server has answered initialize
    assertEquals(PARAMS, early.result());
    var connected = events.next(Connected.class);
    assertEquals(1, connected.generation());
    assertEquals(ProtocolVersion.V2025_11_25, connected.version());
    assertEquals(connected, upstream.state());
    List<Message> received = server.lives.getFirst().received;
    var initialize = assertInstanceOf(Request.class, received.get(0));
    assertEquals("initialize", initialize.method());
    JsonObject params = initialize.params().orElseThrow();
    assertEquals(Optional.of(JsonObject.EMPTY), params.object("capabilities"));
    assertEquals(Optional.of("2025-11-25"), params.string("protocolVersion"));
    assertEquals(
        "notifications/initialized",
        assertInstanceOf(Notification.class, received.get(1)).method());
  }

  @Test
  void acceptsAnOlderKnownVersion() throws Exception {
    var server = FakeServer.echoing();
    server.version = "2025-06-18";
    start(server, SETTINGS);
    assertEquals(ProtocolVersion.V2025_06_18, events.next(Connected.class).version());
  }

  @Test
  void doesNotUseAServerOfAnotherVersion() throws Exception {
    var old = FakeServer.echoing();
    old.version = "2024-11-05";
    var upstream = start(old, SLOW_TO_COME_BACK);
    events.next(Disconnected.class);
    String why = events.next(Disconnected.class).why();
    assertTrue(why.contains("it speaks MCP `2024-11-05`"), why);
    assertTrue(why.contains("2025-06-18, 2025-11-25"), why);
    assertFalse(call(upstream, LONG).failed().sent());
  }

  @Test
  void givesEachRequestAnIdOfItsOwnAndAnswersInAnyOrder_T20() throws Exception {
    var server = asking();
    var upstream = start(server, SETTINGS);
    var first = call(upstream, LONG);
    var second = call(upstream, LONG);
    Request one = nextAsked();
    Request two = nextAsked();
    assertFalse(one.id().equals(two.id()));
    server.lives.getFirst().result(two, JsonObject.builder().put("n", 2).build());
    server.lives.getFirst().result(one, JsonObject.builder().put("n", 1).build());
    assertEquals("{\"n\":1}", JsonText.string(first.result()));
    assertEquals("{\"n\":2}", JsonText.string(second.result()));
  }

  @Test
  void handsOnAnErrorOfTheServer() throws Exception {
    var server = asking();
    var reply = call(start(server, SETTINGS), LONG);
    var error = new RpcError(-32603, "no");
    Request request = nextAsked();
    server.lives.getFirst().say(JsonText.string(Replies.error(request.id(), error)));
    assertEquals(new UpstreamReply.Refused(error), reply.get());
  }

  @Test
  void dropsSecondLateAndUnknownResponses_T58() throws Exception {
    var server = asking();
    var upstream = start(server, SETTINGS);
    var reply = call(upstream, LONG);
    Request request = nextAsked();
    FakeServer.Life life = server.lives.getFirst();
    life.result(request, PARAMS);
    life.result(request, JsonObject.EMPTY);
    life.say("{\"jsonrpc\":\"2.0\",\"id\":4711,\"result\":{}}");
    life.say("{\"jsonrpc\":\"2.0\",\"id\":\"" + number(request) + "\",\"result\":{}}");
    var last = call(upstream, LONG);
    life.result(nextAsked(), PARAMS);
    last.result();
    assertEquals(PARAMS, reply.result());
    reply.cameOnce();
    assertEquals(3, upstream.dropped().unknownResponses());
  }

  private static long number(Request request) {
    return assertInstanceOf(RequestId.IntegerId.class, request.id()).value();
  }

  @Test
  void dropsJunkAndGoesOn_T41() throws Exception {
    var server = asking();
    var upstream = start(server, SETTINGS);
    var reply = call(upstream, LONG);
    Request request = nextAsked();
    FakeServer.Life life = server.lives.getFirst();
    life.say("Traceback (most recent call last):");
    life.say("");
    life.say("[{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}]");
    life.result(request, PARAMS);
    assertEquals(PARAMS, reply.result());
    assertEquals(3, upstream.dropped().junkLines());
  }

  @Test
  void beginsAnewAfterTooMuchJunk() throws Exception {
    var server = asking();
    var upstream = start(server, SETTINGS);
    var reply = call(upstream, LONG);
    nextAsked();
    for (int i = 0; i < 6; i++) {
      server.lives.getFirst().say("junk");
    }
    assertTrue(reply.failed().sent());
    assertTrue(reply.failed().why().contains("6 lines"), reply.failed().why());
    events.next(Connected.class);
    events.next(Disconnected.class);
    assertEquals(2, events.next(Connected.class).generation());
    assertInstanceOf(Connected.class, upstream.state());
  }

  @Test
  void failsTheCallWhoseAnswerIsNotValid_T41() throws Exception {
    var server = asking();
    var upstream = start(server, SETTINGS);
    var reply = call(upstream, LONG);
    long id = number(nextAsked());
    server
        .lives
        .getFirst()
        .say("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{},\"error\":{}}");
    assertEquals(
        new UpstreamReply.Failed(true, "the MCP server sent an answer that is not valid"),
        reply.get());
  }

  @Test
  void failsTheCallWhoseAnswerIsTooLong_T41() throws Exception {
    var server = asking();
    var upstream = start(server, SETTINGS);
    var reply = call(upstream, LONG);
    long id = number(nextAsked());
    String text = "x".repeat(40_000);
    server
        .lives
        .getFirst()
        .say("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{\"text\":\"" + text + "\"}}");
    assertEquals(
        new UpstreamReply.Failed(true, "the MCP server sent an answer of more than 32000 bytes"),
        reply.get());
    var next = call(upstream, LONG);
    server.lives.getFirst().result(nextAsked(), PARAMS);
    assertEquals(PARAMS, next.result());
  }

  @Test
  void refusesRequestsOfTheServerButAnswersPing_T50() throws Exception {
    var answers = new LinkedBlockingQueue<Message>();
    var server =
        new FakeServer(
            (_, message) -> {
              if (message instanceof Message.Response) {
                answers.add(message);
              }
            });
    var upstream = start(server, SETTINGS);
    events.next(Connected.class);
    FakeServer.Life life = server.lives.getFirst();
    life.say(
        "{\"jsonrpc\":\"2.0\",\"id\":\"s1\",\"method\":\"sampling/createMessage\",\"params\":{}}");
    life.say("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}");
    var refused = assertInstanceOf(Message.Response.class, answers.poll(20, TimeUnit.SECONDS));
    assertEquals(new RequestId.StringId("s1"), refused.id());
    assertEquals(-32601, refused.error().orElseThrow().code());
    var pong = assertInstanceOf(Message.Response.class, answers.poll(20, TimeUnit.SECONDS));
    assertEquals(Optional.of(JsonObject.EMPTY), pong.result());
    assertEquals(1, upstream.dropped().refusedRequests());
  }

  @Test
  void deliversNotifications() throws Exception {
    var server = FakeServer.echoing();
    start(server, SETTINGS);
    events.next(Connected.class);
    server
        .lives
        .getFirst()
        .say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
    assertEquals("notifications/tools/list_changed", events.next(Notification.class).method());
  }

  @Test
  void answersEveryPendingCallOnceWhenTheServerDies_T136() throws Exception {
    var server = asking();
    var upstream = start(server, SETTINGS);
    var first = call(upstream, LONG);
    var second = call(upstream, LONG);
    nextAsked();
    nextAsked();
    server.lives.getFirst().exit("it exited with code 42");
    for (Reply reply : List.of(first, second)) {
      assertTrue(reply.failed().sent());
      assertEquals(
          "the connection to the MCP server was lost: it exited with code 42; it is being"
              + " restarted, try again",
          reply.failed().why());
    }
    var next = call(upstream, LONG);
    Request again = nextAsked();
    server.lives.get(1).result(again, PARAMS);
    assertEquals(PARAMS, next.result());
    first.cameOnce();
    second.cameOnce();
  }

  @Test
  void restartsAtOnceHoweverLongTheServerTookToAppear() throws Exception {
    var server = FakeServer.echoing();
    server.refusesConnections = true;
    var backOff = new BackOff.Settings(Duration.ofMillis(1), LONG, Duration.ofHours(1));
    var upstream =
        start(server, new StdioSettings(Duration.ofSeconds(5), 32_000, 8, 1 << 20, 5, backOff));
    for (int attempt = 1; attempt <= 6; attempt++) {
      events.next(Disconnected.class);
    }
    server.refusesConnections = false;
    events.await(Connected.class);
    server.lives.getFirst().exit("it exited with code 42");
    String why = events.next(Disconnected.class).why();
    assertTrue(why.contains("it is being restarted, try again"), why);
    assertEquals(PARAMS, call(upstream, LONG).result());
  }

  @Test
  void aResponseOfTheLifeBeforeReachesNobody_T58() throws Exception {
    var server = asking();
    var upstream = start(server, SETTINGS);
    var lost = call(upstream, LONG);
    Request before = nextAsked();
    server.lives.getFirst().exit("it exited with code 1");
    lost.failed();
    var next = call(upstream, LONG);
    Request after = nextAsked();
    server.lives.get(1).result(before, JsonObject.EMPTY);
    server.lives.get(1).result(after, PARAMS);
    assertEquals(PARAMS, next.result());
    assertEquals(1, upstream.dropped().unknownResponses());
  }

  @Test
  void failsCallsAtOnceAndUnsentBetweenAttempts() throws Exception {
    var server = FakeServer.echoing();
    server.refusesConnections = true;
    var upstream = start(server, SLOW_TO_COME_BACK);
    events.next(Disconnected.class); // the first attempt is followed at once by a second
    String why = events.next(Disconnected.class).why();
    assertTrue(why.contains("the test refuses connections"), why);
    assertTrue(why.contains("the next attempt follows in "), why);
    var reply = call(upstream, LONG);
    assertTrue(reply.arrived());
    assertEquals(new UpstreamReply.Failed(false, why), reply.get());
  }

  @Test
  void aCallThatWasNotWrittenIsUnsentWhenTheServerNeverStarts() throws Exception {
    var server = new FakeServer((_, _) -> {});
    server.version = "none";
    var upstream = new StdioUpstream(server, SLOW_TO_COME_BACK);
    started = upstream;
    var reply = call(upstream, LONG);
    assertEquals(
        new UpstreamReply.Failed(
            false, "the MCP server has not been started; try again in a moment"),
        reply.get());
    upstream.start(events);
    events.await(Disconnected.class);
    events.await(Disconnected.class);
    assertFalse(call(upstream, LONG).failed().sent());
  }

  @Test
  void givesUpAfterTheTimeoutAndTellsTheServer_T144() throws Exception {
    var cancelled = new LinkedBlockingQueue<Notification>();
    var server =
        new FakeServer(
            (_, message) -> {
              if (message instanceof Notification notification
                  && notification.method().equals("notifications/cancelled")) {
                cancelled.add(notification);
              } else if (message instanceof Request request) {
                asked.add(request);
              }
            });
    var upstream = start(server, SETTINGS);
    events.next(Connected.class);
    var reply = call(upstream, SHORT);
    Request request = nextAsked();
    assertEquals(
        new UpstreamReply.Failed(true, "the MCP server did not answer within 50 ms"), reply.get());
    Notification told = cancelled.poll(20, TimeUnit.SECONDS);
    assertEquals(Optional.of(request.id().json()), told.params().orElseThrow().get("requestId"));
    server.lives.getFirst().result(request, PARAMS); // late
    var next = call(upstream, LONG);
    server.lives.getFirst().result(nextAsked(), PARAMS);
    next.result();
    reply.cameOnce();
    assertEquals(1, upstream.dropped().unknownResponses());
  }

  @Test
  void cancelFailsTheCallAndTellsTheServerOnlyWhatItKnows() throws Exception {
    var server = asking();
    var upstream = start(server, SETTINGS);
    var reply = new Reply();
    PendingCall pending = upstream.call("tools/call", Optional.of(PARAMS), LONG, reply);
    Request request = nextAsked();
    pending.cancel("the caller left");
    pending.cancel("again");
    assertEquals(
        new UpstreamReply.Failed(true, "the call was cancelled: the caller left"), reply.get());
    var next = call(upstream, LONG);
    server.lives.getFirst().result(nextAsked(), PARAMS);
    next.result();
    reply.cameOnce();
    List<Message> received = server.lives.getFirst().received;
    assertEquals(
        List.of(request.id().json()),
        received.stream()
            .filter(Notification.class::isInstance)
            .map(Notification.class::cast)
            .filter(n -> n.method().equals("notifications/cancelled"))
            .map(n -> n.params().orElseThrow().get("requestId").orElseThrow())
            .toList());
  }

  @Test
  void makesTheConnectionAnewAfterHalfALine_T145() throws Exception {
    var server = asking();
    var upstream = start(server, SETTINGS);
    events.next(Connected.class);
    var warm = call(upstream, LONG);
    server.lives.getFirst().result(nextAsked(), PARAMS);
    warm.result();
    server.lives.getFirst().breaksOnWrite = true;
    var torn = call(upstream, LONG);
    assertTrue(torn.failed().sent());
    var next = call(upstream, LONG);
    Request request = nextAsked();
    assertEquals(2, server.lives.size());
    server.lives.get(1).result(request, PARAMS);
    assertEquals(PARAMS, next.result());
    torn.cameOnce();
  }

  @Test
  void refusesCallsOverTheBoundUnsent() throws Exception {
    var server = asking();
    var upstream = start(server, SETTINGS);
    for (int i = 0; i < SETTINGS.pendingMax(); i++) {
      call(upstream, LONG);
      nextAsked();
    }
    UpstreamReply.Failed over = call(upstream, LONG).failed();
    assertFalse(over.sent());
    assertTrue(over.why().contains("busy"), over.why());
  }

  @Test
  void refusesWhatIsTooLargeToQueueUnsent() throws Exception {
    var upstream = start(FakeServer.echoing(), SETTINGS);
    var reply = new Reply();
    JsonObject large = JsonObject.builder().put("text", "x".repeat(2 << 20)).build();
    upstream.call("tools/call", Optional.of(large), LONG, reply);
    assertFalse(reply.failed().sent());
    assertEquals(PARAMS, call(upstream, LONG).result());
  }

  @Test
  void oneFailingReceiverHarmsNoOther() throws Exception {
    var upstream = start(FakeServer.echoing(), SETTINGS);
    upstream.call(
        "tools/call",
        Optional.of(PARAMS),
        LONG,
        _ -> {
          throw new IllegalStateException("a fault of the receiver, on purpose");
        });
    assertEquals(PARAMS, call(upstream, LONG).result());
  }

  @Test
  void closeFailsWhatIsPending() throws Exception {
    var upstream = start(asking(), SETTINGS);
    var reply = call(upstream, LONG);
    nextAsked();
    upstream.close();
    assertEquals(new UpstreamReply.Failed(true, "the MCP server was stopped"), reply.get());
    assertFalse(call(upstream, LONG).failed().sent());
  }

  @Test
  void everyCallIsAnsweredExactlyOnceWhateverHappens() throws Exception {
    var random = new java.util.Random(7);
    var server =
        new FakeServer(
            (life, message) -> {
              if (message instanceof Request request) {
                switch (random.nextInt(12)) {
                  case 0 -> {} // never answered
                  case 1 -> life.exit("it exited with code 3");
                  case 2 -> {
                    life.result(request, PARAMS);
                    life.result(request, PARAMS);
                  }
                  default -> life.result(request, PARAMS);
                }
              }
            });
    var settings =
        new StdioSettings(
            Duration.ofSeconds(5),
            32_000,
            64,
            1 << 20,
            5,
            new BackOff.Settings(Duration.ofMillis(1), Duration.ofMillis(2), Duration.ZERO));
    var upstream = start(server, settings);
    int threads = 16;
    int callsEach = 250;
    var replies = new AtomicInteger();
    var results = new AtomicInteger();
    var workers = new java.util.ArrayList<Thread>();
    for (int t = 0; t < threads; t++) {
      workers.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int i = 0; i < callsEach; i++) {
                      var done = new java.util.concurrent.CountDownLatch(1);
                      PendingCall pending =
                          upstream.call(
                              "tools/call",
                              Optional.of(PARAMS),
                              Duration.ofMillis(20),
                              reply -> {
                                replies.incrementAndGet();
                                if (reply instanceof UpstreamReply.Result) {
                                  results.incrementAndGet();
                                }
                                done.countDown();
                              });
                      if (i % 7 == 0) {
                        pending.cancel("the stress test says so");
                      }
                      try {
                        if (!done.await(20, TimeUnit.SECONDS)) {
                          throw new AssertionError("a call was never answered");
                        }
                      } catch (InterruptedException e) {
                        throw new AssertionError(e);
                      }
                    }
                  }));
    }
    for (Thread worker : workers) {
      worker.join(Duration.ofSeconds(60));
    }
    upstream.close();
    assertEquals(threads * callsEach, replies.get());
    assertTrue(results.get() > 100, "only " + results.get() + " calls had a result");
    assertTrue(server.lives.size() > 5, "only " + server.lives.size() + " lives");
  }
}
