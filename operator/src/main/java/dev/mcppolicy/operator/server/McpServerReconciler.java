// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.server;

import dev.mcppolicy.api.v1alpha1.Api;
import dev.mcppolicy.api.v1alpha1.DeploymentSpec;
import dev.mcppolicy.api.v1alpha1.McpServer;
import dev.mcppolicy.api.v1alpha1.McpServerStatus;
import dev.mcppolicy.bundle.Bundle;
import dev.mcppolicy.bundle.Contested;
import dev.mcppolicy.bundle.Safeguards;
import dev.mcppolicy.operator.bundle.Acknowledgements;
import dev.mcppolicy.operator.bundle.Publications;
import dev.mcppolicy.operator.bundle.Published;
import dev.mcppolicy.operator.bundle.ServerNames;
import dev.mcppolicy.operator.certificate.CertificateAuthority;
import dev.mcppolicy.operator.check.PolicyChecks;
import dev.mcppolicy.operator.contested.ContestedWorkloads;
import dev.mcppolicy.operator.rights.GrantableRights;
import dev.mcppolicy.operator.safeguard.WorkloadSafeguards;
import dev.mcppolicy.operator.status.Conditions;
import dev.mcppolicy.operator.status.StatusPatch;
import dev.mcppolicy.operator.watch.Cluster;
import dev.mcppolicy.operator.watch.PodView;
import dev.mcppolicy.operator.watch.Trigger;
import dev.mcppolicy.operator.watch.Watched;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Keeps the objects around the pods of a server, its bundle and its status as its resources say.
 *
 * <p>There is no finalizer: everything it makes is owned by the McpServer and collected with it.
 */
@ControllerConfiguration(name = "server")
public final class McpServerReconciler implements Reconciler<McpServer> {
  private final Cluster cluster;
  private final ContestedWorkloads contested;
  private final Publications publications;
  private final GrantableRights rights;
  private final String clusterDomain;
  private final InstantSource clock;
  private final Trigger<McpServer> trigger;
  private final ObjectWriter writer;
  private final BundlePublisher publisher;
  private final StatePruner pruner;

  public McpServerReconciler(
      KubernetesClient client,
      Cluster cluster,
      CertificateAuthority authority,
      PolicyChecks checks,
      ContestedWorkloads contested,
      Publications publications,
      GrantableRights rights,
      String clusterDomain,
      InstantSource clock) {
    this.cluster = cluster;
    this.rights = rights;
    this.publications = publications;
    this.contested = contested;
    this.clusterDomain = clusterDomain;
    this.clock = clock;
    this.trigger = new Trigger<>();
    this.writer = new ObjectWriter(client);
    this.publisher =
        new BundlePublisher(
            cluster,
            writer,
            authority,
            checks,
            new WorkloadSafeguards(client, cluster),
            contested,
            publications,
            rights,
            clusterDomain,
            clock);
    this.pruner = new StatePruner(client, cluster);
    ServerEvents.route(cluster, trigger);
  }

  @Override
  public UpdateControl<McpServer> reconcile(McpServer server, Context<McpServer> context) {
    if (server.getMetadata().getDeletionTimestamp() != null) {
      return UpdateControl.noUpdate();
    }
    List<String> conflicts = new ArrayList<>();
    Instant lookAgain =
        publisher.publish(server); // first: a policy takes effect whatever fails below
    ensure(server, cluster.accounts(), OwnedObjects.account(server), context, conflicts);
    ensure(
        server,
        cluster.roles(),
        OwnedObjects.role(server, rights, budgets(server), scaledObjects(server)),
        context,
        conflicts);
    ensure(server, cluster.bindings(), OwnedObjects.binding(server), context, conflicts);
    ensure(server, cluster.services(), OwnedObjects.service(server), context, conflicts);
    writer
        .ensureThere(server, cluster.states(), OwnedObjects.state(server))
        .ifPresent(conflicts::add);
    ensureDeployment(server, context, conflicts); // last: its pods need all of the above
    pruner.prune(server); // pods that are gone
    return status(server, conflicts, lookAgain);
  }

  /** Those that the published bundle names: what a sidecar has to read, it may read. */
  private List<String> budgets(McpServer server) {
    return named(server, safeguards -> safeguards.budgets().stream());
  }

  /** Those that the published bundle lets a stop pause. */
  private List<String> scaledObjects(McpServer server) {
    return named(
        server,
        safeguards ->
            safeguards.contested().stream()
                .flatMap(
                    by ->
                        by instanceof Contested.Paused(String scaledObject, int _)
                            ? Stream.of(scaledObject)
                            : Stream.empty()));
  }

