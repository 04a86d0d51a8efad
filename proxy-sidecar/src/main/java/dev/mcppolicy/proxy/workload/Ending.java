// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * That this proxy is about to end: what is under way then waits for nothing that takes its time, so
 * that it is finished, or taken back, before the process is killed. It is bound to the threads of
 * acts, as {@link ActRecord} is.
 *
 * <p>Safe for use by many threads.
 */
public final class Ending {
  private static final ScopedValue<Ending> CURRENT = ScopedValue.newInstance();
  private final CountDownLatch begun = new CountDownLatch(1);

  /** Cuts every wait short, those of later acts too. */
  public void begin() {
    begun.countDown();
  }

  /** Carries an act out on this thread. */
  public <T> T over(Supplier<T> act) {
    return ScopedValue.where(CURRENT, this).call(act::get);
  }

  /** Whether the process that this thread's act belongs to is about to end. */
  public static boolean hasBegun() {
    return CURRENT.isBound() && CURRENT.get().begun.getCount() == 0;
  }

  /** Why a wait of this thread's act was over, after `when`. */
  public static String whenItWasOver() {
    return hasBegun() ? "this proxy had to end" : "time was over";
  }

  /** Waits that long, or until the end begins. */
  static void await(Duration time) throws InterruptedException {
    if (CURRENT.isBound()) {
      var _ = CURRENT.get().begun.await(time.toNanos(), TimeUnit.NANOSECONDS);
    } else {
      Thread.sleep(time);
    }
  }
}
