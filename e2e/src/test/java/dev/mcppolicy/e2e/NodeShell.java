// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;

/**
 * Root on the cluster's node, by a privileged pod in the node's namespaces: for faults that no API
 * can make.
 */
final class NodeShell {
  private static final String POD = "node-shell";
  private static final String PATH = "PATH=/usr/sbin:/usr/bin:/sbin:/bin:/bin/aux";
  private final GuardedNamespace namespace;

  private NodeShell(GuardedNamespace namespace) {
    this.namespace = namespace;
  }

  static NodeShell open(GuardedNamespace namespace) {
    namespace.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: node-shell}
        spec:
          hostPID: true
          hostNetwork: true
          terminationGracePeriodSeconds: 0
          containers:
          - name: main
            image: docker.io/local/pause:1
            imagePullPolicy: IfNotPresent
            securityContext: {privileged: true}
        """);
    namespace.awaitReady(POD);
    return new NodeShell(namespace);
  }

  /** Runs a command with the files of the node; it must succeed. */
  String run(String... command) {
    var words = new ArrayList<>(List.of("nsenter", "-t", "1", "-m", "--", "env", PATH));
    words.addAll(List.of(command));
    Command.Outcome outcome = namespace.exec(POD, "main", words.toArray(String[]::new));
    assertEquals(0, outcome.exitCode(), () -> String.join(" ", command) + ": " + outcome.output());
    return outcome.output();
  }

  /** Kills the sidecar's process as the kernel would when memory is short. */
  void killSidecar(Pod pod) {
    Command.Outcome outcome =
        namespace.exec(
            POD,
            "main",
            "sh",
            "-c",
            "for environment in $(grep -l POD_UID=%s /proc/[0-9]*/environ); do pid=${environment#/proc/}; kill -9 ${pid%%/environ}; done"
                .formatted(pod.getMetadata().getUid()));
    assertEquals(0, outcome.exitCode(), outcome::output);
  }

  /** Drops every packet between a pod and the API server until closed. */
  AutoCloseable cutOffFromApiServer(Pod pod) {
    String address = pod.getStatus().getPodIP();
    String service =
        namespace
            .client()
            .services()
            .inNamespace("default")
            .withName("kubernetes")
            .require()
            .getSpec()
            .getClusterIP();
    String port =
        namespace.kubectl(
            "get",
            "--namespace=default",
            "endpointslices",
            "-l",
            "kubernetes.io/service-name=kubernetes",
            "-o",
            "jsonpath={.items[0].ports[0].port}");
    List<List<String>> rules =
        List.of(
            List.of("PREROUTING", "-s", address, "-d", service, "-j", "DROP"),
            List.of("OUTPUT", "-p", "tcp", "-d", address, "--sport", port, "-j", "DROP"));
    rules.forEach(rule -> iptables("-I", rule));
    return () -> rules.forEach(rule -> iptables("-D", rule));
  }

  private void iptables(String operation, List<String> rule) {
    var words = new ArrayList<>(List.of("iptables", "-w", "-t", "mangle", operation));
    words.addAll(rule);
    run(words.toArray(String[]::new));
  }
}
