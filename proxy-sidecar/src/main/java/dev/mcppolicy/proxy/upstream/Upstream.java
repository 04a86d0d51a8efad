// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import dev.mcppolicy.json.JsonValue.JsonObject;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The guarded MCP server. It keeps its own connection, with its own {@code initialize}, its own ids
 * and its own reconnects; nothing of a client reaches the server but methods and params.
 *
 * <p>Safe for use by many threads. No method but {@link #close} blocks.
 */
public interface Upstream extends AutoCloseable {

  /** Begins to connect, and to connect again whenever the connection is lost. Called once. */
  void start(UpstreamListener listener);

  /**
   * Sends one request. The reply arrives exactly once, from any thread, possibly before this
   * returns, and at the latest when the timeout has passed.
   *
   * @param params as they are sent: already cleaned of what a client may not say
   */
  PendingCall call(
      String method, Optional<JsonObject> params, Duration timeout, Consumer<UpstreamReply> reply);

  /** Sends a notification, or drops it when there is no connection. */
  void sendNotification(String method, Optional<JsonObject> params);

  UpstreamState state();

  /**
   * Ends the connection and its server process; every pending call fails. Blocks until the process
   * has ended, at most some seconds.
   */
  @Override
  void close();
}
