// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.management;

import dev.mcppolicy.proxy.enforce.Gate;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The unix socket on which the pod's preStop hook asks for a drain: a connection stops new calls,
 * and is closed once the calls in flight are answered and the server is let go: the server's
 * container ends only then, and the sidecar only after it. Nothing is read from it, and only the
 * sidecar's own container can reach it.
 */
public final class DrainSocket implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DrainSocket.class);
  private static final Duration LOOKS_EVERY = Duration.ofMillis(20);

  private final ServerSocketChannel listener;
  private final Path path;
  private final Gate gate;
  private final Runnable release;

  private DrainSocket(ServerSocketChannel listener, Path path, Gate gate, Runnable release) {
    this.listener = listener;
    this.path = path;
    this.gate = gate;
    this.release = release;
  }

  /**
   * Opens the socket, in place of one that a process before left there.
   *
   * @param release lets the server go; called after the last call, may block for a bounded time
   */
  public static DrainSocket open(Path path, Gate gate, Runnable release) throws IOException {
    Files.deleteIfExists(path);
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      listener.bind(UnixDomainSocketAddress.of(path));
    } catch (IOException e) {
      listener.close();
      throw new IOException("cannot listen on the drain socket `" + path + "`", e);
    }
    var socket = new DrainSocket(listener, path, gate, release);
    Thread.ofVirtual().name("drain").start(socket::serve);
    return socket;
  }

  private void serve() {
    while (true) {
      try (SocketChannel _ = listener.accept()) {
        LOG.info("draining: no further call is let in, {} in flight", gate.callsInFlight());
        gate.drain();
        while (gate.callsInFlight() > 0) { // each ends in bounded time
          LockSupport.parkNanos(LOOKS_EVERY.toNanos());
        }
        release.run();
        LOG.info("drained");
      } catch (ClosedChannelException closed) {
        return;
      } catch (IOException e) {
        LOG.warn("a connection to the drain socket broke: {}", e.getMessage());
      }
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    Files.deleteIfExists(path);
  }
}
