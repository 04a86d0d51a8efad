// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.testkit.cluster.TestNamespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A sidecar's account in a namespace of a real cluster, the McpServerState of its server, and a
 * client with a token of that account: it may do what the rules say and no more.
 */
final class SidecarOfANamespace implements AutoCloseable {
  private static final Path CRDS = Path.of("../crds/src/main/resources/crds");

  private final TestNamespace namespace;
  private final Path folder;
  private final Path token;
  private final ApiServer api;

  /**
   * @param rules of its Role, besides the one for its state, as items of a YAML list
   */
  SidecarOfANamespace(TestNamespace namespace, String... rules) throws IOException {
    this.namespace = namespace;
    namespace.apply(Files.readString(CRDS.resolve("mcpserverstates.mcppolicy.dev.yaml")));
    namespace.apply(
        """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: sidecar}
        """);
    may(
        "{apiGroups: [mcppolicy.dev], resources: [mcpserverstates], resourceNames: [server], verbs: [get, watch, patch]}");
    for (String rule : rules) {
      may(rule);
    }
    makeState();
    folder = Files.createTempDirectory("sidecar");
    token = Files.writeString(folder.resolve("token"), namespace.token("sidecar"));
    KubernetesClient client = namespace.client();
    Path ca =
        Files.write(
            folder.resolve("ca"),
            Base64.getDecoder().decode(client.getConfiguration().getCaCertData()));
    api =
        new ApiServer(
            new ApiServerSettings(
                URI.create(client.getMasterUrl().toString().replaceAll("/$", "")),
                token,
                Optional.of(ca),
                Duration.ofSeconds(10)));
  }

  void makeState() {
    namespace.applyOnceServed(
        """
        apiVersion: mcppolicy.dev/v1alpha1
        kind: McpServerState
        metadata: {name: server}
        spec: {}
        """);
  }

  /** One more rule, in YAML. */
  void may(String rule) {
    namespace.apply(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: %1$s}
        rules: [%2$s]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: %1$s}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: %1$s}
        subjects: [{kind: ServiceAccount, name: sidecar}]
        """
            .formatted("sidecar-" + Integer.toHexString(rule.hashCode()), rule));
  }

  Path token() {
    return token;
  }

  ApiServer api() {
    return api;
  }

  /** What acts on workloads; it has been refused nothing yet and would ask for anything. */
  WorkloadsByKind workloads() {
    return workloads(new HttpPodMetrics());
  }

  WorkloadsByKind workloads(PodMetrics metrics) {
    return workloads(api, metrics);
  }

  /** The same by another way to the API server. */
  WorkloadsByKind workloads(ApiServer through, PodMetrics metrics) {
    return new WorkloadsByKind(
        through,
        new ServerState(through, namespace.name(), "server"),
        new WorkloadEvents(through, "pod-1", InstantSource.system()),
        new NoContainers(),
        metrics,
        namespace.name(),
        InstantSource.system());
  }

  @Override
  public void close() {
    api.close();
    namespace.close();
    for (String file : List.of("token", "ca", "")) {
      deleted(folder.resolve(file));
    }
  }

  private static void deleted(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
