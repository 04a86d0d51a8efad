// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Contested;
import dev.mcppolicy.bundle.Safeguards;
import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.proxy.workload.LogLimits;
import dev.mcppolicy.proxy.workload.Platform;
import dev.mcppolicy.proxy.workload.StopOptions;
import dev.mcppolicy.proxy.workload.WorkloadControl;
import dev.mcppolicy.proxy.workload.WorkloadLogs;
import dev.mcppolicy.proxy.workload.WorkloadLook;
import dev.mcppolicy.proxy.workload.WorkloadOutcome;
import dev.mcppolicy.proxy.workload.WorkloadPreview;
import dev.mcppolicy.proxy.workload.WorkloadReplicas;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Every declared workload of a cluster: what has a scale by its scale, an InferenceService by
 * KServe's annotation, pods without a controller by deletion.
 */
public final class WorkloadsByKind implements WorkloadControl {
  private final WorkloadControl scaled;
  private final ByKind inferenceServices;
  private final ByKind pods;

  /**
   * @param scaled for everything that has a scale
   */
  public WorkloadsByKind(
      ApiServer api,
      ServerState state,
      WorkloadEvents events,
      String namespace,
      InstantSource clock,
      WorkloadControl scaled) {
    this.scaled = scaled;
    var found = new WorkloadPods(api, namespace);
    var logs = new PodLogs(api, found, namespace);
    this.inferenceServices =
        new InferenceServices(api, state, events, namespace, clock, found, logs);
    this.pods = new BarePods(api, namespace, events, found, logs);
  }

  /** Empty for what has a scale. */
  private Optional<ByKind> without(Workload workload) {
    Workload.Target target = workload.target();
    return switch (target.apiVersion() + " " + target.kind()) {
      case "serving.kserve.io/v1beta1 InferenceService" -> Optional.of(inferenceServices);
      case "v1 Pods" -> Optional.of(pods);
      default -> Optional.empty();
    };
  }

  @Override
  public WorkloadOutcome stop(
      Workload workload, List<Workload> declared, StopOptions options, Duration timeout) {
    return without(workload)
        .map(
            kind ->
                notHeld(workload, declared).orElseGet(() -> kind.stop(workload, options, timeout)))
        .orElseGet(() -> scaled.stop(workload, declared, options, timeout));
  }

  @Override
  public WorkloadOutcome start(Workload workload, Duration timeout) {
    return without(workload)
        .map(kind -> kind.start(workload, timeout))
        .orElseGet(() -> scaled.start(workload, timeout));
  }

  @Override
  public WorkloadOutcome restart(Workload workload, List<Workload> declared, Duration timeout) {
    return without(workload)
        .map(kind -> notHeld(workload, declared).orElseGet(() -> kind.restart(workload, timeout)))
        .orElseGet(() -> scaled.restart(workload, declared, timeout));
  }

  @Override
  public WorkloadLook look(Workload workload, Duration timeout) {
    return without(workload)
        .map(kind -> kind.look(workload, timeout))
        .orElseGet(() -> scaled.look(workload, timeout));
  }

  @Override
  public Optional<WorkloadPreview> preview(Workload workload, Duration timeout) {
    Optional<ByKind> kind = without(workload);
    if (kind.isEmpty()) {
      return scaled.preview(workload, timeout);
    }
    return kind.get().look(workload, timeout)
                instanceof WorkloadLook.Seen(WorkloadReplicas now, String _)
            && (now.requested() > 0 || !workload.target().kind().equals(Workload.Target.PODS))
        ? Optional.of(new WorkloadPreview(now, OptionalInt.empty(), Map.of(), OptionalInt.empty()))
        : Optional.empty(); // nothing brings deleted pods back
  }

  @Override
  public WorkloadLogs logs(Workload workload, LogLimits limits, Duration timeout) {
    return without(workload)
        .map(kind -> kind.logs(workload, limits, timeout))
        .orElseGet(() -> scaled.logs(workload, limits, timeout));
  }

  @Override
  public Platform platform(Duration timeout) {
    return scaled.platform(timeout);
  }

  /** A safeguard that only a workload with a scale can hold refuses its stop: never past it. */
  private static Optional<WorkloadOutcome> notHeld(Workload workload, List<Workload> declared) {
    Safeguards safeguards = workload.safeguards();
    if (safeguards.contested().isPresent()
        && safeguards.contested().get() instanceof Contested.Refused(String by, String remedy)) {
      return Optional.of(new WorkloadOutcome.Refused(by + " would undo it; " + remedy));
    }
    Optional<String> asked =
        Floor.of(workload, declared) > 0
            ? Optional.of("minReadyReplicas")
            : safeguards.drain().isPresent()
                ? Optional.of("drain")
                : safeguards.budgets().isEmpty()
                    ? Optional.empty()
                    : Optional.of("PodDisruptionBudget `" + safeguards.budgets().getFirst() + "`");
    return asked.map(
        what ->
            new WorkloadOutcome.Refused(
                "%s holds for it, and a stop of %s cannot respect that; declare what has a scale as the target, or take that away"
                    .formatted(what, workload.target().kind())));
  }
}
