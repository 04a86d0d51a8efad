// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.testkit.cluster;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A running Kubernetes of one node with administrator rights. One serves a whole test run ({@link
 * SharedCluster}); a namespace of its own keeps a test class apart. Thread-safe.
 */
public sealed interface TestCluster extends AutoCloseable permits ContainerCluster, GivenCluster {
  /**
   * The node ports that can be reached from this machine: those that a test may give to a Service.
   */
  List<Integer> NODE_PORTS = java.util.stream.IntStream.rangeClosed(30080, 30099).boxed().toList();

  /**
   * The cluster of this run: the one that {@code MCP_POLICY_TEST_KUBECONFIG} names, else the
   * running one whose folder {@code MCP_POLICY_TEST_CLUSTER} names (see {@link RunCluster}), else a
   * new one: k3s where its image can be had, the node built from source otherwise. Says which and
   * why on standard error.
   */
  static TestCluster open() throws IOException {
    return ClusterChoice.open(System.getenv());
  }

  /** What the cluster is, for people. */
  String description();

  /**
   * A kubeconfig file with administrator rights that works from this machine; deleted on close
   * unless it was given.
   */
  Path kubeconfig();

  /** A client with administrator rights, closed with the cluster. */
  KubernetesClient client();

  /**
   * Makes the images of a tar (as {@code docker save} or Jib writes it) available to pods under
   * their full names, with {@code imagePullPolicy: IfNotPresent}.
   */
  void loadImage(Path tar) throws IOException;

  /** The port on 127.0.0.1 that leads to this node port, one of {@link #NODE_PORTS}. */
  int hostPort(int nodePort);

  /**
   * Writes all that helps to understand a failure into the folder: logs of the components, objects,
   * events, logs of the pods.
   */
  void collectLogs(Path folder) throws IOException;

  /**
   * Makes a namespace of a new name with this prefix in which pods can be created; the caller
   * deletes it, or the cluster's end does.
   */
  default String createNamespace(String prefix) {
    var namespace =
        client()
            .resource(
                new NamespaceBuilder()
                    .withNewMetadata()
                    .withGenerateName(prefix + "-")
                    .endMetadata()
                    .build())
            .create();
    var name = namespace.getMetadata().getName();
    client()
        .serviceAccounts()
        .inNamespace(name)
        .withName("default")
        .waitUntilCondition(account -> account != null, 30, TimeUnit.SECONDS);
    return name;
  }

  @Override
  void close();
}
