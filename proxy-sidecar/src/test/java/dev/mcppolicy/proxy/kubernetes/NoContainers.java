// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.workload.LogLimits;
import dev.mcppolicy.proxy.workload.Platform;
import dev.mcppolicy.proxy.workload.StopOptions;
import dev.mcppolicy.proxy.workload.WorkloadControl;
import dev.mcppolicy.proxy.workload.WorkloadLogs;
import dev.mcppolicy.proxy.workload.WorkloadLook;
import dev.mcppolicy.proxy.workload.WorkloadOutcome;
import dev.mcppolicy.proxy.workload.WorkloadPreview;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Stands where no engine is named: nothing may be asked of it but what it is. */
final class NoContainers implements WorkloadControl {
  private static AssertionError asked() {
    return new AssertionError("no container is declared");
  }

  @Override
  public WorkloadOutcome stop(
      Workload workload, List<Workload> declared, StopOptions options, Duration timeout) {
    throw asked();
  }

  @Override
  public WorkloadOutcome start(Workload workload, Duration timeout) {
    throw asked();
  }

  @Override
  public WorkloadOutcome restart(Workload workload, List<Workload> declared, Duration timeout) {
    throw asked();
  }

  @Override
  public WorkloadLook look(Workload workload, Duration timeout) {
    throw asked();
  }

  @Override
  public Optional<WorkloadPreview> preview(Workload workload, Duration timeout) {
    throw asked();
  }

  @Override
  public WorkloadLogs logs(Workload workload, LogLimits limits, Duration timeout) {
    throw asked();
  }

  @Override
  public Platform platform(Duration timeout) {
    return new Platform("", JsonObject.EMPTY);
  }
}
