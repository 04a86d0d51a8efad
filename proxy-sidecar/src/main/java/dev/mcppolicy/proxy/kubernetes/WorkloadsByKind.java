// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Contested;
import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.workload.LogLimits;
import dev.mcppolicy.proxy.workload.Platform;
import dev.mcppolicy.proxy.workload.StopOptions;
import dev.mcppolicy.proxy.workload.WorkloadControl;
import dev.mcppolicy.proxy.workload.WorkloadLogs;
import dev.mcppolicy.proxy.workload.WorkloadLook;
import dev.mcppolicy.proxy.workload.WorkloadOutcome;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Refused;
import dev.mcppolicy.proxy.workload.WorkloadPreview;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Every declared workload of a cluster: what has a scale by its scale, an InferenceService by
 * KServe's annotation, pods without a controller by deletion, a container by the engine that runs
 * it. All of them share their safeguards.
 */
public final class WorkloadsByKind implements WorkloadControl {
  private final ApiServer api;
  private final String namespace;
  private final ByKind scaled;
  private final ByKind inferenceServices;
  private final ByKind barePods;
  private final ByKind containers;
  private final WorkloadControl engine;

  /**
   * @param engine of the containers; it knows whether there is one
   */
  public WorkloadsByKind(
      ApiServer api,
      ServerState state,
      WorkloadEvents events,
      WorkloadControl engine,
      String namespace,
      InstantSource clock) {
    this(api, state, events, engine, new HttpPodMetrics(), namespace, clock);
  }

  WorkloadsByKind(
      ApiServer api,
      ServerState state,
      WorkloadEvents events,
      WorkloadControl engine,
      PodMetrics metrics,
      String namespace,
      InstantSource clock) {
    this.api = api;
    this.namespace = namespace;
    this.engine = engine;
    var pods = new WorkloadPods(api, namespace);
    var logs = new PodLogs(api, pods, namespace);
    var requests = new PodRequests(pods, metrics);
    var looks =
        new LooksByKind(
            new ScaledLooks(api, pods, requests, namespace),
            new InferenceServiceLooks(api, pods, requests, namespace),
            new BarePodLooks(pods, requests, namespace),
            new ContainerLooks(engine));
    var guards = new StopGuards(api, state, namespace, clock, looks, requests);
    var kept = new KeptReplicas(api, state, events, namespace, clock);
    this.scaled =
        new ScaledWorkloads(
            api,
            namespace,
            looks.scaled(),
            kept,
            new ScaledPreview(api, kept, pods, looks.scaled()),
            logs,
            guards);
    this.inferenceServices =
        new InferenceServices(
            api, state, events, namespace, clock, looks.inferenceServices(), logs, guards);
    this.barePods = new BarePods(api, namespace, events, looks.barePods(), logs, guards);
    this.containers = new Containers(engine, guards);
  }

  private ByKind of(Workload workload) {
    return switch (TargetKind.of(workload)) {
      case SCALED -> scaled;
      case INFERENCE_SERVICE -> inferenceServices;
      case PODS -> barePods;
      case CONTAINER -> containers;
    };
  }

  @Override
  public WorkloadOutcome stop(
      Workload workload, List<Workload> declared, StopOptions options, Duration timeout) {
    return undone(workload)
        .orElseGet(() -> of(workload).stop(workload, declared, options, timeout));
  }

  @Override
  public WorkloadOutcome start(Workload workload, Duration timeout) {
    return of(workload).start(workload, timeout);
  }

  @Override
  public WorkloadOutcome restart(Workload workload, List<Workload> declared, Duration timeout) {
    return undone(workload).orElseGet(() -> of(workload).restart(workload, declared, timeout));
  }

  /**
   * A stop that somebody else would undo is not tried. What has a scale says so itself, and nobody
   * scales a container.
   */
  private static Optional<WorkloadOutcome> undone(Workload workload) {
    return switch (TargetKind.of(workload)) {
      case SCALED, CONTAINER -> Optional.empty();
      case INFERENCE_SERVICE, PODS ->
          workload.safeguards().contested().isPresent()
                  && workload.safeguards().contested().get()
                      instanceof Contested.Refused(String by, String remedy)
              ? Optional.of(new Refused(by + " would undo it; " + remedy))
              : Optional.empty();
    };
  }

  @Override
  public WorkloadLook look(Workload workload, Duration timeout) {
    return of(workload).look(workload, timeout);
  }

  @Override
  public Optional<WorkloadPreview> preview(Workload workload, Duration timeout) {
    return of(workload).preview(workload, timeout);
  }

  @Override
  public WorkloadLogs logs(Workload workload, LogLimits limits, Duration timeout) {
    return of(workload).logs(workload, limits, timeout);
  }

  @Override
  public Platform platform(Duration timeout) {
    Platform there = engine.platform(timeout.dividedBy(2));
    String logs = OwnRights.mayReadLogs(api, namespace, timeout.dividedBy(2)).word();
    JsonObject.Builder facts =
        JsonObject.builder()
            .put("platform", "kubernetes")
            .put("namespace", namespace)
            .put("logs", logs);
    if (!there.text().isEmpty()) {
      facts.put("containers", there.facts());
    }
    return new Platform(
        "Kubernetes, namespace `%s`: container tools act through the API server on declared"
                .formatted(namespace)
            + " workloads of this namespace; "
            + (there.text().isEmpty()
                ? "there is no Docker or Podman here."
                : "declared containers are elsewhere.")
            + "\nLogs (get_vllm_logs): "
            + logs
            + "."
            + (there.text().isEmpty() ? "" : "\n" + there.text()),
        facts.build());
  }
}
