// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker.tls;

import dev.mcppolicy.proxy.docker.Docker;
import dev.mcppolicy.testkit.cluster.Artefacts;
import dev.mcppolicy.testkit.engine.EngineCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A Docker engine of its own, with a TLS port that asks for a client certificate. */
final class Dockerd implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path folder;
  private final EngineCertificates certificates;
  private final int port;
  private final String bridge;
  private final Process process;

  private Dockerd(
      Path folder, EngineCertificates certificates, int port, String bridge, Process process) {
    this.folder = folder;
    this.certificates = certificates;
    this.port = port;
    this.bridge = bridge;
    this.process = process;
  }

  /**
   * Starts one with a bridge of its own. With {@code --bridge=none} it would delete {@code
   * docker0}, and with that cut off every container of the machine's engine.
   *
   * @param folder for all that it writes
   */
  static Dockerd start(Path folder, EngineCertificates certificates) throws IOException {
    int port;
    try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = probe.getLocalPort();
    }
    String bridge = "mcp" + Integer.toHexString(ThreadLocalRandom.current().nextInt());
    ip("link", "add", bridge, "type", "bridge");
    ip("address", "add", "198.18.0.1/30", "dev", bridge); // for benchmarks, by RFC 2544
    Process process =
        new ProcessBuilder(
                "dockerd",
                "--data-root=" + folder.resolve("root"),
                "--exec-root=" + folder.resolve("exec"),
                "--pidfile=" + folder.resolve("pid"),
                "--bridge=" + bridge,
                "--iptables=false",
                "--ip6tables=false",
                "--host=tcp://127.0.0.1:" + port,
                "--tlsverify",
                "--tlscacert=" + certificates.authority(),
                "--tlscert=" + certificates.serverCertificate(),
                "--tlskey=" + certificates.serverKey())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    var started = new Dockerd(folder, certificates, port, bridge, process);
    try {
      started.awaitAnswer();
      started.command().docker("load", "--input", Artefacts.vllmStandinImage().toString());
      return started;
    } catch (IOException notReady) {
      started.close();
      throw notReady;
    }
  }

  private static void ip(String... words) throws IOException {
    var command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(words));
    Process ip = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(ip.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (ip.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + ": " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  URI uri() {
    return URI.create("https://127.0.0.1:" + port);
  }

  /** Docker's own command as a client of this engine. */
  Docker command() {
    return new Docker(
        List.of(
            "docker",
            "--host=tcp://127.0.0.1:" + port,
            "--tlsverify",
            "--tlscacert=" + certificates.authority(),
            "--tlscert=" + certificates.clientCertificate(),
            "--tlskey=" + certificates.clientKey()),
        "local/vllm-standin:1");
  }

  private void awaitAnswer() throws IOException {
    long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        command().docker("version");
        return;
      } catch (IOException notYet) {
        if (!process.isAlive() || System.nanoTime() > deadlineNanos) {
          throw new IOException("dockerd: " + Files.readString(folder.resolve("log")), notYet);
        }
        LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
      }
    }
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
    ip("link", "delete", bridge);
  }
}
