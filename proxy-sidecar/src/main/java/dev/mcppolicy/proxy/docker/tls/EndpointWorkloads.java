// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker.tls;

import dev.mcppolicy.bundle.DockerEndpoint;
import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.docker.DockerSettings;
import dev.mcppolicy.proxy.docker.DockerWorkloads;
import dev.mcppolicy.proxy.workload.LogLimits;
import dev.mcppolicy.proxy.workload.Platform;
import dev.mcppolicy.proxy.workload.StopOptions;
import dev.mcppolicy.proxy.workload.Turns;
import dev.mcppolicy.proxy.workload.WorkloadControl;
import dev.mcppolicy.proxy.workload.WorkloadLogs;
import dev.mcppolicy.proxy.workload.WorkloadLook;
import dev.mcppolicy.proxy.workload.WorkloadOutcome;
import dev.mcppolicy.proxy.workload.WorkloadPreview;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The containers of the engine that a server names, which may become another one or none at any
 * time. Acts on nothing that is not declared together with that engine: a name that was declared
 * for one says nothing about a container of the next.
 */
public final class EndpointWorkloads implements WorkloadControl {
  private final CertificateSource certificates;
  private final InstantSource clock;
  private final Turns turns = new Turns();
  private volatile InForce inForce = new InForce(Optional.empty(), Set.of());

  private record Reached(DockerEndpoint endpoint, DockerWorkloads control) {}

  private record InForce(Optional<Reached> engine, Set<Workload.Target> declared) {}

  public EndpointWorkloads(CertificateSource certificates, InstantSource clock) {
    this.certificates = certificates;
    this.clock = clock;
  }

  /** What holds from the next act on; what is under way ends as it began. */
  public synchronized void use(Optional<DockerEndpoint> endpoint, List<Workload> workloads) {
    Optional<Reached> before = inForce.engine();
    // one that is no longer used is not closed: acts of it may be under way, and it holds nothing
    // that does not end by itself
    Optional<Reached> engine =
        endpoint.map(
            next ->
                before
                    .filter(same -> same.endpoint().equals(next))
                    .orElseGet(() -> new Reached(next, control(next))));
    inForce =
        new InForce(
            engine,
            workloads.stream().map(Workload::target).collect(Collectors.toUnmodifiableSet()));
  }

  private DockerWorkloads control(DockerEndpoint endpoint) {
    return new DockerWorkloads(
        new DockerSettings(
            "Docker",
            endpoint.requiredLabels(),
            endpoint.mayRemove(),
            "spec.docker.allowRemove of the McpServer"),
        new TlsTransport(endpoint.endpoint(), endpoint.tlsSecretName(), certificates, clock),
        turns);
  }

  private <T> T on(
      Workload workload, Function<DockerWorkloads, T> act, Function<String, T> otherwise) {
    InForce now = inForce;
    if (!now.declared().contains(workload.target())) {
      return otherwise.apply(
          "the McpServer was changed at this moment and no longer declares container `%s`; try again"
              .formatted(workload.target().name()));
    }
    return now.engine()
        .map(engine -> act.apply(engine.control()))
        .orElseGet(
            () ->
                otherwise.apply(
                    "the McpServer has no container engine that may be used; whoever owns it sets spec.docker, and the chart's value dockerEndpoints has to list that endpoint"));
  }

  @Override
  public WorkloadOutcome stop(
      Workload workload, List<Workload> declared, StopOptions options, Duration timeout) {
    return on(
        workload,
        engine -> engine.stop(workload, declared, options, timeout),
        WorkloadOutcome.Refused::new);
  }

  @Override
  public WorkloadOutcome start(Workload workload, Duration timeout) {
    return on(workload, engine -> engine.start(workload, timeout), WorkloadOutcome.Refused::new);
  }

  @Override
  public WorkloadOutcome restart(Workload workload, List<Workload> declared, Duration timeout) {
    return on(
        workload,
        engine -> engine.restart(workload, declared, timeout),
        WorkloadOutcome.Refused::new);
  }

  @Override
  public WorkloadLook look(Workload workload, Duration timeout) {
    return on(
        workload,
        engine -> engine.look(workload, timeout),
        why -> new WorkloadLook.Unseen(why, "then look again"));
  }

  @Override
  public Optional<WorkloadPreview> preview(Workload workload, Duration timeout) {
    return on(workload, engine -> engine.preview(workload, timeout), _ -> Optional.empty());
  }

  @Override
  public WorkloadLogs logs(Workload workload, LogLimits limits, Duration timeout) {
    return on(
        workload, engine -> engine.logs(workload, limits, timeout), WorkloadLogs.Refused::new);
  }

  /** Says nothing where there is no engine. */
  @Override
  public Platform platform(Duration timeout) {
    return inForce
        .engine()
        .map(engine -> engine.control().platform(timeout))
        .orElseGet(() -> new Platform("", JsonObject.EMPTY));
  }
}
