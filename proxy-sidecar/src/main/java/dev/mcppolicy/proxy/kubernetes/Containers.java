// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Safeguards;
import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.proxy.kubernetes.StopGuards.Answer;
import dev.mcppolicy.proxy.kubernetes.StopGuards.Wish;
import dev.mcppolicy.proxy.workload.Deadline;
import dev.mcppolicy.proxy.workload.LogLimits;
import dev.mcppolicy.proxy.workload.StopOptions;
import dev.mcppolicy.proxy.workload.WorkloadControl;
import dev.mcppolicy.proxy.workload.WorkloadLogs;
import dev.mcppolicy.proxy.workload.WorkloadLook;
import dev.mcppolicy.proxy.workload.WorkloadOutcome;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Changed;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Failed;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Refused;
import dev.mcppolicy.proxy.workload.WorkloadPreview;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Containers that an engine elsewhere runs. The floor of their group holds for them as for what the
 * cluster runs; safeguards of their own they cannot have.
 */
final class Containers implements ByKind {
  private final WorkloadControl engine;
  private final StopGuards guards;

  Containers(WorkloadControl engine, StopGuards guards) {
    this.engine = engine;
    this.guards = guards;
  }

  @Override
  public WorkloadOutcome stop(
      Workload workload, List<Workload> declared, StopOptions options, Duration timeout) {
    Deadline deadline = Deadline.after(timeout);
    return guarded(
        new Wish(workload, declared, false),
        deadline,
        held -> engine.stop(workload, declared, options, held.left()));
  }

  @Override
  public WorkloadOutcome restart(Workload workload, List<Workload> declared, Duration timeout) {
    Deadline deadline = Deadline.after(timeout);
    return guarded(
        new Wish(workload, declared, true),
        deadline,
        held -> engine.restart(workload, declared, held.left()));
  }

  private WorkloadOutcome guarded(
      Wish wish, Deadline deadline, Function<Deadline, WorkloadOutcome> act) {
    Optional<String> own = ownSafeguard(wish.safeguards());
    if (own.isPresent()) {
      return new Refused(
          "%s is declared for it, and a stop of a container cannot respect that; whoever owns the McpServer takes it away"
              .formatted(own.get()));
    }
    Answer<WorkloadOutcome> answer =
        guards.takeDown(
            wish,
            deadline,
            act,
            done ->
                done instanceof Changed
                    || (done instanceof Failed(String _, String _, boolean may) && may));
    return switch (answer) {
      case Answer.No(Refused refused) -> refused;
      case Answer.Tried(WorkloadOutcome done, Cut _) -> done; // its requests are not counted
    };
  }

  private static Optional<String> ownSafeguard(Safeguards safeguards) {
    if (safeguards.minReadyReplicas() > 0) {
      return Optional.of("minReadyReplicas");
    }
    if (safeguards.drain().isPresent()) {
      return Optional.of("drain");
    }
    return safeguards.budgets().stream()
        .findFirst()
        .map(budget -> "PodDisruptionBudget `" + budget + "`");
  }

  @Override
  public WorkloadOutcome start(Workload workload, Duration timeout) {
    return engine.start(workload, timeout);
  }

  @Override
  public WorkloadLook look(Workload workload, Duration timeout) {
    return engine.look(workload, timeout);
  }

  @Override
  public Optional<WorkloadPreview> preview(Workload workload, Duration timeout) {
    return engine.preview(workload, timeout);
  }

  @Override
  public WorkloadLogs logs(Workload workload, LogLimits limits, Duration timeout) {
    return engine.logs(workload, limits, timeout);
  }
}
