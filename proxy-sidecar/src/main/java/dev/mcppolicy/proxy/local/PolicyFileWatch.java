// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.local;

import dev.mcppolicy.proxy.local.PolicyFile.Content;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a policy file a few times a second and hands over what it holds after each change. By
 * content, not by time or notification, so it does not matter how an editor saves: what is found
 * once may be half written, and the first half of a policy can be one that allows more, so a change
 * counts when the next look finds the same. A file that cannot be used is reported once, and what
 * was handed over before holds.
 */
final class PolicyFileWatch {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyFileWatch.class);
  private static final Duration PERIOD = Duration.ofMillis(200);

  /** Takes a policy and how often the file was read and found right. */
  interface Changed {
    void accept(long generation, Content.Policy policy);
  }

  private final PolicyFile file;
  private final Changed changed;
  private ByteBuffer seen;
  private Optional<ByteBuffer> changing = Optional.empty();
  private long generation = 1;

  /**
   * @param seen the content that is active, of generation 1
   * @param changed called on the timer's thread
   */
  PolicyFileWatch(PolicyFile file, ByteBuffer seen, Changed changed) {
    this.file = file;
    this.seen = seen;
    this.changed = changed;
  }

  void start(ScheduledExecutorService timer) {
    var _ =
        timer.scheduleWithFixedDelay(
            this::look, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Takes a change at the second look that finds the same. */
  void look() {
    try {
      if (!file.differsFrom(seen)) {
        changing = Optional.empty();
        return;
      }
      Content content = file.read(generation + 1);
      if (changing.equals(Optional.of(content.bytes()))) {
        take(content);
      } else {
        changing = Optional.of(content.bytes());
      }
    } catch (RuntimeException e) {
      LOG.error("{} cannot be watched; the policy read before holds", file.path(), e);
    }
  }

  private void take(Content content) {
    changing = Optional.empty();
    seen = content.bytes();
    switch (content) {
      case Content.Policy policy -> {
        generation++;
        changed.accept(generation, policy);
        LOG.info("{} changed: the new policy is in force", file.path());
      }
      case Content.Unusable unusable ->
          LOG.error(
              "{} changed and cannot be used, so the policy read before stays in force: {}",
              file.path(),
              String.join("; ", unusable.problems()));
    }
  }
}
