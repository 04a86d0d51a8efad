// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import dev.mcppolicy.proxy.upstream.UpstreamReply.Failed;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on its way: it remembers whether it was written, and hands out its reply exactly once
 * whoever comes first, an answer, a timeout, a cancellation, or the end of the connection.
 */
final class Exchange {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

  private enum Step {
    QUEUED,
    WRITING,
    WRITTEN,
    DONE
  }

  private final Consumer<UpstreamReply> reply;
  private final AtomicReference<Step> step = new AtomicReference<>(Step.QUEUED);
  private volatile @Nullable Future<?> timeout;

  Exchange(Consumer<UpstreamReply> reply) {
    this.reply = reply;
  }

  /** Whether the writer may write it; not when it is done. From here on it counts as sent. */
  boolean beginWriting() {
    return step.compareAndSet(Step.QUEUED, Step.WRITING);
  }

  void endWriting() {
    step.compareAndSet(Step.WRITING, Step.WRITTEN);
  }

  /** Whether its bytes are being written at this moment. */
  boolean isWriting() {
    return step.get() == Step.WRITING;
  }

  /** The timer to stop once it is done. */
  void timeout(Future<?> timer) {
    timeout = timer;
    if (step.get() == Step.DONE) {
      timer.cancel(false);
    }
  }

  /** Hands out this answer, unless it is done. */
  boolean answer(UpstreamReply answer) {
    return finish(step.getAndSet(Step.DONE), answer);
  }

  /** What {@link #fail} found. */
  enum Failure {
    WAS_DONE,
    UNSENT,
    SENT
  }

  /** Hands out a failure, unless it is done. */
  Failure fail(String why) {
    Step before = step.getAndSet(Step.DONE);
    boolean sent = before != Step.QUEUED;
    if (!finish(before, new Failed(sent, why))) {
      return Failure.WAS_DONE;
    }
    return sent ? Failure.SENT : Failure.UNSENT;
  }

  private boolean finish(Step before, UpstreamReply answer) {
    if (before == Step.DONE) {
      return false;
    }
    Future<?> timer = timeout;
    if (timer != null) {
      timer.cancel(false);
    }
    try {
      reply.accept(answer);
    } catch (RuntimeException e) {
      LOG.error("the receiver of an upstream's reply failed", e);
    }
    return true;
  }
}
