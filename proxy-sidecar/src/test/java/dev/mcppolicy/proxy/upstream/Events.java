// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.mcppolicy.mcp.Message.Notification;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A listener whose events a test takes one by one. */
final class Events implements UpstreamListener {
  private final LinkedBlockingQueue<Object> events = new LinkedBlockingQueue<>();

  @Override
  public void connected(UpstreamState.Connected server) {
    events.add(server);
  }

  @Override
  public void disconnected(UpstreamState.Disconnected cause) {
    events.add(cause);
  }

  @Override
  public void notified(Notification notification) {
    events.add(notification);
  }

  <T> T next(Class<T> type) throws InterruptedException {
    Object event = events.poll(20, TimeUnit.SECONDS);
    assertNotNull(event, "no event within 20 s");
    return assertInstanceOf(type, event);
  }

  /** Passes over other events. */
  <T> T await(Class<T> type) throws InterruptedException {
    while (true) {
      Object event = events.poll(20, TimeUnit.SECONDS);
      assertNotNull(event, "no such event within 20 s");
      if (type.isInstance(event)) {
        return type.cast(event);
      }
    }
  }
}
