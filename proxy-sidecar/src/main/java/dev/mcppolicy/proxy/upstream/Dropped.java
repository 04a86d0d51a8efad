// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an upstream sent and nobody gets: counted, and logged at most once in ten seconds without a
 * byte of it.
 */
final class Dropped {
  private static final Logger LOG = LoggerFactory.getLogger(Dropped.class);
  private static final long LOG_EVERY_NANOS = Duration.ofSeconds(10).toNanos();

  private final LongAdder junkLines = new LongAdder();
  private final LongAdder unknownResponses = new LongAdder();
  private final LongAdder refusedRequests = new LongAdder();
  private final AtomicLong loggedNanos = new AtomicLong(System.nanoTime() - LOG_EVERY_NANOS);

  /** Something that is not a message; {@code why} is ours. */
  void junkLine(String why) {
    junkLines.increment();
    log(why);
  }

  /** A response that nothing waits for: late, a second one, or to an id that was never used. */
  void unknownResponse() {
    unknownResponses.increment();
    log("a response to no pending request");
  }

  /** A request of the server's own. */
  void refusedRequest() {
    refusedRequests.increment();
    log("a request to the client, which is refused");
  }

  long junkLines() {
    return junkLines.sum();
  }

  long unknownResponses() {
    return unknownResponses.sum();
  }

  long refusedRequests() {
    return refusedRequests.sum();
  }

  private void log(String what) {
    long now = System.nanoTime();
    long before = loggedNanos.get();
    if (now - before >= LOG_EVERY_NANOS && loggedNanos.compareAndSet(before, now)) {
      LOG.warn(
          "the MCP server sent {}; so far dropped: {} lines that are not messages, {} responses,"
              + " {} requests",
          what,
          junkLines(),
          unknownResponses(),
          refusedRequests());
    }
  }
}