  private List<String> named(McpServer server, Function<Safeguards, Stream<String>> namesOf) {
    return publications
        .of(server.getMetadata().getNamespace(), server.getMetadata().getName())
        .flatMap(Published::bundle)
        .stream()
        .flatMap(bundle -> bundle.workloads().stream())
        .flatMap(workload -> namesOf.apply(workload.safeguards()))
        .distinct()
        .sorted()
        .toList();
  }

  private <T extends HasMetadata> void ensure(
      McpServer server,
      Watched<T> watched,
      T wanted,
      Context<McpServer> context,
      List<String> conflicts) {
    writer.ensure(server, watched, wanted, context).ifPresent(conflicts::add);
  }

  private void ensureDeployment(
      McpServer server, Context<McpServer> context, List<String> conflicts) {
    DeploymentSpec deployment = server.getSpec().deployment();
    if (deployment == null) {
      writer.remove(server, cluster.deployments(), Api.objectName(server.getMetadata().getName()));
    } else {
      ensure(
          server,
          cluster.deployments(),
          ManagedDeployment.of(server, deployment),
          context,
          conflicts);
    }
  }

  private UpdateControl<McpServer> status(
      McpServer server, List<String> conflicts, Instant lookAgain) {
    String namespace = server.getMetadata().getNamespace();
    String name = server.getMetadata().getName();
    Published published = publications.of(namespace, name).orElseThrow();
    long generation = server.getMetadata().getGeneration();
    List<Condition> conditions =
        new ArrayList<>(
            ServerConditions.of(
                generation,
                published,
                conflicts,
                PodView.living(cluster.podsOf(namespace, name)),
                Acknowledgements.of(
                    cluster.states().find(namespace, name), published.bundle(), clock.instant())));
    ServerConditions.ofRights(generation, server.getSpec(), rights).forEach(conditions::add);
    Optional<Bundle> bundle = published.bundle();
    bundle
        .flatMap(b -> ContestedCondition.of(generation, b.workloads()))
        .ifPresent(conditions::add);
    McpServerStatus wanted =
        new McpServerStatus(
            new ServerNames(namespace, name, clusterDomain).url(),
            bundle.map(b -> b.policies().size()).orElse(0),
            bundle.map(b -> b.grants().size()).orElse(0),
            Conditions.since(conditionsOf(server), conditions, clock.instant()));
    UpdateControl<McpServer> control =
        wanted.equals(server.getStatus())
            ? UpdateControl.noUpdate()
            : UpdateControl.patchStatus(StatusPatch.of(server, new McpServer(), wanted));
    return lookAgain.equals(Instant.MAX)
        ? control
        : control.rescheduleAfter(Duration.between(clock.instant(), lookAgain).plusSeconds(1));
  }

  /** Says in the status what the API server refuses, and leaves the retry to the framework. */
  @Override
  public ErrorStatusUpdateControl<McpServer> updateErrorStatus(
      McpServer server, Context<McpServer> context, Exception failure) {
    if (!(failure instanceof KubernetesClientException refusal)
        || refusal.getStatus() == null
        || refusal.getCode() == 409) {
      return ErrorStatusUpdateControl.defaultErrorProcessing(); // not an answer, or one that passes
    }
    String message = "the API server refused a change: " + refusal.getStatus().getMessage();
    McpServerStatus old = server.getStatus();
    McpServerStatus wanted =
        new McpServerStatus(
            old == null ? null : old.url(),
            old == null ? null : old.policies(),
            old == null ? null : old.grants(),
            Conditions.since(
                conditionsOf(server),
                ServerConditions.notReady(
                    conditionsOf(server), server.getMetadata().getGeneration(), message),
                clock.instant()));
    return wanted.equals(old)
        ? ErrorStatusUpdateControl.defaultErrorProcessing()
        : ErrorStatusUpdateControl.patchStatus(StatusPatch.of(server, new McpServer(), wanted));
  }

  private static List<Condition> conditionsOf(McpServer server) {
    return server.getStatus() == null ? List.of() : server.getStatus().conditions();
  }

  @Override
  public List<EventSource<?, McpServer>> prepareEventSources(
      EventSourceContext<McpServer> context) {
    contested.start(trigger::fire); // from here on somebody listens
    return List.of(trigger);
  }
}
