// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.counters;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A clock that never goes backwards: when its source steps back, it stands until the source has
 * caught up. So no window of a limit is entered a second time.
 */
public final class ForwardClock implements InstantSource {
  private final InstantSource source;
  private final AtomicReference<Instant> latest = new AtomicReference<>(Instant.MIN);

  public ForwardClock(InstantSource source) {
    this.source = source;
  }

  @Override
  public Instant instant() {
    Instant now = source.instant();
    return latest.accumulateAndGet(now, (before, next) -> next.isAfter(before) ? next : before);
  }
}
