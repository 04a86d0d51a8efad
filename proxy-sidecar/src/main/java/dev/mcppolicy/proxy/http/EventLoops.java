// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.http;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/** The threads of the data path: epoll where there is one, NIO elsewhere. */
public final class EventLoops {
  private EventLoops() {}

  /** Loops on daemon threads of that name. */
  public static EventLoopGroup start(String name, int threads) {
    var factory = new DefaultThreadFactory(name, true);
    return Epoll.isAvailable()
        ? new MultiThreadIoEventLoopGroup(threads, factory, EpollIoHandler.newFactory())
        : new MultiThreadIoEventLoopGroup(threads, factory, NioIoHandler.newFactory());
  }

  /** The listener that belongs to these loops. */
  public static Class<? extends ServerChannel> serverChannel() {
    return Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }
}
