// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/** One kept connection to an HTTP server; it carries one request at a time. */
final class HttpConnection extends ChannelInboundHandlerAdapter {
  private static final int FIRST_FINAL_STATUS = 200;

  private final HttpConnections owner;
  private final Channel channel;
  private @Nullable HttpPost current;
  private boolean keepAlive;

  HttpConnection(HttpConnections owner, Channel channel) {
    this.owner = owner;
    this.channel = channel;
  }

  boolean isOpen() {
    return channel.isActive();
  }

  /** Writes the request; false when nothing waited for it any more. */
  boolean send(HttpPost post) {
    if (!post.begin(this::close)) {
      return false;
    }
    current = post;
    keepAlive = false;
    var _ = channel.writeAndFlush(post.request(), channel.voidPromise());
    return true;
  }

  private void close() {
    var _ = channel.close(); // what is pending hears of it by channelInactive
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      HttpPost post = current;
      boolean failed = message instanceof HttpObject object && object.decoderResult().isFailure();
      if (post == null || failed) {
        close(); // bytes that nobody asked for, or no HTTP
        return;
      }
      if (message instanceof HttpResponse response) {
        if (response.status().code() < FIRST_FINAL_STATUS) {
          close(); // nothing here asks for an interim response
          return;
        }
        keepAlive = HttpUtil.isKeepAlive(response);
        post.head(response);
      }
      if (message instanceof HttpContent content) {
        post.content(content.content());
      }
      if (message instanceof LastHttpContent) {
        current = null;
        post.end();
        if (keepAlive) {
          owner.released(this);
        } else {
          close();
        }
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    HttpPost post = current;
    current = null;
    owner.closed(this);
    if (post != null) {
      post.lost("the connection to the MCP server ended before its answer was complete");
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof IdleStateEvent && current == null) {
      close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    close();
  }
}
