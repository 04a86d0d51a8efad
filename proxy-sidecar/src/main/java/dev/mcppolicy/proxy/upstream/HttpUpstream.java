// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.StrictJson;
import dev.mcppolicy.mcp.Message;
import dev.mcppolicy.mcp.Message.Notification;
import dev.mcppolicy.mcp.Message.Request;
import dev.mcppolicy.mcp.Message.Response;
import dev.mcppolicy.mcp.RequestId;
import dev.mcppolicy.mcp.RpcError;
import dev.mcppolicy.proxy.upstream.UpstreamReply.Failed;
import dev.mcppolicy.proxy.upstream.UpstreamState.Connected;
import dev.mcppolicy.proxy.upstream.UpstreamState.Disconnected;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.concurrent.EventExecutor;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server behind Streamable HTTP (2025-06-18, 2025-11-25): one session of our own, one POST for
 * each request. Every header is made here, none is a client's; redirects are not followed and
 * compressed answers are refused.
 *
 * <p>A call that comes on one of the event loops goes out and comes back on it. A session that the
 * server has forgotten is made anew, and the call that found out is sent once more: the server did
 * not look at it. Streams are not resumed and no GET stream is opened.
 */
public final class HttpUpstream implements Upstream {
  private static final Logger LOG = LoggerFactory.getLogger(HttpUpstream.class);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(1);
  private static final Duration UNOWED_TIMEOUT = Duration.ofSeconds(10);

  private final URI url;
  private final EventLoopGroup loops;
  private final Optional<SslContext> tls;
  private final HttpUpstreamSettings settings;
  private final BackOff backOff;
  private final StrictJson json;
  private final Dropped dropped = new Dropped();
  private final AtomicLong ids = new AtomicLong();
  private final AtomicInteger pending = new AtomicInteger();
  private final Map<EventLoop, HttpConnections> connections = new ConcurrentHashMap<>();

  // The rest is guarded by this.
  private UpstreamListener listener = new Unheard();
  private UpstreamState state =
      new Disconnected("the MCP server has not been started; try again in a moment");
  private Optional<HttpSession> session = Optional.empty();
  private boolean initializing;
  private boolean closed;
  private final List<HttpCall> waiting = new ArrayList<>(); // bounded by what is pending
  private long generation;
  private long sessionBegunNanos;

  /**
   * @param url {@code http://…} or {@code https://…}, whose certificate must be one that this JVM
   *     trusts
   * @param loops who calls on one of them stays on it; not closed here
   */
  public HttpUpstream(URI url, EventLoopGroup loops, HttpUpstreamSettings settings) {
    boolean secure = "https".equalsIgnoreCase(url.getScheme());
    if (url.getHost() == null || (!secure && !"http".equalsIgnoreCase(url.getScheme()))) {
      throw new IllegalArgumentException(
          "the upstream `" + url + "` must be an http or https URL with a host");
    }
    if (url.getRawUserInfo() != null) {
      throw new IllegalArgumentException("the upstream's URL must not hold a user or password");
    }
    this.url = url;
    this.loops = loops;
    this.json = new StrictJson(JsonLimits.RESPONSE.withDocumentBytesMax(settings.answerBytesMax()));
    this.settings = settings;
    this.backOff = new BackOff(settings.backOff(), RandomGenerator.getDefault());
    this.tls = secure ? Optional.of(clientTls()) : Optional.empty();
  }

  private static SslContext clientTls() {
    try {
      return SslContextBuilder.forClient().endpointIdentificationAlgorithm("HTTPS").build();
    } catch (SSLException e) {
      throw new IllegalStateException("this JVM has no TLS", e);
    }
  }

  @Override
  public void start(UpstreamListener heard) {
    synchronized (this) {
      listener = heard;
      initializing = true;
    }
    initialize();
  }

  @Override
  public synchronized UpstreamState state() {
    return state;
  }

  /** What the server sent and nobody got. */
  Dropped dropped() {
    return dropped;
  }

  @Override
  public PendingCall call(
      String method, Optional<JsonObject> params, Duration timeout, Consumer<UpstreamReply> reply) {
    if (pending.incrementAndGet() > settings.pendingMax()) {
      pending.decrementAndGet();
      reply.accept(new Failed(false, "the MCP server is busy: too many calls wait; try later"));
      return _ -> {};
    }
    RequestId id = RequestId.of(ids.incrementAndGet());
    HttpCall call =
        newCall(
            HttpMethod.POST,
            Optional.of(new Request(id, method, params)),
            answer -> {
              pending.decrementAndGet();
              reply.accept(answer);
            });
    call.exchange()
        .timeout(
            call.loop()
                .schedule(
                    () ->
                        giveUp(
                            call,
                            id,
                            "the MCP server did not answer within " + Times.text(timeout)),
                    timeout.toNanos(),
                    TimeUnit.NANOSECONDS));
    dispatch(call);
    return reason ->
        call.loop().execute(() -> giveUp(call, id, "the call was cancelled: " + reason));
  }

