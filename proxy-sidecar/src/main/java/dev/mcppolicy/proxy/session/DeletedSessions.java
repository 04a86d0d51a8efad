// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.session;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Sessions that their clients ended before their time. Kept in this process alone, so another
 * replica still takes such an id until it expires; it always needs its grant's token as well.
 *
 * <p>Bounded: of more than 10,000, the one deleted first is forgotten. Safe for use by many
 * threads.
 */
public final class DeletedSessions {
  private static final int SESSIONS_MAX = 10_000;

  private final Map<String, Instant> deleted = new LinkedHashMap<>();

  public synchronized void add(Session session, Instant now) {
    deleted.values().removeIf(expiry -> !now.isBefore(expiry));
    if (deleted.size() >= SESSIONS_MAX) {
      deleted.remove(deleted.keySet().iterator().next());
    }
    deleted.put(session.id(), session.issuedAt().plus(SessionTokens.LIFETIME));
  }

  public synchronized boolean contains(Session session) {
    return deleted.containsKey(session.id());
  }
}
