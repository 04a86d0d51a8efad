// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

/** What has been used of counters. Asked on the data path: answers from memory, from any thread. */
@FunctionalInterface
public interface CounterUsage {
  /** Units used in that window, 0 or more; 0 for a counter that was never charged. */
  long used(CounterKey key, FixedWindow window);

  /**
   * Units used in all of these windows together.
   *
   * @param windows one after the other without a gap, the newest first; not to be changed
   * @return negative when a window answers nonsense
   */
  default long used(CounterKey key, FixedWindow[] windows) {
    long sum = 0;
    for (FixedWindow window : windows) {
      long used = used(key, window);
      if (used < 0) {
        return -1;
      }
      sum = used > Long.MAX_VALUE - sum ? Long.MAX_VALUE : sum + used;
    }
    return sum;
  }
}
