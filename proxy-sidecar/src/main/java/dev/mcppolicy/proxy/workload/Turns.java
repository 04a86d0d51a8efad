// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One act at a time on each workload, in the order of arrival: a stop that comes while a restart is
 * under way takes place after it, so that the restart cannot undo it. Acts on different workloads
 * do not wait for each other; two names of one target are one. There are as many as there are
 * declared targets.
 */
public final class Turns {
  private final Map<Object, Semaphore> places = new ConcurrentHashMap<>();

  /**
   * The act's result; empty when its turn did not come in time.
   *
   * @param target with the {@code equals} of what it names
   */
  public <T> Optional<T> take(Object target, Deadline deadline, Supplier<T> act) {
    Semaphore place = places.computeIfAbsent(target, _ -> new Semaphore(1, true));
    try {
      if (!place.tryAcquire(deadline.left().toNanos(), TimeUnit.NANOSECONDS)) {
        return Optional.empty();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
    try {
      return Optional.of(act.get());
    } finally {
      place.release();
    }
  }
}
