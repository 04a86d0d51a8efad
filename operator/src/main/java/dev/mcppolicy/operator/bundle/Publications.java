// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.bundle;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What is published for each server, as the operator last saw or wrote it. A server that is not
 * here has not been looked at since the operator started: nothing can be said of it yet. Any thread
 * may call.
 */
public final class Publications {

  /** Told of a change on the thread that made it; must not block. */
  @FunctionalInterface
  public interface Listener {
    void changed(String namespace, String server);
  }

  private record Key(String namespace, String server) {}

  private final Map<Key, Published> byServer = new ConcurrentHashMap<>();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  public Optional<Published> of(String namespace, String server) {
    return Optional.ofNullable(byServer.get(new Key(namespace, server)));
  }

  public void put(String namespace, String server, Published published) {
    if (!published.equals(byServer.put(new Key(namespace, server), published))) {
      listeners.forEach(listener -> listener.changed(namespace, server));
    }
  }

  /** The server is gone. */
  public void forget(String namespace, String server) {
    byServer.remove(new Key(namespace, server));
  }

  public void onChange(Listener listener) {
    listeners.add(listener);
  }
}
