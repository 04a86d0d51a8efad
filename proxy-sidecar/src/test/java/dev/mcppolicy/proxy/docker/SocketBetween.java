// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A socket before an engine's own: it swallows requests whose path contains a text. */
final class SocketBetween implements AutoCloseable {
  private final Path folder;
  private final Path engine;
  private final String swallowed;
  private final ServerSocketChannel server;

  SocketBetween(Path engine, String swallowed) throws IOException {
    this.engine = engine;
    this.swallowed = swallowed;
    this.folder = Files.createTempDirectory("between");
    this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket()));
    Thread.ofVirtual().start(this::accept);
  }

  Path socket() {
    return folder.resolve("s");
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel client = server.accept();
        SocketChannel behind = SocketChannel.open(UnixDomainSocketAddress.of(engine));
        Thread.ofVirtual().start(() -> copy(client, behind, true));
        Thread.ofVirtual().start(() -> copy(behind, client, false));
      }
    } catch (IOException closed) {
      Thread.currentThread().interrupt(); // the end
    }
  }

  private void copy(SocketChannel from, SocketChannel to, boolean swallows) {
    try (from;
        to) {
      InputStream in = Channels.newInputStream(from);
      OutputStream out = Channels.newOutputStream(to);
      byte[] buffer = new byte[8192];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        String text = new String(buffer, 0, count, StandardCharsets.ISO_8859_1);
        if (!swallows || !text.contains(swallowed)) {
          out.write(buffer, 0, count);
        }
      }
    } catch (IOException closed) {
      Thread.currentThread().interrupt(); // either side went away
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    Files.deleteIfExists(socket());
    Files.delete(folder);
  }
}
