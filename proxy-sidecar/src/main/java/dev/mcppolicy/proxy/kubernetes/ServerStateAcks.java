// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.json.JsonValue.JsonObject;
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
 * Tells the operator which bundle this pod decides by: the latest only, until it is written, and
 * again when it is no longer there, because someone deleted the McpServerState and it was made
 * anew. A thread of its own writes, so activation never waits for it.
 */
public final class ServerStateAcks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServerStateAcks.class);
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(10);

  /** However often it is taken away, it is written again once in this time. */
  private static final Duration AGAIN_AFTER = Duration.ofSeconds(1);

  private final ServerState state;
  private final ObjectWatch watch;
  private final String pod;
  private final String podUid;
  private final InstantSource clock;
  private final Duration againAfter;
  private final Thread writer;
  private @Nullable Activated latest;
  private @Nullable Activated written;
  private boolean again;
  private boolean changedMeanwhile;
  private boolean closed;

  public ServerStateAcks(ServerState state, String pod, String podUid, InstantSource clock) {
    this(state, pod, podUid, clock, ObjectWatch.Settings.DEFAULT, AGAIN_AFTER);
  }

  ServerStateAcks(
      ServerState state,
      String pod,
      String podUid,
      InstantSource clock,
      ObjectWatch.Settings settings,
      Duration againAfter) {
    this.state = state;
    this.watch = state.watch(settings);
    this.pod = pod;
    this.podUid = podUid;
    this.clock = clock;
    this.againAfter = againAfter;
    this.writer = Thread.ofVirtual().name("bundle-acks").unstarted(this::run);
  }

  public void start() {
    writer.start();
    watch.start(new Held());
  }

  /** Returns at once. */
  synchronized void acknowledge(Activated activated) {
    latest = activated;
    notifyAll();
  }

  @Override
  public void close() {
    watch.close();
    synchronized (this) {
      closed = true;
      notifyAll();
    }
  }

  private void run() {
    var backOff = new BackOff(BackOff.Settings.DEFAULT, RandomGenerator.getDefault());
    try {
      for (Activated next = next(); next != null; next = next()) {
        switch (state.acknowledge(pod, podUid, next.sequence(), next.digest(), clock.instant())) {
          case ApiAnswer.Ok _ -> {
            backOff.reset();
            if (wrote(next)) {
              lookFor(next);
            }
          }
          case ApiAnswer.Denied(int status, String _, String message) ->
              pause(backOff, "status " + status + ": " + message);
          case ApiAnswer.Unreachable(String why) -> pause(backOff, why);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for an acknowledgement that is not written; null when closed. */
  private synchronized @Nullable Activated next() throws InterruptedException {
    while (!closed && (latest == null || latest.equals(written))) {
      wait();
    }
    if (again && !closed) {
      again = false;
      TimeUnit.NANOSECONDS.timedWait(this, againAfter.toNanos());
    }
    changedMeanwhile = false;
    return closed ? null : latest;
  }

  /** Whether the state was seen to change while this was on its way, perhaps after it arrived. */
  private synchronized boolean wrote(Activated activated) {
    written = activated;
    return changedMeanwhile;
  }

  private void lookFor(Activated known) {
    if (state.read(READ_TIMEOUT) instanceof ApiAnswer.Ok(JsonObject now) && !holds(now, known)) {
      lost(known);
    }
  }

  private boolean holds(JsonObject object, Activated known) {
    return ServerState.acknowledges(object, pod, podUid, known.sequence(), known.digest());
  }

  private synchronized void pause(BackOff backOff, String why) throws InterruptedException {
    Duration wait = backOff.next(Duration.ZERO);
    LOG.warn("the bundle in use is not acknowledged yet: {}; next attempt in {}", why, wait);
    if (!closed && wait.isPositive()) {
      TimeUnit.NANOSECONDS.timedWait(this, wait.toNanos());
    }
  }

  /** What the McpServerState holds of this pod. */
  private final class Held implements ObjectWatch.Sink {

    @Override
    public void present(JsonObject object) {
      Activated known = writtenBefore();
      if (known != null && !holds(object, known)) {
        lookFor(known); // an event may be older than what was written since
      }
    }

    @Override
    public void absent() {
      Activated known = written();
      if (known != null) {
        lost(known);
      }
    }
  }

  private synchronized @Nullable Activated written() {
    return written;
  }

  /** Wakes the writer when nothing is written: it may be that the state has just been made. */
  private synchronized @Nullable Activated writtenBefore() {
    if (written == null) {
      changedMeanwhile = true;
      notifyAll();
    }
    return written;
  }

  private synchronized void lost(Activated known) {
    if (known.equals(written)) {
      LOG.info("the acknowledgement of the bundle in use is gone and is written again");
      written = null;
      again = true;
      notifyAll();
    }
  }
}
