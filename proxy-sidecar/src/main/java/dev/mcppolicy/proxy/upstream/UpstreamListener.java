// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import dev.mcppolicy.mcp.Message;

/** Hears of an upstream's connection. Called on the upstream's threads, which it must not block. */
public interface UpstreamListener {

  /**
   * A connection was made and {@code initialize} answered. What was known of the server before (its
   * tools) may have changed.
   */
  void connected(UpstreamState.Connected server);

  /** The connection was lost, or one could not be made; another attempt follows by itself. */
  void disconnected(UpstreamState.Disconnected cause);

  /** The server sent a notification, e.g. {@code notifications/tools/list_changed}. */
  void notified(Message.Notification notification);
}
