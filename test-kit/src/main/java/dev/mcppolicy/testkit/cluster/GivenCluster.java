// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.testkit.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A cluster that somebody else runs, for example kind or k3d. Its node ports {@link
 * TestCluster#NODE_PORTS} must lead to 127.0.0.1 under the same numbers (kind: {@code
 * extraPortMappings}), and images get into it by a command of its owner.
 */
final class GivenCluster implements TestCluster {
  private final Path kubeconfig;
  private final String imageLoader;
  private final KubernetesClient client;

  /**
   * @param imageLoader a command to which the path of an image tar is appended, for example {@code
   *     kind load image-archive}; empty when there is none
   */
  GivenCluster(Path kubeconfig, String imageLoader) throws IOException {
    this.kubeconfig = kubeconfig;
    this.imageLoader = imageLoader;
    this.client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(Files.readString(kubeconfig)))
            .build();
  }

  @Override
  public String description() {
    return "Kubernetes "
        + client.getKubernetesVersion().getGitVersion()
        + " (given by "
        + kubeconfig
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
    if (imageLoader.isEmpty()) {
      throw new IOException(
          "an image must get into the given cluster: set "
              + ClusterChoice.IMAGE_LOADER
              + " to a command that takes a tar, for example `kind load image-archive`");
    }
    var process =
        new ProcessBuilder("sh", "-c", imageLoader + " \"$1\"", "sh", tar.toString())
            .inheritIO()
            .start();
    try {
      if (process.waitFor() != 0) {
        throw new IOException(
            "`" + imageLoader + " " + tar + "` failed with exit code " + process.exitValue());
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while an image was loaded", e);
    }
  }

  @Override
  public int hostPort(int nodePort) {
    return nodePort;
  }

  @Override
  public void collectLogs(Path folder) throws IOException {
    Files.createDirectories(folder);
    ClusterLogs.collect(client, folder);
  }

  @Override
  public void close() {
    client.close();
  }
}
