// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker;

import dev.mcppolicy.testkit.cluster.Artefacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A Podman service with storage and a socket of its own, and the stand-in's image in it. It runs
 * containers by runc, which the Docker engine brings: crun refuses machines that have both versions
 * of cgroups.
 */
final class PodmanService implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Podman's own default is more than a container of a test machine may have. */
  private static final String CONFIGURATION =
      """
      [containers]
      default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
      """;

  private final Path folder;
  private final Process service;

  private PodmanService(Path folder, Process service) {
    this.folder = folder;
    this.service = service;
  }

  static PodmanService start() throws IOException {
    Path folder = Files.createTempDirectory("podman");
    Path configuration = Files.writeString(folder.resolve("containers.conf"), CONFIGURATION);
    var words =
        List.of(
            "podman",
            "--runtime=runc",
            "--root=" + folder.resolve("root"),
            "--runroot=" + folder.resolve("run"),
            "--tmpdir=" + folder.resolve("tmp"),
            "--storage-driver=vfs",
            "--cgroup-manager=cgroupfs",
            "--events-backend=file",
            "system",
            "service",
            "--time=0",
            "unix://" + folder.resolve("podman.sock"));
    var builder =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile());
    builder.environment().put("CONTAINERS_CONF", configuration.toString());
    var started = new PodmanService(folder, builder.start());
    try {
      started.awaitSocket();
      started.command().docker("load", "--input", Artefacts.vllmStandinImage().toString());
      return started;
    } catch (IOException notReady) {
      started.close();
      throw notReady;
    }
  }

  private void awaitSocket() throws IOException {
    long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
    while (!Files.exists(socket())) {
      if (!service.isAlive() || System.nanoTime() > deadlineNanos) {
        throw new IOException("podman: " + Files.readString(folder.resolve("log")));
      }
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }

  Path socket() {
    return folder.resolve("podman.sock");
  }

  /** Podman's own command as a client of this service. */
  Docker command() {
    return new Docker(
        List.of("podman", "--url", "unix://" + socket()), "localhost/local/vllm-standin:1");
  }

  @Override
  public void close() throws IOException {
    service.destroy();
    try {
      if (!service.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        service.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    var all = new ArrayList<Path>();
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(all::add);
    }
    for (Path file : all) {
      Files.deleteIfExists(file);
    }
  }
}
