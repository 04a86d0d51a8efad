// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission;

import dev.mcppolicy.api.v1alpha1.McpServer;
import dev.mcppolicy.api.v1alpha1.ToolMapping;
import dev.mcppolicy.operator.admission.inject.GuardedServer;
import dev.mcppolicy.operator.admission.inject.Servers;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.Optional;

/**
 * The McpServers as a watch has them, so that admitting a pod asks the API server nothing.
 *
 * <p>A server that the watch has not brought yet is asked for: pods may come in the same apply. It
 * is a watch of its own, because every replica of the operator admits pods, and only the leader
 * reconciles.
 */
final class ServerCache implements Servers, Readiness, AutoCloseable {
  private final KubernetesClient kubernetes;
  private final SharedIndexInformer<McpServer> informer;

  ServerCache(KubernetesClient kubernetes) {
    this.kubernetes = kubernetes;
    this.informer =
        kubernetes
            .resources(McpServer.class)
            .inAnyNamespace()
            .runnableInformer(Duration.ZERO.toMillis()); // nothing handles events
  }

  /** Begins to watch; does not wait, since a miss asks the API server. */
  void start() {
    var _ = informer.start();
  }

  @Override
  public Optional<String> missing() {
    return informer.hasSynced()
        ? Optional.empty()
        : Optional.of("the McpServers have not been listed yet");
  }

  @Override
  public Optional<GuardedServer> find(String namespace, String name) {
    McpServer cached = informer.getIndexer().getByKey(namespace + "/" + name);
    return Optional.ofNullable(
            cached != null
                ? cached
                : kubernetes.resources(McpServer.class).inNamespace(namespace).withName(name).get())
        .map(ServerCache::guarded);
  }

  /** Does not ask for a server that the watch has not brought: it is for warnings only. */
  Optional<ToolMapping> mapping(String namespace, String name) {
    return Optional.ofNullable(informer.getIndexer().getByKey(namespace + "/" + name))
        .map(server -> server.getSpec().toolMapping());
  }

  private static GuardedServer guarded(McpServer server) {
    var stdio = server.getSpec().transport().stdio();
    return new GuardedServer(server.getMetadata().getName(), stdio.container(), stdio.command());
  }

  @Override
  public void close() {
    informer.close();
  }
}
