// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

/** What has been used of counters. Asked on the data path: answers from memory, from any thread. */
@FunctionalInterface
public interface CounterUsage {
  /** Units used in that window, 0 or more; 0 for a counter that was never charged. */
  long used(CounterKey key, FixedWindow window);
}
