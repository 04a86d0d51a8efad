// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.testkit.cluster;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;

/** The two images of a whole Kubernetes node, and the few things in which they differ. */
enum Flavour {
  /** The node of {@code test-kit/cluster}, which needs no registry. */
  NODE("built node", "/k/admin.conf", "cat /k/*.log") {
    @Override
    GenericContainer<?> container() throws IOException {
      return new GenericContainer<>(DockerImageName.parse(Artefacts.nodeImage()))
          .withTmpFs(Map.of("/run", "exec"))
          .withCreateContainerCmdModifier(Flavour::allowNode)
          .waitingFor(Wait.forSuccessfulCommand("test -e /k/ready").withStartupTimeout(START));
    }
  },

  /** Rancher's k3s, pinned to the same minor version. */
  K3S("k3s", "/etc/rancher/k3s/k3s.yaml", "") {
    @Override
    GenericContainer<?> container() {
      return new K3sContainer(DockerImageName.parse(K3S_IMAGE)).withStartupTimeout(START);
    }
  };

  static final String K3S_IMAGE = "rancher/k3s:v1.34.1-k3s1";
  private static final Duration START = Duration.ofMinutes(3);

  private final String title;
  private final String kubeconfig;
  private final String readLogs;

  Flavour(String title, String kubeconfig, String readLogs) {
    this.title = title;
    this.kubeconfig = kubeconfig;
    this.readLogs = readLogs;
  }

  /** A container that is ready when pods can be created; not started, no ports published. */
  abstract GenericContainer<?> container() throws IOException;

  String title() {
    return title;
  }

  /** The path in the container of a kubeconfig whose server is on port 6443. */
  String kubeconfig() {
    return kubeconfig;
  }

  /**
   * A shell command in the container that prints the logs of its components; empty when they are
   * the container's own log.
   */
  String readLogs() {
    return readLogs;
  }

  // Not --privileged: that fails where CAP_SYS_RESOURCE is missing.
  private static void allowNode(CreateContainerCmd command) {
    command.withHostName("node1");
    var host = Objects.requireNonNull(command.getHostConfig(), "Testcontainers sets it");
    host.withCapAdd(Capability.ALL)
        .withCapDrop(Capability.SYS_RESOURCE)
        .withSecurityOpts(List.of("seccomp=unconfined", "apparmor=unconfined"))
        .withDeviceCgroupRules(List.of("a *:* rwm"))
        .withCgroupnsMode("private");
    command.withVolumes(
        new Volume("/var/lib/containerd"), new Volume("/var/lib/kubelet"), new Volume("/k"));
  }
}
