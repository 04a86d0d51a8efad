// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.Future;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * The connections of one event loop to one HTTP server. Everything happens on that loop, so a call
 * that arrives on it goes out and comes back without a change of thread.
 */
final class HttpConnections {
  private final EventLoop loop;
  private final URI url;
  private final Optional<SslContext> tls;
  private final HttpUpstreamSettings settings;
  private final Deque<HttpConnection> idle = new ArrayDeque<>();
  private final Queue<HttpPost> waiting = new ArrayDeque<>(); // bounded by the calls pending
  private int open;

  HttpConnections(
      EventLoop loop, URI url, Optional<SslContext> tls, HttpUpstreamSettings settings) {
    this.loop = loop;
    this.url = url;
    this.tls = tls;
    this.settings = settings;
  }

  /** Sends on a kept connection, on a new one, or as soon as one is free. On the loop. */
  void send(HttpPost post) {
    for (HttpConnection kept = idle.pollLast(); kept != null; kept = idle.pollLast()) {
      if (kept.isOpen()) {
        if (!kept.send(post)) {
          idle.addLast(kept);
        }
        return;
      }
    }
    if (open >= settings.connectionsPerLoopMax()) {
      waiting.add(post);
      return;
    }
    open++;
    ChannelFuture connected = connect();
    var _ =
        connected.addListener(
            _ -> {
              if (!connected.isSuccess()) {
                failed(post, connected);
                return;
              }
              Channel channel = connected.channel();
              SslHandler handshake = channel.pipeline().get(SslHandler.class);
              if (handshake == null) {
                opened(channel, post);
              } else {
                Future<Channel> secured = handshake.handshakeFuture();
                var _ =
                    secured.addListener(
                        _ -> {
                          if (secured.isSuccess()) {
                            opened(channel, post);
                          } else {
                            var _ = channel.close();
                            failed(post, secured);
                          }
                        });
              }
            });
  }

  private void opened(Channel channel, HttpPost post) {
    var connection = new HttpConnection(this, channel);
    channel.pipeline().addLast(connection);
    if (!channel.isActive()) {
      closed(connection);
      post.notConnected("the MCP server at " + place() + " closed the connection at once");
    } else if (!connection.send(post)) {
      released(connection);
    }
  }

  private void failed(HttpPost post, Future<?> attempt) {
    open--;
    Throwable cause = attempt.cause();
    post.notConnected(
        "the MCP server at "
            + place()
            + " cannot be reached: "
            + (cause == null ? "no reason" : String.valueOf(cause.getMessage())));
    sendWaiting();
  }

  void released(HttpConnection connection) {
    for (HttpPost next = waiting.poll(); next != null; next = waiting.poll()) {
      if (connection.send(next)) {
        return;
      }
    }
    idle.addLast(connection);
  }

  void closed(HttpConnection connection) {
    open--;
    idle.remove(connection);
    sendWaiting();
  }

  private void sendWaiting() {
    HttpPost next = waiting.poll();
    if (next != null) {
      send(next);
    }
  }

  private String place() {
    return url.getScheme() + "://" + url.getRawAuthority();
  }

  private int port() {
    return url.getPort() >= 0 ? url.getPort() : tls.isPresent() ? 443 : 80;
  }

  private ChannelFuture connect() {
    String host = url.getHost();
    return new Bootstrap()
        .group(loop)
        .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) settings.connectTimeout().toMillis())
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                if (tls.isPresent()) {
                  SslHandler handler = tls.get().newHandler(channel.alloc(), host, port());
                  handler.setHandshakeTimeout(
                      settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
                  channel.pipeline().addLast(handler);
                }
                channel
                    .pipeline()
                    .addLast(new HttpClientCodec())
                    .addLast(
                        new IdleStateHandler(
                            0, 0, settings.idle().toMillis(), TimeUnit.MILLISECONDS));
              }
            })
        .connect(host, port());
  }
}
