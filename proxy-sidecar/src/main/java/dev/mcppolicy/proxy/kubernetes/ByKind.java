// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.proxy.workload.LogLimits;
import dev.mcppolicy.proxy.workload.StopOptions;
import dev.mcppolicy.proxy.workload.WorkloadLogs;
import dev.mcppolicy.proxy.workload.WorkloadLook;
import dev.mcppolicy.proxy.workload.WorkloadOutcome;
import dev.mcppolicy.proxy.workload.WorkloadPreview;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What acts on workloads of one kind; see {@link dev.mcppolicy.proxy.workload.WorkloadControl}. */
interface ByKind {
  WorkloadOutcome stop(
      Workload workload, List<Workload> declared, StopOptions options, Duration timeout);

  WorkloadOutcome start(Workload workload, Duration timeout);

  WorkloadOutcome restart(Workload workload, List<Workload> declared, Duration timeout);

  WorkloadLook look(Workload workload, Duration timeout);

  Optional<WorkloadPreview> preview(Workload workload, Duration timeout);

  WorkloadLogs logs(Workload workload, LogLimits limits, Duration timeout);
}
