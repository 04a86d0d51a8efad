// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.server;

import static dev.mcppolicy.operator.watch.Routing.beside;

import dev.mcppolicy.api.v1alpha1.Api;
import dev.mcppolicy.api.v1alpha1.McpServer;
import dev.mcppolicy.operator.watch.Cluster;
import dev.mcppolicy.operator.watch.Routing;
import dev.mcppolicy.operator.watch.Trigger;
import dev.mcppolicy.operator.watch.Watched;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.stream.Stream;

/** Which server each change concerns. */
final class ServerEvents {
  private ServerEvents() {}

  static void route(Cluster cluster, Trigger<McpServer> trigger) {
    Routing.specs(
        cluster.policies(),
        trigger,
        policy -> policy.getSpec().servers().stream().map(server -> beside(policy, server.name())));
    Routing.specsAndLabels( // conditions may read labels
        cluster.grants(),
        trigger,
        grant -> Stream.of(beside(grant, grant.getSpec().server().name())));
    Routing.all(
        cluster.tokens(),
        trigger,
        secret ->
            cluster
                .grants()
                .find(secret.getMetadata().getNamespace(), Cluster.label(secret, Api.GRANT_LABEL))
                .stream()
                .map(grant -> beside(grant, grant.getSpec().server().name())));
    Routing.all(
        cluster.states(),
        trigger,
        state -> Stream.of(beside(state, state.getMetadata().getName())));
    Routing.specs( // how many pods may go now, each sidecar reads itself
        cluster.budgets(),
        trigger,
        budget ->
            cluster.serversOf(budget.getMetadata().getNamespace()).stream()
                .filter(server -> !server.getSpec().workloads().isEmpty())
                .map(server -> beside(budget, server.getMetadata().getName())));
    byLabel(cluster.pods(), trigger);
    byLabel(cluster.bundles(), trigger);
    byLabel(cluster.accounts(), trigger);
    byLabel(cluster.roles(), trigger);
    byLabel(cluster.bindings(), trigger);
    byLabel(cluster.services(), trigger);
    byLabel(cluster.deployments(), trigger);
  }

  private static <T extends HasMetadata> void byLabel(
      Watched<T> watched, Trigger<McpServer> trigger) {
    Routing.all(
        watched,
        trigger,
        object -> Stream.of(beside(object, Cluster.label(object, Api.SERVER_LABEL))));
  }
}
