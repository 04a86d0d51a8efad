// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import dev.mcppolicy.testkit.cluster.Artefacts;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A real controller of somebody else as processes of this machine, on the cluster of the run. Its
 * definitions are installed before it starts and deleted when it is closed.
 */
final class HostController implements AutoCloseable {
  private final Product product;
  private final Path definitions;
  private final Path log;
  private final List<Process> processes;

  private HostController(Product product, Path definitions, Path log, List<Process> processes) {
    this.product = product;
    this.definitions = definitions;
    this.log = log;
    this.processes = processes;
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
    return start(product, name, folder, environment, List.of(options));
  }

  /**
   * Starts the program several times.
   *
   * @param parts the options of each; the last one's log is looked at
   */
  static HostController start(
      Product product,
      String name,
      Path folder,
      Map<String, String> environment,
      List<List<String>> parts)
      throws IOException {
    Path controller = Artefacts.controller(name);
    Path definitions = controller.resolve("crds");
    refuseToTakeOver(product, definitions);
    product.kubectl("apply", "--server-side", "--filename", definitions.toString());
    Waiting.until( // `kubectl wait` fails where there is no condition yet
        "the definitions of " + name + " are established",
        Duration.ofSeconds(60),
        () ->
            product
                    .attemptKubectl(
                        "",
                        "wait",
                        "--for=condition=Established",
                        "--timeout=20s",
                        "--filename",
                        definitions.toString())
                    .exitCode()
                == 0);
    Path log = folder.resolve(name + ".log");
    var processes = new ArrayList<Process>();
    for (int i = 0; i < parts.size(); i++) {
      var command = new ArrayList<String>();
      command.add(controller.resolve("controller").toString());
      command.addAll(parts.get(i));
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(
                  (i == parts.size() - 1 ? log : folder.resolve(name + "-" + i + ".log")).toFile());
      builder.environment().put("KUBECONFIG", product.cluster().kubeconfig().toString());
      builder
          .environment()
          .put("TMPDIR", Files.createDirectories(folder.resolve("tmp")).toString());
      builder.environment().putAll(environment);
      processes.add(builder.start());
    }
    return new HostController(product, definitions, log, processes);
  }

  /** Whoever uses them on this cluster would lose all his objects when the test deletes them. */
  private static void refuseToTakeOver(Product product, Path definitions) {
    Waiting.until(
        "no object of a kind in " + definitions + " is on the cluster",
        Duration.ofSeconds(30), // a test before may have deleted them just now
        () ->
            product
                .kubectl(
                    "get",
                    "--ignore-not-found",
                    "--output=name",
                    "--filename",
                    definitions.toString())
                .lines()
                .map(found -> found.substring(found.indexOf('/') + 1))
                .allMatch(name -> isUnused(product, name)));
  }

  private static boolean isUnused(Product product, String definition) {
    CustomResourceDefinition found =
        product
            .cluster()
            .client()
            .apiextensions()
            .v1()
            .customResourceDefinitions()
            .withName(definition)
            .get();
    return found != null
        && found.getMetadata().getDeletionTimestamp() == null
        && product.kubectl("get", definition, "--all-namespaces", "--output=name").isEmpty();
  }

  /** A certificate for the webhooks of a controller, which nobody calls here. */
  static void certify(Product product, Path folder) throws IOException {
    Files.createDirectories(folder);
    product.run(
        List.of(
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "1",
            "-subj",
            "/CN=controller",
            "-keyout",
            folder.resolve("tls.key").toString(),
            "-out",
            folder.resolve("tls.crt").toString()));
  }

  /** How many lines of its log hold a text. */
  long logged(String text) {
    if (!processes.stream().allMatch(Process::isAlive)) {
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
    processes.forEach(Process::destroy);
    try {
      for (Process process : processes) {
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      processes.forEach(Process::destroyForcibly);
    }
    product.kubectl(
        "delete", "--ignore-not-found", "--wait=false", "--filename", definitions.toString());
  }
}
