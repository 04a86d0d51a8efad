// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.testkit.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the scripts of the test-kit make: images as tars, tools, the Python environment. Each method
 * runs its script, which answers from the cache in well under a second when nothing changed and
 * tells its progress on standard error otherwise.
 */
public final class Artefacts {
  private Artefacts() {}

  /**
   * {@code docker.io/local/pause:1}, a busybox with its commands in {@code /bin}; every cluster of
   * this kit has it loaded.
   */
  public static Path pauseImage() throws IOException {
    return Path.of(run("images/pause.sh"));
  }

  /** {@code docker.io/local/java-base:25}. */
  public static Path javaBaseImage() throws IOException {
    return Path.of(run("images/java-base.sh"));
  }

  /** {@code docker.io/local/vllm-mcp-server:0.1.4}, the real server. */
  public static Path vllmMcpServerImage() throws IOException {
    return Path.of(run("images/vllm-mcp-server.sh"));
  }

  /** {@code docker.io/local/vllm-standin:1}, which answers as a small vLLM does. */
  public static Path vllmStandinImage() throws IOException {
    return Path.of(run("images/vllm-standin.sh"));
  }

  /**
   * A folder with {@code vllm-mcp-server} and a {@code python} that has the official MCP client.
   */
  public static Path pythonBin() throws IOException {
    return Path.of(run("python/venv.sh"));
  }

  /** A folder with {@code kubectl} and {@code helm}. */
  public static Path toolsBin() throws IOException {
    return Path.of(run("cluster/tools.sh"));
  }

  /** The CustomResourceDefinition of KServe's InferenceService, in YAML. */
  public static Path inferenceServiceDefinition() throws IOException {
    return Path.of(run("cluster/crd.sh", "inferenceservices"));
  }

  /** The CustomResourceDefinition of KEDA's ScaledObject, in YAML. */
  public static Path scaledObjectDefinition() throws IOException {
    return Path.of(run("cluster/crd.sh", "scaledobjects"));
  }

  /**
   * A folder with a real controller of somebody else: its binary {@code controller} and its
   * definitions in {@code crds}.
   *
   * @param name {@code kustomize-controller}, {@code keda}, {@code argocd} or {@code kserve}
   */
  public static Path controller(String name) throws IOException {
    return Path.of(run("controllers/controllers.sh", name));
  }

  /** The name of the node image, which the Docker engine then has. */
  static String nodeImage() throws IOException {
    return run("cluster/node-image.sh");
  }

  /** The folder {@code test-kit} of the repository that the working directory is in. */
  static Path kit() {
    for (var folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.isExecutable(folder.resolve("test-kit/cluster/node-image.sh"))) {
        return folder.resolve("test-kit");
      }
    }
    throw new IllegalStateException(
        "no folder `test-kit` above `"
            + Path.of("").toAbsolutePath()
            + "`: run inside the repository");
  }

  private static String run(String script, String... arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add(kit().resolve(script).toString());
    command.addAll(List.of(arguments));
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    var output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    try {
      if (process.waitFor() != 0) {
        throw new IOException(
            "test-kit/"
                + script
                + " failed with exit code "
                + process.exitValue()
                + ": its message above names the log");
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while test-kit/" + script + " ran", e);
    }
    return output;
  }
}
