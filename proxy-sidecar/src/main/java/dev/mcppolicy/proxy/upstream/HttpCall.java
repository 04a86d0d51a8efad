// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import dev.mcppolicy.mcp.InvalidMessageException;
import dev.mcppolicy.mcp.Message;
import dev.mcppolicy.mcp.Messages;
import dev.mcppolicy.mcp.RequestId;
import dev.mcppolicy.mcp.SseReader;
import dev.mcppolicy.proxy.upstream.UpstreamReply.Refused;
import dev.mcppolicy.proxy.upstream.UpstreamReply.Result;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One message to an HTTP server: a request that is owed a response as JSON or on an event stream,
 * or something that is owed none.
 */
final class HttpCall implements HttpPost {
  private static final int OK = 200;
  private static final int ACCEPTED = 202;
  private static final int NOT_FOUND = 404;
  private static final int STREAM_END_SECONDS = 1;

  /** What a call tells its upstream. On the call's event loop. */
  interface Owner {
    /** Headers that belong to the session, for a call that is being written. */
    FullHttpRequest request(HttpMethod method, byte[] body, Optional<HttpSession> session);

    /** A message of the server's own on the stream of a response. */
    void received(Message message);

    /** The server does not know the session any more, and has not looked at the call. */
    void sessionEnded(HttpCall call, HttpSession session);

    void unreachable(Optional<HttpSession> session, String why);

    Dropped dropped();
  }

  private final Owner owner;
  private final EventLoop loop;
  private final HttpMethod method;
  private final Optional<Message> message;
  private final Exchange exchange;
  private final StrictJson json;
  private final int answerBytesMax;
  private Optional<HttpSession> session = Optional.empty();
  private Optional<String> givenSession = Optional.empty();
  private boolean triedAgain;
  private boolean sessionEnded;
  private @Nullable Runnable abort;
  private @Nullable ByteArrayOutputStream text;
  private @Nullable SseReader events;

  /**
   * @param message empty for a DELETE
   */
  HttpCall(
      Owner owner,
      EventLoop loop,
      HttpMethod method,
      Optional<Message> message,
      Exchange exchange,
      StrictJson json,
      int answerBytesMax) {
    this.owner = owner;
    this.loop = loop;
    this.method = method;
    this.message = message;
    this.exchange = exchange;
    this.answerBytesMax = answerBytesMax;
    this.json = json;
  }

  EventLoop loop() {
    return loop;
  }

  Exchange exchange() {
    return exchange;
  }

  /** The session to send it in; set before it is sent. */
  void session(HttpSession used) {
    session = Optional.of(used);
  }

  /** The session id of the response, which counts in the one to {@code initialize}. */
  Optional<String> givenSession() {
    return givenSession;
  }

  /** Whether it may be sent once more; true once. */
  boolean tryAgain() {
    boolean first = !triedAgain;
    triedAgain = true;
    return first;
  }

  /** Closes the connection that carries it, if one does. On the loop. */
  void abort() {
    Runnable close = abort;
    if (close != null) {
      close.run();
    }
  }

  @Override
  public FullHttpRequest request() {
    byte[] body = message.map(m -> JsonText.bytes(m.json())).orElse(new byte[0]);
    return owner.request(method, body, session);
  }

  @Override
  public boolean begin(Runnable close) {
    boolean again = triedAgain && exchange.isWriting();
    if (!again && !exchange.beginWriting()) {
      return false;
    }
    abort = close;
    return true;
  }

  @Override
  public void head(HttpResponse response) {
    text = null;
    events = null;
    int status = response.status().code();
    HttpHeaders headers = response.headers();
    givenSession = Optional.ofNullable(headers.get("Mcp-Session-Id"));
    if (status == NOT_FOUND && session.flatMap(HttpSession::id).isPresent() && isRequest()) {
      sessionEnded = true;
    } else if (!isRequest()) {
      settle(status == OK || status == ACCEPTED, status);
    } else if (status != OK) {
      fail(
          status >= 300 && status < 400
              ? "the MCP server answered with a redirect, which is not followed"
              : "the MCP server answered with HTTP status " + status);
    } else if (headers.contains(HttpHeaderNames.CONTENT_ENCODING)
        && !headers.get(HttpHeaderNames.CONTENT_ENCODING).equalsIgnoreCase("identity")) {
      fail("the MCP server compressed its answer, which was not asked for");
    } else {
      body(headers);
    }
  }

  private void body(HttpHeaders headers) {
    String type = Optional.ofNullable(headers.get(HttpHeaderNames.CONTENT_TYPE)).orElse("");
    switch (type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT)) {
      case "application/json" -> text = new ByteArrayOutputStream();
      case "text/event-stream" -> events = new SseReader(answerBytesMax, this::read);
      default -> fail("the MCP server answered with something else than JSON or an event stream");
    }
  }

  private boolean isRequest() {
    return message.isPresent() && message.get() instanceof Message.Request;
  }

  private void settle(boolean taken, int status) {
    if (taken) {
      exchange.answer(new Result(JsonObject.EMPTY));
    } else {
      exchange.fail("the MCP server answered with HTTP status " + status);
    }
  }

  @Override
  public void content(ByteBuf part) {
    ByteArrayOutputStream whole = text;
    SseReader reader = events;
    if (whole != null) {
      if (whole.size() + part.readableBytes() > answerBytesMax) {
        text = null;
        fail("the MCP server sent an answer of more than " + answerBytesMax + " bytes");
        return;
      }
      byte[] bytes = new byte[part.readableBytes()];
      part.getBytes(part.readerIndex(), bytes);
      whole.write(bytes, 0, bytes.length);
    } else if (reader != null) {
      try {
        for (ByteBuffer buffer : part.nioBuffers()) {
          reader.feed(buffer);
        }
      } catch (InvalidMessageException e) {
        events = null;
        fail("the MCP server sent an answer of more than " + answerBytesMax + " bytes");
      }
    }
  }

  @Override
  public void end() {
    abort = null;
    if (sessionEnded) {
      sessionEnded = false;
      owner.sessionEnded(this, session.orElseThrow());
      return;
    }
    if (text != null) {
      read(text.toByteArray());
    }
    if (text != null || events != null) {
      exchange.fail("the MCP server ended its response without an answer");
    }
  }

  /** Reads one message of the response. */
  private void read(byte[] bytes) {
    try {
      Message received = Messages.read(json.read(bytes));
      if (received instanceof Message.Response response) {
        answer(response);
      } else {
        owner.received(received);
      }
    } catch (MalformedJsonException e) {
      owner.dropped().junkLine("an answer that is not JSON");
    } catch (InvalidMessageException e) {
      owner.dropped().junkLine("JSON that is not a message");
    }
  }

  private void answer(Message.Response response) {
    UpstreamReply reply =
        response
            .result()
            .<UpstreamReply>map(Result::new)
            .orElseGet(() -> new Refused(response.error().orElseThrow()));
    boolean ours =
        message.isPresent()
            && message.get() instanceof Message.Request(RequestId id, String _, var _)
            && id.equals(response.id());
    if (!ours || !exchange.answer(reply)) {
      owner.dropped().unknownResponse();
    } else if (events != null) {
      // A stream ends with its response; one that does not is not waited for.
      var _ = loop.schedule(this::abort, STREAM_END_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** Fails the call and gives up the connection: what follows on it is of no use. */
  private void fail(String why) {
    exchange.fail(why);
    abort();
  }

  @Override
  public void notConnected(String why) {
    owner.unreachable(session, why);
    exchange.fail(why);
  }

  @Override
  public void lost(String why) {
    abort = null;
    exchange.fail(why);
  }
}
