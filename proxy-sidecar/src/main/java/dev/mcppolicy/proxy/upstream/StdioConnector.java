// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** Opens byte channels to a server that speaks one message a line. */
public interface StdioConnector extends AutoCloseable {

  /**
   * Opens a channel to a server process of its own. Blocks for a bounded time.
   *
   * @throws IOException with a message for people: what could not be opened, and why
   */
  Channel open() throws IOException;

  @Override
  void close();

  /** One connection, which is one server process. */
  interface Channel extends AutoCloseable {

    /** Blocks until there are bytes; negative when the server has closed its output. */
    int read(ByteBuffer into) throws IOException;

    /** Writes all remaining bytes; blocks until they are taken. */
    void write(ByteBuffer bytes) throws IOException;

    /** Completes when the server is known to be gone, with how: {@code exited with code 1}. */
    CompletableFuture<String> gone();

    /** Ends the connection and its process. Blocks for a bounded time; may be called again. */
    @Override
    void close();
  }
}