  @Override
  public void sendNotification(String method, Optional<JsonObject> params) {
    Optional<HttpSession> current;
    synchronized (this) {
      current = session;
    }
    current.ifPresent(to -> sendUnowed(new Notification(method, params), to, _ -> {}));
  }

  /** On the call's loop. */
  private void giveUp(HttpCall call, RequestId id, String why) {
    synchronized (this) {
      waiting.remove(call);
    }
    if (call.exchange().fail(why) == Exchange.Failure.SENT) {
      call.abort();
      JsonObject params =
          JsonObject.builder().put("requestId", id.json()).put("reason", why).build();
      sendNotification("notifications/cancelled", Optional.of(params));
    }
  }

  private HttpCall newCall(
      HttpMethod method, Optional<Message> message, Consumer<UpstreamReply> reply) {
    return new HttpCall(
        new Calls(), loop(), method, message, new Exchange(reply), json, settings.answerBytesMax());
  }

  /** The loop that the caller is on, else the next one. */
  private EventLoop loop() {
    for (EventExecutor loop : loops) {
      if (loop.inEventLoop()) {
        return (EventLoop) loop;
      }
    }
    return loops.next();
  }

  /** Sends a call in the session that there is, or keeps it while one is being made. */
  private void dispatch(HttpCall call) {
    HttpSession to = null;
    String down = "";
    synchronized (this) {
      if (session.isPresent()) {
        to = session.get();
      } else if (initializing) {
        waiting.add(call);
        return;
      } else {
        down = state instanceof Disconnected(String why) ? why : "the MCP server is not ready";
      }
    }
    if (to == null) {
      call.exchange().fail(down);
    } else {
      call.session(to);
      send(call);
    }
  }

  private void send(HttpCall call) {
    HttpConnections over =
        connections.computeIfAbsent(
            call.loop(), loop -> new HttpConnections(loop, url, tls, settings));
    if (call.loop().inEventLoop()) {
      over.send(call);
    } else {
      call.loop().execute(() -> over.send(call));
    }
  }

  /** Sends what is owed no answer; the reply says whether the server took it. */
  private void sendUnowed(Message message, HttpSession to, Consumer<UpstreamReply> reply) {
    HttpCall call = newCall(HttpMethod.POST, Optional.of(message), reply);
    limit(call, UNOWED_TIMEOUT);
    call.session(to);
    send(call);
  }

  private void limit(HttpCall call, Duration timeout) {
    call.exchange()
        .timeout(
            call.loop()
                .schedule(
                    () -> {
                      if (call.exchange().fail("no answer within " + Times.text(timeout))
                          == Exchange.Failure.SENT) {
                        call.abort();
                      }
                    },
                    timeout.toNanos(),
                    TimeUnit.NANOSECONDS));
  }

  private void initialize() {
    var request =
        new Request(
            RequestId.of(ids.incrementAndGet()), "initialize", Optional.of(Handshake.params()));
    var calls = new ArrayList<HttpCall>(1);
    HttpCall call =
        newCall(
            HttpMethod.POST,
            Optional.of(request),
            reply -> initialized(reply, calls.getFirst().givenSession()));
    calls.add(call);
    limit(call, settings.initializeTimeout());
    send(call);
  }

  private void initialized(UpstreamReply reply, Optional<String> id) {
    long number;
    synchronized (this) {
      number = ++generation;
    }
    switch (Handshake.outcome(reply, number)) {
      case Handshake.Failed(String why) -> notInitialized(why);
      case Handshake.Done(Connected connected) -> {
        if (id.isPresent() && !HttpSession.isId(id.get())) {
          notInitialized("it gave a session id that may not be one");
          return;
        }
        var made = new HttpSession(number, connected.version(), id);
        sendUnowed(
            Handshake.INITIALIZED,
            made,
            taken -> {
              switch (taken) {
                case UpstreamReply.Result _ -> ready(made, connected);
                case UpstreamReply.Refused _ -> notInitialized("it refused initialized");
                case Failed(boolean _, String why) -> notInitialized(why);
              }
            });
      }
    }
  }

  private void ready(HttpSession made, Connected connected) {
    List<HttpCall> released;
    UpstreamListener heard;
    synchronized (this) {
      if (closed) {
        return;
      }
      initializing = false;
      session = Optional.of(made);
      state = connected;
      sessionBegunNanos = System.nanoTime();
      released = List.copyOf(waiting);
      waiting.clear();
      heard = listener;
    }
    heard.connected(connected);
    released.forEach(this::dispatch);
  }

  private void notInitialized(String why) {
    down("the MCP server at " + url.getRawAuthority() + " is not ready: " + why, Duration.ZERO);
  }

