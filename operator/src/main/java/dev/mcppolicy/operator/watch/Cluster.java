// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.watch;

import dev.mcppolicy.api.v1alpha1.Api;
import dev.mcppolicy.api.v1alpha1.McpGrant;
import dev.mcppolicy.api.v1alpha1.McpPolicy;
import dev.mcppolicy.api.v1alpha1.McpServer;
import dev.mcppolicy.api.v1alpha1.McpServerState;
import dev.mcppolicy.api.v1alpha1.Reference;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * All that the operator watches. Objects that are not its own kinds are selected by label, so that
 * it never holds every Secret or pod of a cluster.
 */
public final class Cluster implements AutoCloseable {
  private static final String BY_SERVER = "server";

  /** Not `namespace`: that one each informer has by itself, under other keys. */
  private static final String BY_NAMESPACE = "all";

  private final Watched<McpServer> servers;
  private final Watched<McpPolicy> policies;
  private final Watched<McpGrant> grants;
  private final Watched<McpServerState> states;
  private final Watched<Pod> pods;
  private final Watched<Secret> bundles;
  private final Watched<Secret> tokens;
  private final Watched<Service> services;
  private final Watched<ServiceAccount> accounts;
  private final Watched<Role> roles;
  private final Watched<RoleBinding> bindings;
  private final Watched<Deployment> deployments;
  private final Watched<PodDisruptionBudget> budgets;

  /**
   * @param namespaces to watch; empty means all
   */
  public Cluster(KubernetesClient client, Set<String> namespaces) {
    servers = all(client.resources(McpServer.class), namespaces);
    policies =
        all(client.resources(McpPolicy.class), namespaces)
            .indexed(BY_SERVER, policy -> serversOf(policy));
    grants =
        all(client.resources(McpGrant.class), namespaces)
            .indexed(BY_SERVER, grant -> List.of(key(grant, grant.getSpec().server().name())));
    states = all(client.resources(McpServerState.class), namespaces);
    pods =
        labelled(client.pods(), namespaces, Api.SERVER_LABEL)
            .indexed(BY_SERVER, pod -> List.of(key(pod, label(pod, Api.SERVER_LABEL))));
    bundles = labelled(client.secrets(), namespaces, Api.SERVER_LABEL);
    tokens = labelled(client.secrets(), namespaces, Api.GRANT_LABEL);
    services = labelled(client.services(), namespaces, Api.SERVER_LABEL);
    accounts = labelled(client.serviceAccounts(), namespaces, Api.SERVER_LABEL);
    roles = labelled(client.rbac().roles(), namespaces, Api.SERVER_LABEL);
    bindings = labelled(client.rbac().roleBindings(), namespaces, Api.SERVER_LABEL);
    deployments = labelled(client.apps().deployments(), namespaces, Api.SERVER_LABEL);
    budgets =
        all(client.policy().v1().podDisruptionBudget(), namespaces)
            .indexed(BY_NAMESPACE, budget -> List.of(key(budget, "")));
    servers.indexed(BY_NAMESPACE, server -> List.of(key(server, "")));
  }

  /** Completes when everything that existed is here. */
  public CompletableFuture<Void> start() {
    return CompletableFuture.allOf(
        watched().map(Watched::start).toArray(CompletableFuture<?>[]::new));
  }

  public boolean isSynced() {
    return watched().allMatch(Watched::isSynced);
  }

  @Override
  public void close() {
    watched().forEach(Watched::close);
  }

  public Watched<McpServer> servers() {
    return servers;
  }

  public Watched<McpPolicy> policies() {
    return policies;
  }

  public List<McpPolicy> policiesOf(String namespace, String server) {
    return policies.find(BY_SERVER, namespace, server);
  }

  public Watched<McpGrant> grants() {
    return grants;
  }

  public List<McpGrant> grantsOf(String namespace, String server) {
    return grants.find(BY_SERVER, namespace, server);
  }

  public Watched<McpServerState> states() {
    return states;
  }

  public Watched<Pod> pods() {
    return pods;
  }

  public List<Pod> podsOf(String namespace, String server) {
    return pods.find(BY_SERVER, namespace, server);
  }

  /** Secrets with the label of a server. */
  public Watched<Secret> bundles() {
    return bundles;
  }

  /** Secrets with the label of a grant. */
  public Watched<Secret> tokens() {
    return tokens;
  }

  public Watched<Service> services() {
    return services;
  }

  public Watched<ServiceAccount> accounts() {
    return accounts;
  }

  public Watched<Role> roles() {
    return roles;
  }

  public Watched<RoleBinding> bindings() {
    return bindings;
  }

  public Watched<Deployment> deployments() {
    return deployments;
  }

  /** All of them, whosever pods they select. */
  public Watched<PodDisruptionBudget> budgets() {
    return budgets;
  }

  public List<PodDisruptionBudget> budgetsOf(String namespace) {
    return budgets.find(BY_NAMESPACE, namespace, "");
  }

  public List<McpServer> serversOf(String namespace) {
    return servers.find(BY_NAMESPACE, namespace, "");
  }

  /** The value of a label, empty when there is none. */
  public static String label(HasMetadata object, String label) {
    var labels = object.getMetadata().getLabels();
    return labels == null ? "" : labels.getOrDefault(label, "");
  }

  private Stream<Watched<?>> watched() {
    return Stream.of(
        servers,
        policies,
        grants,
        states,
        pods,
        bundles,
        tokens,
        services,
        accounts,
        roles,
        bindings,
        deployments,
        budgets);
  }

  private static List<String> serversOf(McpPolicy policy) {
    return policy.getSpec().servers().stream()
        .map(Reference::name)
        .distinct()
        .map(server -> key(policy, server))
        .toList();
  }

  private static String key(HasMetadata object, String server) {
    return object.getMetadata().getNamespace() + "/" + server;
  }

  private static <T extends HasMetadata, L extends KubernetesResourceList<T>> Watched<T> all(
      MixedOperation<T, L, Resource<T>> operation, Set<String> namespaces) {
    return new Watched<>(
        namespaces.isEmpty()
            ? List.of(operation.inAnyNamespace().runnableInformer(0))
            : namespaces.stream()
                .map(namespace -> operation.inNamespace(namespace).runnableInformer(0))
                .toList());
  }

  private static <T extends HasMetadata, L extends KubernetesResourceList<T>, R extends Resource<T>>
      Watched<T> labelled(MixedOperation<T, L, R> operation, Set<String> namespaces, String label) {
    Stream<FilterWatchListDeletable<T, L, R>> scopes =
        namespaces.isEmpty()
            ? Stream.of(operation.inAnyNamespace().withLabel(label))
            : namespaces.stream()
                .map(namespace -> operation.inNamespace(namespace).withLabel(label));
    List<SharedIndexInformer<T>> informers =
        scopes.map(scope -> scope.runnableInformer(0)).toList();
    return new Watched<>(informers);
  }
}
