// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Argo CD's own application-controller and repo-server as processes of this machine, on the cluster
 * of the run, with one Application, which deploys what a Git repository in a folder says.
 */
final class ArgoCd implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final String APPLICATION = "applications.argoproj.io/llm";

  private final Product product;
  private final String applicationNamespace;
  private final Command git;
  private final Path manifests;
  private final HostController controller;
  private int syncs;

  private ArgoCd(
      Product product,
      String applicationNamespace,
      Command git,
      Path manifests,
      HostController controller) {
    this.product = product;
    this.applicationNamespace = applicationNamespace;
    this.git = git;
    this.manifests = manifests;
    this.controller = controller;
  }

  /**
   * @param tracking {@code annotation}, which Argo CD takes unless told otherwise, or {@code label}
   * @param namespace Argo CD's own
   * @param applicationNamespace where the Application is
   */
  static ArgoCd start(
      Product product, Path folder, String tracking, String namespace, String applicationNamespace)
      throws IOException {
    Path repository = Files.createDirectories(folder.resolve("repository"));
    var git =
        new Command(
            repository,
            Map.of("GIT_CONFIG_GLOBAL", "/dev/null", "GIT_CONFIG_SYSTEM", "/dev/null"),
            Duration.ofSeconds(30));
    git.run("git", "init", "--quiet", "--initial-branch=main");
    List<Integer> ports = freePorts();
    String redis = "127.0.0.1:" + ports.getFirst();
    String repositoryPort = String.valueOf(ports.getLast());
    product.apply(
        namespace,
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: argocd-cm, labels: {app.kubernetes.io/part-of: argocd}}
        data: {application.resourceTrackingMethod: %s}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: argocd-secret, labels: {app.kubernetes.io/part-of: argocd}}
        """
            .formatted(tracking));
    HostController controller =
        HostController.start(
            product,
            "argocd",
            folder,
            Map.of(
                "ARGOCD_FAKE_IN_CLUSTER", "true", // its own cluster is that of the kubeconfig
                "ARGOCD_GPG_ENABLED", "false",
                "ARGOCD_ASK_PASS_SOCK", folder.resolve("ask.sock").toString(),
                "ARGOCD_TLS_DATA_PATH", Files.createDirectories(folder.resolve("tls")).toString(),
                "ARGOCD_SSH_DATA_PATH", Files.createDirectories(folder.resolve("ssh")).toString()),
            List.of(
                List.of("redis", redis),
                List.of(
                    "repo-server",
                    "--address=127.0.0.1",
                    "--port=" + repositoryPort,
                    "--metrics-address=127.0.0.1",
                    "--metrics-port=0",
                    "--disable-tls",
                    "--redis=" + redis),
                List.of(
                    "application-controller",
                    "--namespace=" + namespace,
                    "--application-namespaces=" + applicationNamespace,
                    "--metrics-port=0",
                    "--repo-server=127.0.0.1:" + repositoryPort,
                    "--repo-server-plaintext",
                    "--redis=" + redis,
                    "--app-resync=4",
                    "--app-resync-jitter=0",
                    "--self-heal-backoff-timeout-seconds=0",
                    "--self-heal-timeout-seconds=1")));
    product.apply(
        namespace,
        """
        apiVersion: argoproj.io/v1alpha1
        kind: AppProject
        metadata: {name: default}
        spec:
          sourceRepos: ["*"]
          sourceNamespaces: ["*"]
          destinations: [{namespace: "*", server: "*"}]
        """);
    return new ArgoCd(
        product, applicationNamespace, git, repository.resolve("apps.yaml"), controller);
  }

  private static List<Integer> freePorts() throws IOException {
    try (var first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var second = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return List.of(first.getLocalPort(), second.getLocalPort());
    }
  }

  void commit(String content) throws IOException {
    Files.writeString(manifests, content);
    git.run("git", "add", ".");
    git.run(
        "git", "-c", "user.name=e2e", "-c", "user.email=e2e@e2e.test", "commit", "-qm", "content");
  }

  /**
   * Deploys what was committed into a namespace, and heals it.
   *
   * @param more further lines of its spec
   */
  void deploy(String destination, String more) {
    product.apply(
        applicationNamespace,
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: llm}
        spec:
          project: default
          source: {repoURL: "file://%s", targetRevision: main, path: .}
          destination: {server: "https://kubernetes.default.svc", namespace: %s}
          syncPolicy: {automated: {selfHeal: true}}
        %s
        """
            .formatted(manifests.getParent(), destination, more.indent(2)));
    awaitSynced();
  }

  /** Commits, and waits until Argo CD has deployed that by itself, told of it as by a webhook. */
  void commitAndAwait(String content) throws IOException {
    commit(content);
    refreshHard();
    awaitSynced();
  }

  private void awaitSynced() {
    String newest = git.run("git", "rev-parse", "HEAD");
    Waiting.until(
        "Argo CD has deployed " + newest,
        SOON,
        () ->
            application(
                    "{.status.operationState.phase} {.status.operationState.syncResult.revision}")
                .equals("Succeeded " + newest));
  }

  /** Compares everything anew, as the button "Hard Refresh" does. */
  void refreshHard() {
    product.kubectl(
        "--namespace",
        applicationNamespace,
        "annotate",
        APPLICATION,
        "argocd.argoproj.io/refresh=hard");
    Waiting.until(
        "Argo CD has refreshed",
        SOON,
        () -> application("{.metadata.annotations.argocd\\.argoproj\\.io/refresh}").isEmpty());
  }

  /**
   * Synchronises everything, as the button "Sync" does: with the options that the Application has.
   */
  void sync() {
    syncs++;
    String options = application("{.spec.syncPolicy.syncOptions}");
    product.kubectl(
        "--namespace",
        applicationNamespace,
        "patch",
        APPLICATION,
        "--type=merge",
        "--patch",
        """
        operation:
          info: [{name: sync, value: "%d"}]
          sync: {revision: main, resources: null, syncOptions: %s}
        """
            .formatted(syncs, options.isEmpty() ? "[]" : options));
    Waiting.until(
        "Argo CD has synchronised",
        SOON,
        () ->
            application(
                    "{.status.operationState.operation.info[0].value} {.status.operationState.phase}")
                .equals(syncs + " Succeeded"));
  }

  /** Over four more comparisons, all of which find this number. */
  void stays(GuardedNamespace namespace, int replicas) {
    String compared = "Reconciliation completed";
    long wanted = controller.logged(compared) + 4;
    Waiting.until(
        "Argo CD has compared four times more",
        SOON,
        () -> {
          assertEquals(replicas, namespace.specReplicas("vllm"));
          return controller.logged(compared) >= wanted;
        });
  }

  private String application(String path) {
    var words = new ArrayList<>(List.of("--namespace", applicationNamespace, "get", APPLICATION));
    words.addAll(List.of("--output", "jsonpath=" + path));
    return product.kubectl(words.toArray(String[]::new));
  }

  @Override
  public void close() {
    controller.close();
  }
}
