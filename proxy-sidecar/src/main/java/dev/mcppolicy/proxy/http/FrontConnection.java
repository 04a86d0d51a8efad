// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.http;

import dev.mcppolicy.proxy.enforce.Answer;
import dev.mcppolicy.proxy.enforce.Gate;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CodecException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: one request at a time is read, handed to the gate and answered, and
 * nothing more is read meanwhile. Whatever cannot be read for certain closes the connection.
 *
 * <p>Runs on its event loop alone; answers from other threads are brought there.
 */
final class FrontConnection extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(FrontConnection.class);
  private static final Duration LINGER_TIME = Duration.ofSeconds(1);
  private static final int LINGER_BYTES_MAX = 1 << 20;

  private enum State {
    /** Between requests, or in the head of one. */
    HEAD,
    BODY,
    /** The gate has the request. */
    CALL,
    /** The answer is being written. */
    ANSWER,
    /** The last answer is written; what still arrives is dropped so that the peer can read it. */
    LINGER
  }

  private final Shared shared;
  private final InetAddress address;
  private final HeadReader headReader;
  private final ConnectionMemory memory = new ConnectionMemory();
  private Optional<ByteBuf> pending = Optional.empty();
  private Optional<ScheduledFuture<?>> tick = Optional.empty();
  private Optional<Body> body = Optional.empty();
  private State state = State.HEAD;
  private long deadlineNanos;
  private long requests;
  private long lingered;
  private boolean processing;
  private boolean closeAfter;

  /** What all connections of one listener have in common. */
  record Shared(
      Gate gate,
      HttpLimits limits,
      ConnectionCount connections,
      BodyMemory bodies,
      InstantSource clock) {}

  /** A body that is being read, for whom. */
  private static final class Body {
    private final Gate.Entered entered;
    private final HttpArrival arrival;
    private final BodyReader reader;
    private long taken;

    Body(Gate.Entered entered, HttpArrival arrival, BodyReader reader) {
      this.entered = entered;
      this.arrival = arrival;
      this.reader = reader;
    }
  }

  /**
   * @param address of the peer, already counted in the shared connections
   */
  FrontConnection(Shared shared, InetAddress address) {
    this.shared = shared;
    this.address = address;
    this.headReader = new HeadReader(shared.limits.headBytesMax(), shared.limits.headersMax());
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    deadline(shared.limits.headTime());
    long period = tickNanos(shared.limits);
    tick =
        Optional.of(
            ctx.executor()
                .scheduleWithFixedDelay(() -> tick(ctx), period, period, TimeUnit.NANOSECONDS));
    ctx.read();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    tick.ifPresent(scheduled -> scheduled.cancel(false));
    pending.ifPresent(ReferenceCountUtil::release);
    pending = Optional.empty();
    dropBody();
    shared.connections.remove(address);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    var in = (ByteBuf) message;
    if (state == State.LINGER || !ctx.channel().isActive()) {
      lingered += in.readableBytes();
      in.release();
      if (lingered > LINGER_BYTES_MAX) {
        close(ctx);
      }
      return;
    }
    pending =
        Optional.of(
            pending.isEmpty()
                ? in
                : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), pending.get(), in));
    process(ctx);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (state != State.CALL && state != State.ANSWER) {
      ctx.read();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException || cause instanceof CodecException)) { // not a peer's doing
      LOG.warn("a connection is closed: {}", cause.toString());
    }
    close(ctx);
  }

  private void process(ChannelHandlerContext ctx) {
    if (processing) {
      return;
    }
    processing = true;
    try {
      boolean advanced = true;
      while (advanced && pending.isPresent()) {
        advanced =
            switch (state) {
              case HEAD -> head(ctx, pending.get());
              case BODY -> body(ctx, pending.get());
              case CALL, ANSWER, LINGER -> false;
            };
        dropReadBytes();
      }
    } catch (RefusedRequestException refused) {
      refuse(ctx, refused.status(), refused.text());
    } finally {
      processing = false;
    }
  }

  private void dropReadBytes() {
    if (pending.isPresent() && !pending.get().isReadable()) {
      pending.get().release();
      pending = Optional.empty();
    }
  }

  private boolean head(ChannelHandlerContext ctx, ByteBuf in) throws RefusedRequestException {
    if (!headReader.inHead()) {
      deadline(shared.limits.headTime());
    }
    Optional<RequestHead> head = headReader.read(in);
    if (head.isEmpty()) {
      return false;
    }
    BodyFraming framing = BodyFraming.of(head.get());
    boolean expectsContinue = expectsContinue(head.get());
    closeAfter = wantsClose(head.get());
    requests++;
    var arrival = new HttpArrival(head.get(), memory);
    switch (shared.gate.enter(arrival)) {
      case Gate.Entry.Closed(Answer answer) -> {
        closeAfter |= !hasNoBody(framing); // an unread body would be taken for the next request
        answer(ctx, answer);
      }
      case Gate.Entry.Open(Gate.Entered entered) -> {
        if (arrival.isDelete()) {
          answer(ctx, shared.gate.delete(entered, arrival));
        } else {
          beginBody(ctx, new Body(entered, arrival, reader(framing)), expectsContinue);
        }
      }
    }
    return true;
  }

  private BodyReader reader(BodyFraming framing) throws RefusedRequestException {
    return new BodyReader(framing, shared.limits.bodyBytesMax());
  }

  private void beginBody(ChannelHandlerContext ctx, Body begun, boolean expectsContinue) {
    body = Optional.of(begun);
    state = State.BODY;
    deadline(shared.limits.bodyTime());
    if (begun.reader.ended()) {
      call(ctx, begun);
    } else if (expectsContinue) {
      var _ = ctx.writeAndFlush(ResponseBytes.proceed(ctx.alloc()));
    }
  }

  private boolean body(ChannelHandlerContext ctx, ByteBuf in) throws RefusedRequestException {
    Body reading = body.orElseThrow();
    boolean ended = reading.reader.read(in);
    long grown = reading.reader.keptBytes() - reading.taken;
    if (grown > 0) {
      if (!shared.bodies.take(grown)) {
        throw new RefusedRequestException(
            503, "the proxy is reading too many large bodies; try again shortly");
      }
      reading.taken += grown;
    }
    if (ended) {
      call(ctx, reading);
    }
    return ended;
  }

  private void call(ChannelHandlerContext ctx, Body read) {
    state = State.CALL;
    long request = requests;
    shared.gate.message(
        read.entered,
        read.arrival,
        read.reader.body(),
        answer -> {
          if (ctx.executor().inEventLoop()) {
            answered(ctx, request, answer);
          } else {
            ctx.executor().execute(() -> answered(ctx, request, answer));
          }
        });
  }

  private void answered(ChannelHandlerContext ctx, long request, Answer answer) {
    if (state == State.CALL && request == requests && ctx.channel().isActive()) {
      dropBody();
      answer(ctx, answer);
    }
  }

  private void answer(ChannelHandlerContext ctx, Answer answer) {
    state = State.ANSWER;
    deadline(shared.limits.writeTime());
    ByteBuf bytes = ResponseBytes.of(ctx.alloc(), answer, shared.clock.instant(), closeAfter);
    ChannelFuture written = ctx.writeAndFlush(bytes);
    if (written.isDone()) {
      written(ctx, written);
    } else {
      var _ = written.addListener(_ -> written(ctx, written));
    }
  }

  private void written(ChannelHandlerContext ctx, ChannelFuture future) {
    if (!future.isSuccess()) {
      close(ctx);
    } else if (closeAfter) {
      linger(ctx);
    } else {
      state = State.HEAD;
      deadline(shared.limits.idleTime());
      if (!processing) {
        process(ctx);
        if (state == State.HEAD || state == State.BODY) {
          ctx.read();
        }
      }
    }
  }

  /** Answers what could not be read, and closes. */
  private void refuse(ChannelHandlerContext ctx, int status, String text) {
    dropBody();
    closeAfter = true;
    answer(ctx, Answer.refused(status, text));
  }

  /**
   * Closing while bytes of the peer are unread would reset the connection and could take the answer
   * with it: so only our half is closed first.
   */
  private void linger(ChannelHandlerContext ctx) {
    state = State.LINGER;
    deadline(LINGER_TIME);
    pending.ifPresent(ReferenceCountUtil::release);
    pending = Optional.empty();
    if (ctx.channel() instanceof DuplexChannel duplex
        && ctx.pipeline().get(SslHandler.class) == null) {
      var _ = duplex.shutdownOutput();
      ctx.read();
    } else {
      close(ctx);
    }
  }

  private void tick(ChannelHandlerContext ctx) {
    if (state == State.CALL || System.nanoTime() - deadlineNanos < 0) {
      return;
    }
    switch (state) {
      case HEAD -> {
        if (headReader.inHead()) {
          refuse(ctx, 408, "the headers did not arrive in time");
        } else {
          close(ctx);
        }
      }
      case BODY -> refuse(ctx, 408, "the body did not arrive in time");
      case CALL, ANSWER, LINGER -> close(ctx);
    }
  }

  /** What happens to the connection afterwards, {@link #channelInactive} hears. */
  private static void close(ChannelHandlerContext ctx) {
    var _ = ctx.close();
  }

  private void dropBody() {
    body.ifPresent(reading -> shared.bodies.give(reading.taken));
    body = Optional.empty();
  }

  private void deadline(Duration time) {
    deadlineNanos = System.nanoTime() + time.toNanos();
  }

  private static long tickNanos(HttpLimits limits) {
    long shortest =
        Math.min(
            Math.min(limits.headTime().toNanos(), limits.bodyTime().toNanos()),
            Math.min(limits.idleTime().toNanos(), limits.writeTime().toNanos()));
    return Math.min(TimeUnit.SECONDS.toNanos(1), Math.max(1, shortest / 4));
  }

  private static boolean hasNoBody(BodyFraming framing) {
    return switch (framing) {
      case BodyFraming.None() -> true;
      case BodyFraming.Length(long bytes) -> bytes == 0;
      case BodyFraming.Chunked() -> false;
    };
  }

  private static boolean wantsClose(RequestHead head) {
    for (RequestHead.Header header : head.headers()) {
      if (header.name().equals("connection")
          && header.value().toLowerCase(Locale.ROOT).contains("close")) {
        return true;
      }
    }
    return false;
  }

  private static boolean expectsContinue(RequestHead head) throws RefusedRequestException {
    Optional<String> expect = head.first("expect");
    if (expect.isPresent() && !expect.get().equalsIgnoreCase("100-continue")) {
      throw new RefusedRequestException(417, "the only expectation that is met is `100-continue`");
    }
    return expect.isPresent();
  }
}
