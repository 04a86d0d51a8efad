// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.policy;

import dev.mcppolicy.api.v1alpha1.Api;
import dev.mcppolicy.api.v1alpha1.McpPolicy;
import dev.mcppolicy.api.v1alpha1.McpPolicyStatus;
import dev.mcppolicy.api.v1alpha1.Reference;
import dev.mcppolicy.engine.Conflict;
import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.engine.catalogue.CatalogueTool;
import dev.mcppolicy.operator.bundle.Acknowledgements;
import dev.mcppolicy.operator.bundle.Publications;
import dev.mcppolicy.operator.check.KnownTools;
import dev.mcppolicy.operator.check.PolicyCheck;
import dev.mcppolicy.operator.check.PolicyChecks;
import dev.mcppolicy.operator.check.Warnings;
import dev.mcppolicy.operator.status.Conditions;
import dev.mcppolicy.operator.status.StatusPatch;
import dev.mcppolicy.operator.watch.Cluster;
import dev.mcppolicy.operator.watch.PodView;
import dev.mcppolicy.operator.watch.Routing;
import dev.mcppolicy.operator.watch.Trigger;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Says of each policy whether it is valid, whether it is enforced, and what contradicts it. */
@ControllerConfiguration(name = "policy")
public final class McpPolicyReconciler implements Reconciler<McpPolicy> {
  private static final String CONFLICTING = "Conflicting";
  private static final int CONFLICTS_SHOWN_MAX = 20;

  private final KubernetesClient client;
  private final Cluster cluster;
  private final PolicyChecks checks;
  private final Publications publications;
  private final InstantSource clock;
  private final Trigger<McpPolicy> trigger = new Trigger<>();

  public McpPolicyReconciler(
      KubernetesClient client,
      Cluster cluster,
      PolicyChecks checks,
      Publications publications,
      InstantSource clock) {
    this.client = client;
    this.cluster = cluster;
    this.checks = checks;
    this.publications = publications;
    this.clock = clock;
    Routing.specs(
        cluster.servers(),
        trigger,
        server -> policiesOf(server.getMetadata().getNamespace(), server.getMetadata().getName()));
    Routing.all(
        cluster.pods(),
        trigger,
        pod -> policiesOf(pod.getMetadata().getNamespace(), Cluster.label(pod, Api.SERVER_LABEL)));
    Routing.all(
        cluster.states(),
        trigger,
        state -> policiesOf(state.getMetadata().getNamespace(), state.getMetadata().getName()));
    publications.onChange(
        (namespace, server) ->
            policiesOf(namespace, server).forEach(id -> trigger.fire(namespace, id.getName())));
  }

  @Override
  public UpdateControl<McpPolicy> reconcile(McpPolicy policy, Context<McpPolicy> context) {
    ObjectMeta meta = policy.getMetadata();
    List<ServerView> servers = servers(policy);
    Optional<Condition> found = Enforcement.of(meta, servers);
    if (meta.getDeletionTimestamp() != null || found.isEmpty()) {
      return UpdateControl.noUpdate();
    }
    List<Condition> before =
        policy.getStatus() == null ? List.of() : policy.getStatus().conditions();
    PolicyCheck check = checks.of(policy);
    Optional<Condition> enforced = Validity.notEnforced(check, meta).or(() -> found);
    if (isTrue(enforced) && !isTrue(Conditions.find(before, Enforcement.ENFORCED), meta)) {
      enforced = Enforcement.of(meta, servers.stream().map(this::withPodsAsOfNow).toList());
    }
    List<Condition> wanted = new ArrayList<>();
    wanted.add(Validity.of(check, meta, servers));
    enforced.ifPresent(wanted::add);
    conflicting(meta, servers).ifPresent(wanted::add);
    McpPolicyStatus status =
        new McpPolicyStatus(
            Conditions.since(before, wanted, clock.instant()), Warnings.of(check, tools(policy)));
    return status.equals(policy.getStatus())
        ? UpdateControl.noUpdate()
        : UpdateControl.patchStatus(StatusPatch.of(policy, new McpPolicy(), status));
  }

  private List<ServerView> servers(McpPolicy policy) {
    String namespace = policy.getMetadata().getNamespace();
    return policy.getSpec().servers().stream()
        .map(Reference::name)
        .distinct()
        .map(server -> view(namespace, server))
        .toList();
  }

  private ServerView view(String namespace, String server) {
    if (cluster.servers().find(namespace, server).isEmpty()) {
      return new ServerView.Missing(server);
    }
    return publications
        .of(namespace, server)
        .<ServerView>map(
            published ->
                new ServerView.Present(
                    namespace,
                    server,
                    published,
                    PodView.living(cluster.podsOf(namespace, server)),
                    Acknowledgements.of(
                        cluster.states().find(namespace, server),
                        published.bundle(),
                        clock.instant())))
        .orElseGet(() -> new ServerView.NotYetKnown(server));
  }

  /** Nobody may be told too early: a pod that our informer does not know yet counts as well. */
  private ServerView withPodsAsOfNow(ServerView server) {
    return switch (server) {
      case ServerView.Present present ->
          present.withPods(
              PodView.living(
                  client
                      .pods()
                      .inNamespace(present.namespace())
                      .withLabel(Api.SERVER_LABEL, present.name())
                      .list()
                      .getItems()));
      case ServerView.Missing missing -> missing;
      case ServerView.NotYetKnown unknown -> unknown;
    };
  }

  /** The tools of the servers, if it is known which they have. */
  private Map<String, CatalogueTool> tools(McpPolicy policy) {
    String namespace = policy.getMetadata().getNamespace();
    return KnownTools.of(
        policy.getSpec().servers().stream()
            .map(server -> cluster.servers().find(namespace, server.name()))
            .map(server -> server.map(s -> s.getSpec().toolMapping()))
            .toList());
  }

  /** A contradiction is never resolved in silence: the stricter rule holds, and both say so. */
  private static Optional<Condition> conflicting(ObjectMeta policy, List<ServerView> servers) {
    List<String> texts =
        servers.stream()
            .<Conflict>mapMulti(
                (server, out) -> {
                  if (server instanceof ServerView.Present present) {
                    present.published().conflicts().forEach(out);
                  }
                })
            .filter(
                conflict -> isOf(policy, conflict.allowing()) || isOf(policy, conflict.denying()))
            .map(Conflict::text)
            .distinct()
            .limit(CONFLICTS_SHOWN_MAX)
            .toList();
    return texts.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Conditions.isTrue(
                CONFLICTING,
                policy.getGeneration(),
                "PoliciesContradict",
                String.join("; ", texts)));
  }

  private static boolean isOf(ObjectMeta policy, PolicyId id) {
    return id.namespace().equals(policy.getNamespace()) && id.name().equals(policy.getName());
  }

  private static boolean isTrue(Optional<Condition> condition) {
    return condition.filter(c -> "True".equals(c.getStatus())).isPresent();
  }

  private static boolean isTrue(Optional<Condition> condition, ObjectMeta policy) {
    return isTrue(condition)
        && Objects.equals(condition.orElseThrow().getObservedGeneration(), policy.getGeneration());
  }

  private Stream<ResourceID> policiesOf(String namespace, String server) {
    return cluster.policiesOf(namespace, server).stream().map(ResourceID::fromResource);
  }

  @Override
  public List<EventSource<?, McpPolicy>> prepareEventSources(
      EventSourceContext<McpPolicy> context) {
    return List.of(trigger);
  }
}
