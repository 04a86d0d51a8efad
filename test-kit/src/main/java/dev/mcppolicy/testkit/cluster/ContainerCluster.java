// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.testkit.cluster;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.testcontainers.DockerClientFactory;

/**
 * A whole Kubernetes in one Docker container on this machine, whatever its {@link Flavour}. Knows
 * the container by its id only.
 */
final class ContainerCluster implements TestCluster {
  /**
   * The label of every container of this kit; its value says who removes it, see {@link
   * StaleClusters}.
   */
  static final String OWNER_LABEL = "dev.mcppolicy.owner";

  private static final int API_PORT = 6443;

  /**
   * Loggers that would bury the output of a test run: Testcontainers tells all it does, warns of
   * the reaper that this kit replaces, a failed pull is an answer here, and Fabric8 reports each
   * end of an exec. The field keeps the loggers, and so their levels, alive.
   */
  private static final List<Logger> QUIET =
      List.of(
          quiet("org.testcontainers", Level.WARNING),
          quiet("org.testcontainers.utility.ResourceReaper", Level.SEVERE),
          quiet("tc", Level.WARNING),
          quiet("com.github.dockerjava.api.async", Level.OFF),
          quiet("io.fabric8.kubernetes.client.jdkhttp.JdkWebSocketImpl", Level.SEVERE));

  private final NodeContainer node;
  private final Flavour flavour;
  private final Path kubeconfig;
  private final KubernetesClient client;
  private final Map<Integer, Integer> hostPorts;
  private final boolean removesContainer;
  private final Thread removeAtExit = new Thread(this::remove, "remove-test-cluster");

  private ContainerCluster(
      NodeContainer node,
      Flavour flavour,
      Path kubeconfig,
      Map<Integer, Integer> hostPorts,
      boolean removesContainer)
      throws IOException {
    this.node = node;
    this.flavour = flavour;
    this.kubeconfig = kubeconfig;
    this.hostPorts = Map.copyOf(hostPorts);
    this.removesContainer = removesContainer;
    this.client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(Files.readString(kubeconfig)))
            .build();
    if (removesContainer) {
      Runtime.getRuntime().addShutdownHook(removeAtExit);
    }
  }

  /** Starts a new one; its container carries {@code owner} as its label. */
  static ContainerCluster start(Flavour flavour, Path kubeconfig, String owner) throws IOException {
    return start(flavour, kubeconfig, owner, true);
  }

  static ContainerCluster start(
      Flavour flavour, Path kubeconfig, String owner, boolean removesContainer) throws IOException {
    StaleClusters.remove();
    var container = flavour.container();
    container
        .withLabel(OWNER_LABEL, owner)
        .withCreateContainerCmdModifier(
            command -> {
              var bindings = new ArrayList<PortBinding>();
              bindings.add(onLoopback(API_PORT));
              NODE_PORTS.forEach(port -> bindings.add(onLoopback(port)));
              command.withExposedPorts(bindings.stream().map(PortBinding::getExposedPort).toList());
              Objects.requireNonNull(command.getHostConfig(), "Testcontainers sets it")
                  .withPublishAllPorts(false)
                  .withPortBindings(bindings);
            });
    try {
      container.start();
    } catch (RuntimeException e) {
      var log = Files.createTempFile("test-cluster-", ".log");
      Files.writeString(
          log,
          container.getContainerId() == null ? "no container was created\n" : container.getLogs());
      container.stop();
      throw new IOException("the " + flavour.title() + " did not start: see " + log, e);
    }
    var cluster = attach(flavour, container.getContainerId(), kubeconfig, removesContainer);
    if (flavour != Flavour.NODE) {
      cluster.loadImage(Artefacts.pauseImage());
    }
    return cluster;
  }

  /** Uses a running container. */
  static ContainerCluster attach(
      Flavour flavour, String containerId, Path kubeconfig, boolean removesContainer)
      throws IOException {
    var node = new NodeContainer(docker(), containerId);
    var hostPorts = new HashMap<>(node.hostPorts());
    var apiPort = hostPorts.remove(API_PORT);
    var server = "https://127.0.0.1:" + apiPort;
    Files.writeString(
        kubeconfig,
        node.run("cat", flavour.kubeconfig()).replaceAll("https://127\\.0\\.0\\.1:6443", server));
    return new ContainerCluster(node, flavour, kubeconfig, hostPorts, removesContainer);
  }

  private static Logger quiet(String name, Level level) {
    var logger = Logger.getLogger(name);
    logger.setLevel(level);
    return logger;
  }

  static DockerClient docker() {
    assert !QUIET.isEmpty();
    return DockerClientFactory.instance().client();
  }

  private static PortBinding onLoopback(int port) {
    return new PortBinding(Ports.Binding.bindIp("127.0.0.1"), ExposedPort.tcp(port));
  }

  String containerId() {
    return node.id();
  }

  @Override
  public String description() {
    return "Kubernetes "
        + client.getKubernetesVersion().getGitVersion()
        + " ("
        + flavour.title()
        + ", container "
        + node.id().substring(0, 12)
        + ")";
  }

  @Override
  public Path kubeconfig() {
    return kubeconfig;
  }

  @Override
  public KubernetesClient client() {
    return client;
  }

  @Override
  public void loadImage(Path tar) throws IOException {
    var name = node.copyIn(tar);
    try {
      node.run("ctr", "-n", "k8s.io", "images", "import", name);
    } finally {
      node.run("rm", "-f", name);
    }
  }

  @Override
  public int hostPort(int nodePort) {
    var hostPort = hostPorts.get(nodePort);
    if (hostPort == null) {
      throw new IllegalArgumentException(
          "node port "
              + nodePort
              + " is not published: use one of "
              + NODE_PORTS.getFirst()
              + " to "
              + NODE_PORTS.getLast());
    }
    return hostPort;
  }

  @Override
  public void collectLogs(Path folder) throws IOException {
    Files.createDirectories(folder);
    ClusterLogs.collect(client, folder);
    Files.writeString(
        folder.resolve("node.log"),
        flavour.readLogs().isEmpty() ? node.log() : node.run("sh", "-c", flavour.readLogs()));
  }

  @Override
  public void close() {
    client.close();
    if (removesContainer) {
      remove();
      try {
        Runtime.getRuntime().removeShutdownHook(removeAtExit);
      } catch (IllegalStateException e) {
        // The machine shuts down already.
      }
    }
  }

  private void remove() {
    try {
      node.remove();
      Files.deleteIfExists(kubeconfig);
    } catch (NotFoundException | IOException e) {
      // Gone already, which is what is wanted.
    }
  }
}
