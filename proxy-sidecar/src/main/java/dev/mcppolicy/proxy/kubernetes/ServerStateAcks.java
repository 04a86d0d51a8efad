// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.proxy.bundle.Activation.Activated;
import dev.mcppolicy.proxy.upstream.BackOff;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the operator which bundle this pod decides by: the latest only, until it is written. A
 * thread of its own writes, so activation never waits for it.
 */
public final class ServerStateAcks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServerStateAcks.class);

  private final ServerState state;
  private final String pod;
  private final String podUid;
  private final InstantSource clock;
  private final Thread writer;
  private @Nullable Activated latest;
  private boolean closed;

  public ServerStateAcks(ServerState state, String pod, String podUid, InstantSource clock) {
    this.state = state;
    this.pod = pod;
    this.podUid = podUid;
    this.clock = clock;
    this.writer = Thread.ofVirtual().name("bundle-acks").unstarted(this::run);
  }

  public void start() {
    writer.start();
  }

  /** Returns at once. */
  synchronized void acknowledge(Activated activated) {
    latest = activated;
    notifyAll();
  }

  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }

  private void run() {
    var backOff = new BackOff(BackOff.Settings.DEFAULT, RandomGenerator.getDefault());
    try {
      Activated written = null;
      for (Activated next = next(written); next != null; next = next(written)) {
        switch (state.acknowledge(pod, podUid, next.sequence(), next.digest(), clock.instant())) {
          case ApiAnswer.Ok _ -> {
            written = next;
            backOff.reset();
          }
          case ApiAnswer.Denied(int status, String message) ->
              pause(backOff, "status " + status + ": " + message);
          case ApiAnswer.Unreachable(String why) -> pause(backOff, why);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for an acknowledgement that is not written yet; null when closed. */
  private synchronized @Nullable Activated next(@Nullable Activated written)
      throws InterruptedException {
    while (!closed && (latest == null || latest.equals(written))) {
      wait();
    }
    return closed ? null : latest;
  }

  private synchronized void pause(BackOff backOff, String why) throws InterruptedException {
    Duration wait = backOff.next(Duration.ZERO);
    LOG.warn("the bundle in use is not acknowledged yet: {}; next attempt in {}", why, wait);
    if (!closed && wait.isPositive()) {
      TimeUnit.NANOSECONDS.timedWait(this, wait.toNanos());
    }
  }
}
