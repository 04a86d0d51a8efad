// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/**
 * What carries requests to one engine. None of them has a body. Safe for use by many threads.
 *
 * <p>Each request is sent at most once when it may have an effect, which is every one that is no
 * GET.
 */
public interface EngineTransport extends AutoCloseable {

  /** For people, such as a path or a URL. */
  String where();

  /**
   * Blocks without a bound, until there is the head of an answer. Ends when its thread is
   * interrupted.
   *
   * @param path with its query
   * @throws NotSentException when the engine has seen nothing of the request
   */
  Answer send(String method, String path) throws IOException;

  /** The connections end; what waits on them ends with an error. */
  @Override
  void close();

  /** What an engine answers. Closing it before its end ends the connection. */
  interface Answer extends Closeable {
    int status();

    /** Read as it comes: blocks without a bound, and ends when its thread is interrupted. */
    InputStream body();
  }

  /** The request provably did not arrive; the message says why, and what to do. */
  final class NotSentException extends IOException {
    private static final long serialVersionUID = 1L;

    public NotSentException(String message) {
      super(message);
    }

    public NotSentException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** There is no answer, and the request may have arrived; the message says why. */
  final class NoAnswerException extends IOException {
    private static final long serialVersionUID = 1L;

    public NoAnswerException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
