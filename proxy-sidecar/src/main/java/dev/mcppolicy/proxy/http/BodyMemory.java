// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.http;

import java.util.concurrent.atomic.AtomicLong;

/** What all bodies of one listener may keep in memory together. Safe for use by many threads. */
final class BodyMemory {
  private final long bytesMax;
  private final AtomicLong bytes = new AtomicLong();

  BodyMemory(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** Whether there was room; what was taken is given back with {@link #give}. */
  boolean take(long count) {
    if (bytes.addAndGet(count) <= bytesMax) {
      return true;
    }
    bytes.addAndGet(-count);
    return false;
  }

  void give(long count) {
    bytes.addAndGet(-count);
  }
}
