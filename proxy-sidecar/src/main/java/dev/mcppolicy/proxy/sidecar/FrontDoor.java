// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.sidecar;

import dev.mcppolicy.proxy.DataPath;
import dev.mcppolicy.proxy.http.Front;
import dev.mcppolicy.proxy.http.HttpLimits;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.util.Optional;

/** The front over TLS, closed until there is a certificate, which is with the first bundle. */
final class FrontDoor implements AutoCloseable {
  private final EventLoopGroup loops;
  private final InetSocketAddress address;
  private final DataPath dataPath;
  private volatile Optional<SslContext> tls = Optional.empty();
  private volatile Optional<Front> front = Optional.empty();

  FrontDoor(EventLoopGroup loops, InetSocketAddress address, DataPath dataPath) {
    this.loops = loops;
    this.address = address;
    this.dataPath = dataPath;
  }

  /**
   * Shows this certificate from the next connection on, and opens the door if it is closed.
   *
   * @throws IllegalStateException if the address cannot be listened on
   */
  synchronized void open(SslContext certificate) {
    tls = Optional.of(certificate);
    if (front.isEmpty()) {
      front =
          Optional.of(
              Front.start(
                  loops,
                  address,
                  HttpLimits.DEFAULT,
                  dataPath.gate(),
                  dataPath.clock(),
                  () -> tls));
    }
  }

  boolean isOpen() {
    return front.isPresent();
  }

  /** Where it listens; empty while it is closed. */
  Optional<InetSocketAddress> listening() {
    return front.map(Front::address);
  }

  @Override
  public synchronized void close() {
    front.ifPresent(Front::close);
  }
}