  /** Ends the session, if there is one, and begins anew at once or after a wait. */
  private void down(String why, Duration lived) {
    List<HttpCall> failed;
    UpstreamListener heard;
    Duration wait;
    Disconnected cause;
    synchronized (this) {
      if (closed) {
        return;
      }
      wait = backOff.next(lived);
      session = Optional.empty();
      initializing = wait.isZero();
      cause =
          new Disconnected(
              why
                  + (wait.isZero()
                      ? "; try again"
                      : "; the next attempt follows in "
                          + Times.text(Duration.ofMillis(wait.toMillis()))));
      state = cause;
      failed = initializing ? List.of() : List.copyOf(waiting);
      waiting.removeAll(failed);
      heard = listener;
    }
    LOG.warn("{}", cause.why());
    heard.disconnected(cause);
    failed.forEach(call -> call.exchange().fail(cause.why()));
    if (wait.isZero()) {
      initialize();
    } else {
      var _ =
          loops
              .next()
              .schedule(
                  () -> {
                    synchronized (this) {
                      initializing = true;
                    }
                    initialize();
                  },
                  wait.toNanos(),
                  TimeUnit.NANOSECONDS);
    }
  }

  /** Ends this session, unless another one has taken its place. */
  private void endSession(HttpSession ended, String why) {
    Duration lived;
    synchronized (this) {
      if (!session.equals(Optional.of(ended))) {
        return;
      }
      lived = Duration.ofNanos(System.nanoTime() - sessionBegunNanos);
    }
    down(why, lived);
  }

  private Response refusal(Request request) {
    if (request.method().equals("ping")) {
      return new Response(request.id(), Optional.of(JsonObject.EMPTY), Optional.empty());
    }
    dropped.refusedRequest();
    return new Response(
        request.id(),
        Optional.empty(),
        Optional.of(
            new RpcError(
                RpcError.METHOD_NOT_FOUND,
                "requests to the client are not served: the client declared no capabilities")));
  }

  /** Tells the server that the session is over, and waits for that a moment. */
  @Override
  public void close() {
    Optional<HttpSession> last;
    List<HttpCall> failed;
    synchronized (this) {
      closed = true;
      initializing = false;
      last = session;
      session = Optional.empty();
      state = new Disconnected("the connection to the MCP server was closed");
      failed = List.copyOf(waiting);
      waiting.clear();
    }
    failed.forEach(call -> call.exchange().fail("the connection to the MCP server was closed"));
    if (last.isPresent() && last.get().id().isPresent() && !loops.isShuttingDown()) {
      var told = new CountDownLatch(1);
      HttpCall delete = newCall(HttpMethod.DELETE, Optional.empty(), _ -> told.countDown());
      limit(delete, CLOSE_MAX);
      delete.session(last.get());
      send(delete);
      try {
        if (!told.await(CLOSE_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
          LOG.debug("the MCP server did not answer the end of the session");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** What calls tell, and ask for. */
  private final class Calls implements HttpCall.Owner {
    @Override
    public Dropped dropped() {
      return dropped;
    }

    @Override
    public void sessionEnded(HttpCall call, HttpSession ended) {
      endSession(ended, "the MCP server has forgotten the session");
      if (call.tryAgain()) {
        dispatch(call);
      } else {
        call.exchange().fail("the MCP server has forgotten the session again");
      }
    }

    @Override
    public void unreachable(Optional<HttpSession> in, String why) {
      in.ifPresent(ended -> endSession(ended, why));
    }

    @Override
    public void received(Message message) {
      Optional<HttpSession> current;
      UpstreamListener heard;
      synchronized (HttpUpstream.this) {
        current = session;
        heard = listener;
      }
      switch (message) {
        case Notification notification -> heard.notified(notification);
        case Request request ->
            current
                .filter(_ -> pending.get() < settings.pendingMax()) // else it gets no answer
                .ifPresent(to -> sendUnowed(refusal(request), to, _ -> {}));
        case Response _ -> dropped.unknownResponse();
      }
    }

    @Override
    public FullHttpRequest request(HttpMethod method, byte[] body, Optional<HttpSession> in) {
      String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
      String target = url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
      var request =
          new DefaultFullHttpRequest(
              HttpVersion.HTTP_1_1, method, target, Unpooled.wrappedBuffer(body));
      request
          .headers()
          .set(HttpHeaderNames.HOST, url.getRawAuthority())
          .set(HttpHeaderNames.USER_AGENT, "mcp-policy-proxy")
          .set(HttpHeaderNames.ACCEPT, "application/json, text/event-stream")
          .set(HttpHeaderNames.ACCEPT_ENCODING, "identity")
          .set(HttpHeaderNames.CONTENT_LENGTH, body.length);
      if (body.length > 0) {
        request.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
      }
      in.ifPresent(
          of -> {
            request.headers().set("MCP-Protocol-Version", of.version().text());
            of.id().ifPresent(id -> request.headers().set("Mcp-Session-Id", id));
          });
      return request;
    }
  }

  /** Before {@link #start}. */
  private static final class Unheard implements UpstreamListener {
    @Override
    public void connected(Connected server) {}

    @Override
    public void disconnected(Disconnected cause) {}

    @Override
    public void notified(Notification notification) {}
  }
}
