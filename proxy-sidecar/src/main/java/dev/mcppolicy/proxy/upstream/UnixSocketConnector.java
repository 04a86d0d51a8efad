// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/**
 * Connects to the stdio bridge: each connection to its socket is a server process, and another
 * socket carries the stderr of all of them.
 */
public final class UnixSocketConnector implements StdioConnector {
  private final Path socket;
  private final StderrSocket stderr;

  /**
   * @param socket carries messages
   * @param stderrSocket carries what the server processes write to stderr; it is read from now on
   */
  public UnixSocketConnector(Path socket, Path stderrSocket) {
    this.socket = socket;
    this.stderr = StderrSocket.read(stderrSocket);
  }

  @Override
  public Channel open() throws IOException {
    return new Connected(connect(socket));
  }

  @Override
  public void close() {
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
