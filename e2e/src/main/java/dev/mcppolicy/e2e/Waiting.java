// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** Waits for a condition, looking every 20 ms. */
public final class Waiting {
  private Waiting() {}

  /**
   * Returns once the condition holds; throws naming what was awaited, with the last error if there
   * was one.
   */
  public static void until(String what, Duration limit, Callable<Boolean> condition) {
    long deadlineNanos = System.nanoTime() + limit.toNanos();
    String last = "";
    while (System.nanoTime() < deadlineNanos) {
      try {
        if (condition.call()) {
          return;
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting until " + what, interrupted);
      } catch (Exception notYet) {
        last = " (" + notYet + ")";
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
    throw new IllegalStateException("after " + limit.toSeconds() + " s still not: " + what + last);
  }

  /** The first value that the source has. */
  public static <T> T forValue(String what, Duration limit, Callable<Optional<T>> source) {
    var found = new AtomicReference<Optional<T>>(Optional.empty());
    until(
        what,
        limit,
        () -> {
          found.set(source.call());
          return found.get().isPresent();
        });
    return found.get().orElseThrow();
  }
}
