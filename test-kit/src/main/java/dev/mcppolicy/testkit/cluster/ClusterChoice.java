// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.testkit.cluster;

import com.github.dockerjava.api.command.PullImageResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Which cluster a run gets; says it on standard error, because what was tested depends on it. */
final class ClusterChoice {
  static final String KUBECONFIG = "MCP_POLICY_TEST_KUBECONFIG";
  static final String IMAGE_LOADER = "MCP_POLICY_TEST_IMAGE_LOADER";
  static final String RUNNING = "MCP_POLICY_TEST_CLUSTER";

  private static final int PULL_MINUTES = 5;

  private ClusterChoice() {}

  static TestCluster open(Map<String, String> environment) throws IOException {
    var given = environment.getOrDefault(KUBECONFIG, "");
    if (!given.isEmpty()) {
      System.err.println("cluster: the one that " + KUBECONFIG + " names");
      return new GivenCluster(Path.of(given), environment.getOrDefault(IMAGE_LOADER, ""));
    }
    var running = environment.getOrDefault(RUNNING, "");
    if (!running.isEmpty()) {
      return RunCluster.attach(Path.of(running));
    }
    var kubeconfig = Files.createTempFile("test-cluster-", ".kubeconfig");
    return ContainerCluster.start(
        flavour(), kubeconfig, StaleClusters.owner(ProcessHandle.current()));
  }

  /** k3s where its image can be had, the built node otherwise. */
  static Flavour flavour() {
    var why = whyNoK3s();
    if (why.isEmpty()) {
      System.err.println("cluster: " + Flavour.K3S_IMAGE);
      return Flavour.K3S;
    }
    System.err.println(
        "cluster: the node built from source, which does not enforce NetworkPolicy; "
            + Flavour.K3S_IMAGE
            + " cannot be had: "
            + why);
    return Flavour.NODE;
  }

  private static String whyNoK3s() {
    var docker = ContainerCluster.docker();
    try {
      docker.inspectImageCmd(Flavour.K3S_IMAGE).exec();
      return "";
    } catch (NotFoundException e) {
      // Pulled below.
    }
    try (var pull = docker.pullImageCmd(Flavour.K3S_IMAGE).exec(new PullImageResultCallback())) {
      return pull.awaitCompletion(PULL_MINUTES, TimeUnit.MINUTES)
          ? ""
          : "not pulled within " + PULL_MINUTES + " minutes";
    } catch (DockerException | IOException e) {
      return String.valueOf(e.getMessage()).strip();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }
}
