// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.mcp;

import static dev.mcppolicy.mcp.ProtocolVersion.V2025_06_18;
import static dev.mcppolicy.mcp.ProtocolVersion.V2025_11_25;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * A notification that a client may send (schema.ts of the revisions, {@code ClientNotification}).
 * Anything else without an id, above all a {@code tools/call}, is never sent on.
 */
public enum ClientNotification {
  INITIALIZED("notifications/initialized", V2025_06_18),
  CANCELLED("notifications/cancelled", V2025_06_18),
  PROGRESS("notifications/progress", V2025_06_18),
  ROOTS_LIST_CHANGED("notifications/roots/list_changed", V2025_06_18),
  TASKS_STATUS("notifications/tasks/status", V2025_11_25);

  private final String text;
  private final ProtocolVersion since;

  ClientNotification(String text, ProtocolVersion since) {
    this.text = text;
    this.since = since;
  }

  public String text() {
    return text;
  }

  /** The notification of that exact name in that revision; empty when there is none. */
  public static Optional<ClientNotification> of(String text, ProtocolVersion version) {
    return Stream.of(values())
        .filter(n -> n.text.equals(text) && n.since.compareTo(version) <= 0)
        .findAny();
  }

  /** The request that a {@code notifications/cancelled} names; empty when it names none. */
  public static Optional<RequestId> cancelledRequest(Message.Notification cancelled) {
    return cancelled.params().flatMap(params -> params.get("requestId")).flatMap(RequestId::read);
  }
}
