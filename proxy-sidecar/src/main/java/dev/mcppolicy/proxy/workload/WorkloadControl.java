// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import dev.mcppolicy.bundle.Workload;
import java.time.Duration;

/**
 * What stops and starts workloads.
 *
 * <p>Safe for use by many threads. Blocks, at most for about the timeout: called on virtual
 * threads. Never throws for anything that the other side does: that is {@link
 * WorkloadOutcome.Failed}.
 */
public interface WorkloadControl {

  /** Scales to zero and keeps how many replicas there were. Returns once the scale is accepted. */
  WorkloadOutcome stop(Workload workload, Duration timeout);

  /** Scales to what the last stop kept, else to one. Returns once the scale is accepted. */
  WorkloadOutcome start(Workload workload, Duration timeout);
}
