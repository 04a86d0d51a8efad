// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import dev.mcppolicy.testkit.cluster.Artefacts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real controller of somebody else as a process of this machine, on the cluster of the run. Its
 * definitions are installed before it starts and deleted when it is closed.
 */
final class HostController implements AutoCloseable {
  private final Product product;
  private final Path definitions;
  private final Path log;
  private final Process process;

  private HostController(Product product, Path definitions, Path log, Process process) {
    this.product = product;
    this.definitions = definitions;
    this.log = log;
    this.process = process;
  }

  /**
   * @param name as {@code test-kit/controllers/controllers.sh} knows it
   * @param folder for its log and its temporary files
   */
  static HostController start(
      Product product,
      String name,
      Path folder,
      List<String> options,
      Map<String, String> environment)
      throws IOException {
    Path controller = Artefacts.controller(name);
    Path definitions = controller.resolve("crds");
    product.kubectl("apply", "--server-side", "--filename", definitions.toString());
    product.kubectl(
        "wait",
        "--for=condition=Established",
        "--timeout=60s",
        "--filename",
        definitions.toString());
    var command = new ArrayList<String>();
    command.add(controller.resolve("controller").toString());
    command.addAll(options);
    Path log = folder.resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("KUBECONFIG", product.cluster().kubeconfig().toString());
    builder.environment().put("TMPDIR", Files.createDirectories(folder.resolve("tmp")).toString());
    builder.environment().putAll(environment);
    return new HostController(product, definitions, log, builder.start());
  }

  /** How many lines of its log hold a text. */
  long logged(String text) {
    if (!process.isAlive()) {
      throw new IllegalStateException("the controller has ended; its log says:\n" + logText());
    }
    return logText().lines().filter(line -> line.contains(text)).count();
  }

  private String logText() {
    try {
      return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      return unreadable.toString();
    }
  }

  /** Waits for that many more lines with this text. */
  void awaitMore(String text, int more, Duration limit) {
    long wanted = logged(text) + more;
    Waiting.until(more + " times more `" + text + "`", limit, () -> logged(text) >= wanted);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
    product.kubectl(
        "delete", "--ignore-not-found", "--wait=false", "--filename", definitions.toString());
  }

  /** The shell blocks of a text for people, as they stand. */
  static List<String> commands(String text) {
    return Stream.of(text.split("```sh\n"))
        .skip(1)
        .map(block -> block.substring(0, block.indexOf("```")))
        .toList();
  }
}
