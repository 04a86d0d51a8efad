// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.enforce;

import dev.mcppolicy.mcp.RequestId;
import dev.mcppolicy.proxy.session.Session;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The calls that are being worked on, by session and the client's own id, so that a client can
 * cancel its own and no other. Bounded by the calls that fronts let in. Safe for use by many
 * threads.
 */
final class InFlight {
  private record Key(String session, RequestId id) {}

  /** What can be cancelled. */
  interface Call {
    void cancel(String reason);
  }

  private final ConcurrentMap<Key, Call> calls = new ConcurrentHashMap<>();

  /** Whether the call was added: not when its id is in use in its session. */
  boolean add(Session session, RequestId id, Call call) {
    return calls.putIfAbsent(new Key(session.id(), id), call) == null;
  }

  void remove(Session session, RequestId id) {
    calls.remove(new Key(session.id(), id));
  }

  Optional<Call> find(Session session, RequestId id) {
    return Optional.ofNullable(calls.get(new Key(session.id(), id)));
  }

  int count() {
    return calls.size();
  }
}
