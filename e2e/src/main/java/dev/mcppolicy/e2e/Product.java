// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import dev.mcppolicy.testkit.cluster.Artefacts;
import dev.mcppolicy.testkit.cluster.TestCluster;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * The product on a cluster: its images loaded, its chart installed, and the commands to use it
 * with.
 */
public final class Product {
  public static final String SYSTEM_NAMESPACE = "mcp-policy-system";
  public static final String RELEASE = "mcp-policy-operator";

  private final TestCluster cluster;
  private final Path repository;
  private final Path tools;
  private final Command command;

  /** Where the two images of the product lie, as tars. */
  public record Images(Path operator, Path proxy) {
    /** Those that the build of this repository leaves. */
    public static Images built(Path repository) {
      return new Images(
          repository.resolve("operator/target/jib-image.tar"),
          repository.resolve("proxy-sidecar/target/jib-image.tar"));
    }
  }

  public Product(TestCluster cluster, Path repository) throws IOException {
    this.cluster = cluster;
    this.repository = repository;
    this.tools = Artefacts.toolsBin();
    this.command =
        new Command(
            repository,
            Map.of(
                "KUBECONFIG",
                cluster.kubeconfig().toString(),
                "PATH",
                String.join(
                    ":",
                    tools.toString(),
                    repository.toString(),
                    System.getenv().getOrDefault("PATH", "/usr/bin:/bin")),
                "MCP_POLICY_AOT",
                "off"),
            Duration.ofMinutes(4));
  }

  public TestCluster cluster() {
    return cluster;
  }

  public Path kubectlBinary() {
    return tools.resolve("kubectl");
  }

  public Path repository() {
    return repository;
  }

  /** Makes the images of the product and of the examples available to pods. */
  public void loadImages(Images images) throws IOException {
    cluster.loadImage(images.operator());
    cluster.loadImage(images.proxy());
    cluster.loadImage(Artefacts.vllmMcpServerImage());
    cluster.loadImage(Artefacts.vllmStandinImage());
  }

  /** What a user types to install the chart. */
  public List<String> helmInstall() {
    return List.of(
        "helm",
        "upgrade",
        "--install",
        RELEASE,
        "helm/mcp-policy-operator",
        "--namespace",
        SYSTEM_NAMESPACE,
        "--create-namespace",
        "--wait",
        "--timeout",
        "3m");
  }

  /**
   * Installs the chart, or changes it to these values and no others: without a word, helm keeps
   * those of the release before.
   *
   * @param values each as {@code name=value}
   */
  public void install(String... values) {
    var command = new ArrayList<>(helmInstall());
    command.add("--reset-values");
    for (String value : values) {
      command.addAll(List.of("--set", value));
    }
    run(command);
  }

  /**
   * Runs a program of the user's, with kubectl, helm and this repository's commands on its path and
   * the cluster as its context.
   */
  public String run(List<String> words) {
    return command.run(resolved(words));
  }

  public Command.Outcome attempt(String standardInput, List<String> words) {
    return command.attempt(standardInput, resolved(words));
  }

  public String kubectl(String... words) {
    return run(withKubectl(words));
  }

  public Command.Outcome attemptKubectl(String standardInput, String... words) {
    return attempt(standardInput, withKubectl(words));
  }

  /** Applies manifests in a namespace; throws with kubectl's own words when they are refused. */
  public String apply(String namespace, String manifests) {
    return command.runWithInput(
        manifests,
        resolved(List.of("kubectl", "apply", "--namespace", namespace, "--filename", "-")));
  }

  /** What a grant's Secret holds for its client. */
  public record Credentials(String token, String url, String caPem) {}

  public Credentials credentials(String namespace, String grant) {
    Map<String, String> data =
        cluster
            .client()
            .secrets()
            .inNamespace(namespace)
            .withName(grant + "-token")
            .require()
            .getData();
    return new Credentials(decoded(data, "token"), decoded(data, "url"), decoded(data, "ca.crt"));
  }

  /**
   * A Service of node ports beside the operator's own, so that calls come from outside without a
   * tunnel; answers its address on this machine.
   */
  public URI publish(String namespace, String server, int nodePort) {
    apply(
        namespace,
        """
        apiVersion: v1
        kind: Service
        metadata: {name: %s-outside}
        spec:
          type: NodePort
          publishNotReadyAddresses: true
          selector: {mcppolicy.dev/server: %s}
          ports: [{port: 443, targetPort: 8443, nodePort: %d}]
        """
            .formatted(server, server, nodePort));
    return URI.create("https://127.0.0.1:" + cluster.hostPort(nodePort) + "/mcp");
  }

  public int specReplicas(String namespace, String deployment) {
    return cluster
        .client()
        .apps()
        .deployments()
        .inNamespace(namespace)
        .withName(deployment)
        .require()
        .getSpec()
        .getReplicas();
  }

  public int statusReplicas(String namespace, String deployment) {
    Integer replicas =
        cluster
            .client()
            .apps()
            .deployments()
            .inNamespace(namespace)
            .withName(deployment)
            .require()
            .getStatus()
            .getReplicas();
    return replicas == null ? 0 : replicas;
  }

  private static String decoded(Map<String, String> data, String key) {
    String value = data.get(key);
    if (value == null) {
      throw new IllegalStateException(
          "the grant's Secret has no key `" + key + "`, it has " + data.keySet());
    }
    return new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
  }

  private static List<String> withKubectl(String... words) {
    var all = new ArrayList<String>();
    all.add("kubectl");
    all.addAll(List.of(words));
    return all;
  }

  /** The JVM looks programs up on its own path, not on the child's. */
  private String[] resolved(List<String> words) {
    var all = new ArrayList<>(words);
    if (all.getFirst().equals("kubectl") || all.getFirst().equals("helm")) {
      all.set(0, tools.resolve(all.getFirst()).toString());
    }
    return all.toArray(String[]::new);
  }
}
