// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.testkit.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * nginx with the configuration of {@code examples/docker-endpoint} as it is, before the socket of
 * this machine's Docker engine. Only where it answers, the containers and the certificates are the
 * test's.
 */
public final class NarrowEndpoint implements AutoCloseable {
  private static final String REMOVAL = "# \"~^DELETE ";
  private static final Duration START_LIMIT = Duration.ofSeconds(20);

  private final Path folder;
  private final URI uri;
  private final Process process;

  private NarrowEndpoint(Path folder, URI uri, Process process) {
    this.folder = folder;
    this.uri = uri;
    this.process = process;
  }

  /**
   * Starts one on a free port and waits until it answers.
   *
   * @param repository that holds the example
   * @param folder for its files; made if it is not there
   * @param address of this machine, for which the certificates are
   * @param containers names that may be asked for
   * @throws IOException when nginx does not start, with what it says
   */
  public static NarrowEndpoint start(
      Path repository,
      Path folder,
      String address,
      EngineCertificates certificates,
      List<String> containers)
      throws IOException {
    return start(repository, folder, address, certificates, containers, false);
  }

  /**
   * The same, with the line for removal switched on or not.
   *
   * @throws IOException when nginx does not start, with what it says, or has no such line
   */
  public static NarrowEndpoint start(
      Path repository,
      Path folder,
      String address,
      EngineCertificates certificates,
      List<String> containers,
      boolean mayRemove)
      throws IOException {
    Files.createDirectories(folder.resolve("certificates"));
    Files.createDirectories(folder.resolve("tmp"));
    String example = Files.readString(repository.resolve("examples/docker-endpoint/nginx.conf"));
    if (!example.contains(REMOVAL)) {
      throw new IOException("the example has no line that begins with " + REMOVAL);
    }
    Files.writeString(
        folder.resolve("nginx.conf"),
        mayRemove ? example.replace(REMOVAL, REMOVAL.substring(2)) : example);
    int port = freePort(address);
    Files.writeString(folder.resolve("listen.conf"), "listen " + address + ":" + port + " ssl;\n");
    Files.writeString(
        folder.resolve("containers.conf"),
        containers.stream()
            .map(name -> "\"~^" + name.replace(".", "\\.") + "$\" 1;\n")
            .collect(Collectors.joining()));
    install(certificates, folder);
    Process process =
        new ProcessBuilder(
                "nginx",
                "-p",
                folder.toString(),
                "-c",
                folder.resolve("nginx.conf").toString(),
                "-g",
                "daemon off;")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output.log").toFile())
            .start();
    var endpoint =
        new NarrowEndpoint(folder, URI.create("https://" + address + ":" + port), process);
    try {
      endpoint.awaitOpen();
    } catch (IOException notStarted) {
      endpoint.close();
      throw notStarted;
    }
    return endpoint;
  }

  /** Where it answers: https, the address and the port. */
  public URI uri() {
    return uri;
  }

  /** From now on it is another one, which trusts another authority. Connections of before end. */
  public void renew(EngineCertificates certificates) throws IOException {
    install(certificates, folder);
    // the worker of before answers what it has begun, and then nobody
    new ProcessBuilder("kill", "-HUP", Long.toString(process.pid())).inheritIO().start();
  }

  private static void install(EngineCertificates certificates, Path folder) throws IOException {
    Path own = folder.resolve("certificates");
    copy(certificates.authority(), own.resolve("ca.crt"));
    copy(certificates.serverCertificate(), own.resolve("server.crt"));
    copy(certificates.serverKey(), own.resolve("server.key"));
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Somebody else may take it before nginx does; nginx then does not start, and says so. */
  private static int freePort(String address) throws IOException {
    try (var probe = new ServerSocket(0, 1, InetAddress.getByName(address))) {
      return probe.getLocalPort();
    }
  }

  private void awaitOpen() throws IOException {
    long deadlineNanos = System.nanoTime() + START_LIMIT.toNanos();
    while (System.nanoTime() < deadlineNanos) {
      if (!process.isAlive()) {
        throw new IOException("nginx ended: " + said());
      }
      try (var socket = new Socket()) {
        socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()), 1_000);
        return;
      } catch (IOException notYet) {
        LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
      }
    }
    throw new IOException("nginx did not answer in time: " + said());
  }

  private String said() throws IOException {
    Path log = folder.resolve("error.log");
    return Files.readString(folder.resolve("output.log"))
        + (Files.exists(log) ? Files.readString(log, StandardCharsets.UTF_8) : "");
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
  }
}
