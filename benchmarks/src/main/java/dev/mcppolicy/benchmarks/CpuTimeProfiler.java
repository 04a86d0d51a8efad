// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * CPU time of the measuring thread for each operation, in nanoseconds: on a machine that others use
 * too, the time on the clock is mostly theirs.
 */
public final class CpuTimeProfiler implements InternalProfiler {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private long nanosBefore;

  @Override
  public String getDescription() {
    return "CPU time of the measuring thread";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    nanosBefore = workerNanos();
  }

  @Override
  public Collection<? extends Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    double nanos = (double) (workerNanos() - nanosBefore) / result.getMetadata().getAllOps();
    return List.of(new ScalarResult("cpu.time.norm", nanos, "ns/op", AggregationPolicy.AVG));
  }

  private static long workerNanos() {
    long nanos = 0;
    for (ThreadInfo thread : THREADS.dumpAllThreads(false, false, 0)) {
      if (thread != null && thread.getThreadName().contains("jmh-worker")) {
        nanos += Math.max(0, THREADS.getThreadCpuTime(thread.getThreadId()));
      }
    }
    return nanos;
  }
}
