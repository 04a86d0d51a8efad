// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects to the stdio bridge: each connection to its socket is a server process, and another
 * socket carries the stderr of all of them.
 */
public final class UnixSocketConnector implements StdioConnector {
  private static final Logger LOG = LoggerFactory.getLogger(UnixSocketConnector.class);

  private static final Duration LOOKS_EVERY = Duration.ofMillis(50);

  private final Path socket;
  private final StderrSocket stderr;
  private final Duration appearsWithin;
  private volatile boolean closed;

  /**
   * @param socket carries messages
   * @param stderrSocket carries what the server processes write to stderr; it is read from now on
   * @param appearsWithin how long to wait for a socket that does not exist: the sidecar starts
   *     before the server's container, which opens it
   */
  public UnixSocketConnector(Path socket, Path stderrSocket, Duration appearsWithin) {
    this.socket = socket;
    this.appearsWithin = appearsWithin;
    this.stderr = StderrSocket.read(stderrSocket);
  }

  @Override
  public Channel open() throws IOException {
    awaitSocket();
    return new Connected(connect(socket));
  }

  private void awaitSocket() {
    if (Files.exists(socket) || appearsWithin.isZero()) {
      return;
    }
    LOG.info("waiting for the server's container to open `{}`", socket);
    long deadlineNanos = System.nanoTime() + appearsWithin.toNanos();
    while (!closed && !Files.exists(socket) && System.nanoTime() - deadlineNanos < 0) {
      LockSupport.parkNanos(LOOKS_EVERY.toNanos());
    }
  }

  @Override
  public void close() {
    closed = true;
    stderr.close();
  }

  static SocketChannel connect(Path socket) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      return channel;
    } catch (IOException e) {
      channel.close();
      throw new IOException(
          "no connection to the bridge's socket `" + socket + "`: " + e.getMessage(), e);
    }
  }

  private static final class Connected implements Channel {
    private final SocketChannel channel;
    private final CompletableFuture<String> gone = new CompletableFuture<>();

    Connected(SocketChannel channel) {
      this.channel = channel;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
      int count = channel.read(into);
      if (count < 0) {
        gone.complete("it closed the connection"); // all that will ever be known of its end
      }
      return count;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }

    @Override
    public CompletableFuture<String> gone() {
      return gone;
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        // it is closed all the same
      }
    }
  }
}
