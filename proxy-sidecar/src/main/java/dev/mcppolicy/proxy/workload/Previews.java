// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import dev.mcppolicy.bundle.Workload;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How workloads stand, for those whose calls are denied: looked at once in two seconds at most,
 * however many calls are denied, at four workloads at a time, and waited for a second at most. What
 * cannot be seen in that time is not told, nor what a fifth look would see: each may hold a list of
 * pods and their metrics. Safe for use by many threads; blocks nobody.
 */
public final class Previews {
  private static final Logger LOG = LoggerFactory.getLogger(Previews.class);
  private static final Duration FRESH = Duration.ofSeconds(2);
  private static final Duration WAIT_MAX = Duration.ofSeconds(1);

  /** Workloads of earlier bundles are forgotten with all others when there are more. */
  private static final int WORKLOADS_MAX = 256;

  private final Optional<WorkloadControl> control;

  /** Looks at the same time, over all workloads. */
  private static final int LOOKS_MAX = 4;

  private final Semaphore places = new Semaphore(LOOKS_MAX);
  private final Map<Workload, Look> looks = new ConcurrentHashMap<>();
  private final Executor threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("preview-", 0).factory());

  private record Look(Deadline fresh, CompletableFuture<Optional<WorkloadPreview>> preview) {}

  /**
   * @param control empty where there is nothing that could be looked at
   */
  public Previews(Optional<WorkloadControl> control) {
    this.control = control;
  }

  /** Tells how a workload stands, on a thread of its own; empty when that is not known in time. */
  public void of(Workload workload, Consumer<Optional<WorkloadPreview>> then) {
    if (looks.size() > WORKLOADS_MAX) {
      looks.clear();
    }
    Look now =
        looks.compute(
            workload, (_, last) -> last == null || last.fresh().isOver() ? look(workload) : last);
    var _ = now.preview().thenAcceptAsync(then, threads);
  }

  private Look look(Workload workload) {
    if (!places.tryAcquire()) {
      return new Look(
          Deadline.after(Duration.ZERO), CompletableFuture.completedFuture(Optional.empty()));
    }
    var preview = new CompletableFuture<Optional<WorkloadPreview>>();
    threads.execute(() -> preview.complete(seen(workload)));
    return new Look(
        Deadline.after(FRESH),
        preview.completeOnTimeout(Optional.empty(), WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS));
  }

  private Optional<WorkloadPreview> seen(Workload workload) {
    try {
      return control.flatMap(known -> known.preview(workload, WAIT_MAX));
    } catch (RuntimeException e) {
      LOG.error("what an act on {} would do cannot be told", workload.name(), e);
      return Optional.empty();
    } finally {
      places.release();
    }
  }
}
