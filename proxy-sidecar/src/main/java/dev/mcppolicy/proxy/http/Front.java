// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.http;

import dev.mcppolicy.proxy.enforce.Answer;
import dev.mcppolicy.proxy.enforce.Gate;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The listener that clients connect to. It is open from {@link #start} to {@link #close}; its
 * threads belong to the event loops that it was given.
 */
public final class Front implements AutoCloseable {
  private static final int BACKLOG = 1024;
  private static final int READS_AT_ONCE = 4;

  private final Channel listener;
  private final ChannelGroup connections;

  private Front(Channel listener, ChannelGroup connections) {
    this.listener = listener;
    this.connections = connections;
  }

  /**
   * Opens the listener; blocks until it is.
   *
   * @param tls asked for every connection, so a new certificate holds from the next one on; empty
   *     means plain HTTP
   * @throws IllegalStateException if the address cannot be listened on
   */
  public static Front start(
      EventLoopGroup loops,
      InetSocketAddress address,
      HttpLimits limits,
      Gate gate,
      InstantSource clock,
      Supplier<Optional<SslContext>> tls) {
    var count = new ConnectionCount(limits.connectionsMax(), limits.connectionsPerAddressMax());
    var bodies = new BodyMemory(limits.bodiesBytesMax());
    var shared = new FrontConnection.Shared(gate, limits, count, bodies, clock);
    var connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    var bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(EventLoops.serverChannel())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator().maxMessagesPerRead(READS_AT_ONCE))
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(channel, shared, connections, tls.get());
                  }
                });
    var bound = bootstrap.bind(address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IllegalStateException(
          "cannot listen on " + address + ": " + bound.cause().getMessage(), bound.cause());
    }
    return new Front(bound.channel(), connections);
  }

  private static void accept(
      Channel channel,
      FrontConnection.Shared shared,
      ChannelGroup connections,
      Optional<SslContext> tls) {
    InetAddress address = ((InetSocketAddress) channel.remoteAddress()).getAddress();
    if (!shared.connections().add(address)) {
      turnAway(channel, shared, tls);
      return;
    }
    connections.add(channel);
    tls.ifPresent(
        context -> {
          SslHandler handler = context.newHandler(channel.alloc());
          handler.setHandshakeTimeoutMillis(shared.limits().headTime().toMillis());
          channel.pipeline().addLast(handler);
        });
    channel.pipeline().addLast(new FrontConnection(shared, address));
  }

  /** A handshake is not worth doing for a peer that is not let in. */
  private static void turnAway(
      Channel channel, FrontConnection.Shared shared, Optional<SslContext> tls) {
    if (tls.isPresent()) {
      var _ = channel.close();
      return;
    }
    var answer =
        Answer.refused(503, "there are too many connections; close idle ones or try again shortly")
            .withHeader("Retry-After", "1");
    var _ =
        channel
            .writeAndFlush(
                ResponseBytes.of(channel.alloc(), answer, shared.clock().instant(), true))
            .addListener(ChannelFutureListener.CLOSE);
  }

  /** Where the listener is, with the port that it got. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /** Takes no further connection. Those that are open go on. */
  public void stopAccepting() {
    listener.close().awaitUninterruptibly();
  }

  /** Closes the listener and every connection; blocks until it is done. */
  @Override
  public void close() {
    stopAccepting();
    connections.close().awaitUninterruptibly();
  }
}
