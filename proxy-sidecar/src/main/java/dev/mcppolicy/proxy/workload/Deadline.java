// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/** The moment at which an act has to be over. */
public record Deadline(long atNanos) {

  public static Deadline after(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  /** Never negative. */
  public Duration left() {
    return Duration.ofNanos(Math.max(0, atNanos - System.nanoTime()));
  }

  public boolean isOver() {
    return atNanos - System.nanoTime() <= 0;
  }

  /** This one, or one that comes sooner. */
  public Deadline within(Duration time) {
    Deadline other = after(time);
    return other.atNanos - atNanos < 0 ? other : this;
  }

  /** Waits that long, or until it is over. False when there is no more time. */
  public boolean pause(Duration time) {
    Duration left = left();
    if (left.isZero()) {
      return false;
    }
    try {
      Thread.sleep(left.compareTo(time) < 0 ? left : time);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Waits that long for something that may take its time: also over as soon as this proxy is about
   * to end. False when there is no more time.
   */
  public boolean pauseUnlessEnding(Duration time) {
    Duration left = left();
    if (left.isZero() || Ending.hasBegun()) {
      return false;
    }
    try {
      Ending.await(left.compareTo(time) < 0 ? left : time);
      return true; // once more may be looked: that look is the last
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Closes a resource when the time is over, so that whoever blocks on it goes on with an error. To
   * be ended when it is done with, which does not close it.
   */
  public Guard closing(Closeable resource) {
    Thread guard =
        Thread.ofVirtual()
            .name("deadline")
            .start(
                () -> {
                  try {
                    Thread.sleep(left());
                    resource.close();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt(); // done in time
                  } catch (IOException e) {
                    throw new UncheckedIOException("could not end what took too long", e);
                  }
                });
    return guard::interrupt;
  }

  /** What watches over a resource. */
  public interface Guard extends AutoCloseable {
    @Override
    void close();
  }
}
