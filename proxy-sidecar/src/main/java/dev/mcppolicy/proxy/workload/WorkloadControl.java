// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import dev.mcppolicy.bundle.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What acts on workloads: a cluster, or a container engine. Nothing reaches it that is not
 * declared.
 *
 * <p>Safe for use by many threads. Blocks, at most for about the timeout: called on virtual
 * threads. Never throws for anything that the other side does: that is part of each answer.
 */
public interface WorkloadControl {

  /**
   * Stops it and keeps how it ran, unless one of its safeguards forbids that. Waits for its end,
   * for the grace of the options and the timeout at most.
   *
   * @param declared all workloads of the server, this one among them: some safeguards count them
   */
  WorkloadOutcome stop(
      Workload workload, List<Workload> declared, StopOptions options, Duration timeout);

  /** Brings it back to what the last stop kept, else to one. Returns once that is accepted. */
  WorkloadOutcome start(Workload workload, Duration timeout);

  /**
   * Ends what runs, unless one of its safeguards forbids that, and brings it back; one that does
   * not run is started.
   *
   * @param declared as for a stop
   */
  WorkloadOutcome restart(Workload workload, List<Workload> declared, Duration timeout);

  /** How it stands at this moment. Changes nothing. */
  WorkloadLook look(Workload workload, Duration timeout);

  /** What an act on it would meet at this moment, as far as that can be seen. Changes nothing. */
  Optional<WorkloadPreview> preview(Workload workload, Duration timeout);

  /** The last lines that it wrote. Changes nothing. */
  WorkloadLogs logs(Workload workload, LogLimits limits, Duration timeout);

  /** What this acts on, and what it may do there. Changes nothing. */
  Platform platform(Duration timeout);
}
