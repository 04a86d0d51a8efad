// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A namespace of its own with guarded servers in it, and what tests do there. Closing deletes it;
 * what is in it then ends by itself, its node ports at once.
 */
final class GuardedNamespace implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(2);

  private final Product product;
  private final String name;

  private GuardedNamespace(Product product, String name) {
    this.product = product;
    this.name = name;
  }

  static GuardedNamespace create(Product product, String prefix) {
    return new GuardedNamespace(product, product.cluster().createNamespace(prefix));
  }

  String name() {
    return name;
  }

  KubernetesClient client() {
    return product.cluster().client();
  }

  GuardedNamespace apply(String... manifests) {
    for (String each : manifests) {
      product.apply(name, each);
    }
    return this;
  }

  /** Applies what may be refused; answers what kubectl said. */
  Command.Outcome attemptApply(String manifests, String... options) {
    var words = new ArrayList<>(List.of("apply", "--filename", "-"));
    words.addAll(List.of(options));
    return attemptKubectl(manifests, words);
  }

  /** What kubectl said of manifests that must be refused. */
  String refused(String manifests, String... options) {
    Command.Outcome outcome = attemptApply(manifests, options);
    assertNotEquals(0, outcome.exitCode(), () -> "not refused: " + outcome.output());
    return outcome.output();
  }

  String kubectl(String... words) {
    Command.Outcome outcome = attemptKubectl("", List.of(words));
    assertEquals(
        0,
        outcome.exitCode(),
        () -> "kubectl " + String.join(" ", words) + ": " + outcome.output());
    return outcome.output();
  }

  /** What kubectl said of a command that must be refused. */
  String refusedKubectl(String... words) {
    Command.Outcome outcome = attemptKubectl("", List.of(words));
    assertNotEquals(
        0,
        outcome.exitCode(),
        () -> "not refused: kubectl " + String.join(" ", words) + ": " + outcome.output());
    return outcome.output();
  }

  Command.Outcome exec(String pod, String container, String... command) {
    var words = new ArrayList<>(List.of("exec", pod, "--container", container, "--"));
    words.addAll(List.of(command));
    return attemptKubectl("", words);
  }

  Command.Outcome attemptKubectl(String standardInput, List<String> words) {
    var all = new ArrayList<>(List.of("--namespace", name));
    all.addAll(words);
    return product.attemptKubectl(standardInput, all.toArray(String[]::new));
  }

  void awaitEnforced(String policy) {
    kubectl(
        "wait",
        "--for=condition=Enforced",
        "mcppolicy/" + policy,
        "--timeout=" + START_LIMIT.toSeconds() + "s");
  }

  void awaitRollout(String deployment) {
    kubectl(
        "rollout",
        "status",
        "deployment/" + deployment,
        "--timeout=" + START_LIMIT.toSeconds() + "s");
  }

  void awaitReady(String pod) {
    kubectl(
        "wait",
        "--for=condition=Ready",
        "pod/" + pod,
        "--timeout=" + START_LIMIT.toSeconds() + "s");
  }

  /** The one pod of a server that is not being deleted. */
  Pod serverPod(String server) {
    return Waiting.forValue(
        "one pod of server " + server,
        START_LIMIT,
        () -> {
          List<Pod> living =
              client()
                  .pods()
                  .inNamespace(name)
                  .withLabel("mcppolicy.dev/server", server)
                  .list()
                  .getItems()
                  .stream()
                  .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                  .filter(pod -> pod.getStatus().getPodIP() != null)
                  .toList();
          return living.size() == 1 ? Optional.of(living.getFirst()) : Optional.empty();
        });
  }

  /** One of the pods of a model server. */
  String podOf(String model) {
    return kubectl("get", "pods", "-l", "app=" + model, "-o", "jsonpath={.items[0].metadata.name}");
  }

  URI publish(String server, int nodePort) {
    return product.publish(name, server, nodePort);
  }

  /** A session for a grant, once its Secret is there and the server answers. */
  McpClient connect(URI url, String grant) {
    return Waiting.forValue(
        "grant " + grant + " gets a session",
        START_LIMIT,
        () -> {
          Product.Credentials credentials = credentials(grant);
          return Optional.of(McpClient.connect(url, credentials.token(), credentials.caPem()));
        });
  }

  /** Until the MCP server itself answers the call of a tool that the grant may use. */
  void awaitAnswers(URI url, String grant, String tool) {
    try (McpClient client = connect(url, grant)) {
      Waiting.until(
          "the server answers " + tool, START_LIMIT, () -> !client.call(tool).text().isEmpty());
    }
  }

  Product.Credentials credentials(String grant) {
    return product.credentials(name, grant);
  }

  int specReplicas(String deployment) {
    return product.specReplicas(name, deployment);
  }

  /** What sidecars say they did here, once it is posted, for which nobody waits. */
  List<Event> eventsOfSidecars() {
    return client().events().v1().events().inNamespace(name).list().getItems().stream()
        .filter(event -> "mcppolicy.dev/sidecar".equals(event.getReportingController()))
        .toList();
  }

  PortForward forward(String resource, int port) throws java.io.IOException {
    return PortForward.open(
        product.kubectlBinary(), product.cluster().kubeconfig(), name, resource, port);
  }

  @Override
  public void close() {
    product.kubectl("delete", "namespace", name, "--wait=false");
    product.kubectl("delete", "services", "--namespace", name, "--all", "--wait=false");
  }
}
