// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.testkit.cluster;

import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

/**
 * Clusters for scripts, which outlive the process that starts them; {@code
 * test-kit/cluster/cluster.sh} runs it. A folder stands for a cluster: {@code kubeconfig}, and
 * {@code cluster.env} with its facts for {@code source} and for {@link #attach}.
 */
public final class RunCluster {
  private static final String USAGE =
      """
      usage: cluster.sh start FOLDER [OWNER_PID]   start a cluster; it is removed by `stop`, or by the next start once the process OWNER_PID is gone;
                                                   without OWNER_PID it is kept until `stop`
             cluster.sh load FOLDER TAR…           make the images of the tars available to pods
             cluster.sh logs FOLDER OUTPUT_FOLDER  write logs, events and objects
             cluster.sh stop FOLDER                remove the cluster
      FOLDER then has `kubeconfig` and `cluster.env` (KUBECONFIG, NODE_PORT_30080 to NODE_PORT_30099: ports on 127.0.0.1).
      """;

  private RunCluster() {}

  public static void main(String[] arguments) {
    var words = List.of(arguments);
    try {
      if (words.size() < 2) {
        throw new IllegalArgumentException(USAGE);
      }
      run(words.getFirst(), Path.of(words.get(1)).toAbsolutePath(), words.subList(2, words.size()));
      System.err.flush();
      Runtime.getRuntime()
          .halt(0); // a normal end would let Testcontainers remove the cluster that was started
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    } catch (NotFoundException e) {
      System.err.println("the cluster of " + words.get(1) + " is gone: start it again");
      System.exit(1);
    } catch (IOException | UncheckedIOException e) {
      System.err.println("cluster.sh " + String.join(" ", words) + ": " + e.getMessage());
      System.exit(1);
    }
  }

  private static void run(String command, Path folder, List<String> rest) throws IOException {
    switch (command) {
      case "start" -> start(folder, rest.isEmpty() ? StaleClusters.KEPT : owner(rest.getFirst()));
      case "load" -> {
        try (var cluster = attach(folder)) {
          for (var tar : rest) {
            cluster.loadImage(Path.of(tar));
          }
        }
      }
      case "logs" -> {
        if (rest.size() != 1) {
          throw new IllegalArgumentException(USAGE);
        }
        try (var cluster = attach(folder)) {
          cluster.collectLogs(Path.of(rest.getFirst()));
        }
      }
      case "stop" -> {
        if (Files.exists(folder.resolve("cluster.env"))) {
          stop(folder);
        }
      }
      default -> throw new IllegalArgumentException("unknown command `" + command + "`\n" + USAGE);
    }
  }

  private static void start(Path folder, String owner) throws IOException {
    Files.createDirectories(folder);
    var flavour = ClusterChoice.flavour();
    var started = System.nanoTime();
    try (var cluster = ContainerCluster.start(flavour, kubeconfig(folder), owner, false)) {
      var facts = new StringBuilder();
      facts.append("KUBECONFIG=").append(kubeconfig(folder)).append('\n');
      facts.append("CONTAINER=").append(cluster.containerId()).append('\n');
      facts.append("FLAVOUR=").append(flavour).append('\n');
      for (var port : TestCluster.NODE_PORTS) {
        facts
            .append("NODE_PORT_")
            .append(port)
            .append('=')
            .append(cluster.hostPort(port))
            .append('\n');
      }
      Files.writeString(folder.resolve("cluster.env"), facts);
      System.err.printf(
          "%s is ready after %.1f s%n", cluster.description(), (System.nanoTime() - started) / 1e9);
    }
  }

  private static void stop(Path folder) throws IOException {
    try {
      new NodeContainer(ContainerCluster.docker(), facts(folder).getProperty("CONTAINER")).remove();
    } catch (NotFoundException e) {
      // Removed already.
    }
    Files.deleteIfExists(kubeconfig(folder));
    Files.delete(folder.resolve("cluster.env"));
  }

  /** The running cluster that this folder stands for; closing it leaves it running. */
  static ContainerCluster attach(Path folder) throws IOException {
    return ContainerCluster.attach(
        flavour(folder), facts(folder).getProperty("CONTAINER"), kubeconfig(folder), false);
  }

  private static String owner(String pid) {
    return ProcessHandle.of(Long.parseLong(pid))
        .map(StaleClusters::owner)
        .orElseThrow(
            () -> new IllegalArgumentException("no process `" + pid + "`: OWNER_PID must run"));
  }

  private static Flavour flavour(Path folder) throws IOException {
    return Flavour.valueOf(facts(folder).getProperty("FLAVOUR"));
  }

  private static Path kubeconfig(Path folder) {
    return folder.resolve("kubeconfig");
  }

  private static Properties facts(Path folder) throws IOException {
    var facts = new Properties();
    try (var in = Files.newBufferedReader(folder.resolve("cluster.env"))) {
      facts.load(in);
    }
    return facts;
  }
}
