// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The waits between attempts to connect: none after a connection that lasted, then doubling with
 * jitter up to a bound. Not for use by several threads.
 */
public final class BackOff {

  /**
   * @param first the wait after the second failure in a row, before jitter
   * @param longest no wait is longer
   * @param lasted a connection that lived this long counts as good: the count begins anew
   */
  public record Settings(Duration first, Duration longest, Duration lasted) {
    public static final Settings DEFAULT =
        new Settings(Duration.ofMillis(250), Duration.ofSeconds(30), Duration.ofSeconds(10));
  }

  private static final int DOUBLINGS_MAX = 20;

  private final Settings settings;
  private final RandomGenerator random;
  private int failures;

  public BackOff(Settings settings, RandomGenerator random) {
    this.settings = settings;
    this.random = random;
  }

  /** Begins the count anew: all is well. */
  public void reset() {
    failures = 0;
  }

  /**
   * The wait before the next attempt: half to the whole of the doubled time.
   *
   * @param lived how long the connection that ended was of use; zero when there was none
   */
  public Duration next(Duration lived) {
    if (lived.compareTo(settings.lasted()) >= 0) {
      failures = 0;
    }
    int failure = failures++;
    if (failure == 0) {
      return Duration.ZERO;
    }
    long nanos =
        Math.min(
            settings.longest().toNanos(),
            settings.first().toNanos() << Math.min(failure - 1, DOUBLINGS_MAX));
    return Duration.ofNanos(nanos / 2 + random.nextLong(nanos / 2 + 1));
  }
}
