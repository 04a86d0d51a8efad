// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.management;

import dev.mcppolicy.proxy.http.EventLoops;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Answers {@code GET /startup}, {@code /ready} and {@code /live} with 200 or 503 and nothing more
 * to read, on a thread of its own. One request a connection.
 */
public final class ManagementServer implements AutoCloseable {
  private static final Duration LIVE_TIMEOUT = Duration.ofMillis(1_500);
  private static final int READ_TIMEOUT_SECONDS = 5;

  private final EventLoopGroup loop;
  private final Channel listener;

  private ManagementServer(EventLoopGroup loop, Channel listener) {
    this.loop = loop;
    this.listener = listener;
  }

  /**
   * Opens the listener; blocks until it is.
   *
   * @throws IllegalStateException if the address cannot be listened on
   */
  public static ManagementServer start(InetSocketAddress address, Health health) {
    EventLoopGroup loop = EventLoops.start("management", 1);
    var bound =
        new ServerBootstrap()
            .group(loop)
            .channel(EventLoops.serverChannel())
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            new ReadTimeoutHandler(READ_TIMEOUT_SECONDS),
                            new HttpServerCodec(),
                            new Asked(health));
                  }
                })
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IllegalStateException(
          "cannot listen on " + address + ": " + bound.cause().getMessage(), bound.cause());
    }
    return new ManagementServer(loop, bound.channel());
  }

  /** Where the listener is, with the port that it got. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  @Override
  public void close() {
    listener.close().awaitUninterruptibly();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private static final class Asked extends SimpleChannelInboundHandler<HttpObject> {
    private final Health health;

    Asked(Health health) {
      this.health = health;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
      if (!(message instanceof HttpRequest request)) {
        return;
      }
      if (!request.decoderResult().isSuccess()) {
        answer(ctx, HttpResponseStatus.BAD_REQUEST);
        return;
      }
      switch (request.uri()) {
        case "/startup" -> answer(ctx, health.started());
        case "/ready" -> answer(ctx, health.ready());
        case "/live" -> live(ctx);
        default -> answer(ctx, HttpResponseStatus.NOT_FOUND);
      }
    }

    private void live(ChannelHandlerContext ctx) {
      var timeout =
          ctx.executor()
              .schedule(() -> answer(ctx, false), LIVE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      var _ =
          health
              .live()
              .thenAccept(
                  live ->
                      ctx.executor()
                          .execute(
                              () -> {
                                if (timeout.cancel(false)) {
                                  answer(ctx, live);
                                }
                              }));
    }

    private static void answer(ChannelHandlerContext ctx, boolean good) {
      answer(ctx, good ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE);
    }

    private static void answer(ChannelHandlerContext ctx, HttpResponseStatus status) {
      var body = Unpooled.copiedBuffer(status.code() + "\n", StandardCharsets.US_ASCII);
      var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
      response
          .headers()
          .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
          .set(HttpHeaderNames.CONTENT_TYPE, "text/plain")
          .set(HttpHeaderNames.CONNECTION, "close");
      var _ = ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      var _ = ctx.close(); // a peer that is slow, gone or speaks something else
    }
  }
}
