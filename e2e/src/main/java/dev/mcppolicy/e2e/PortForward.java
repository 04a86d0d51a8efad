// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A running `kubectl port-forward` to one port, ended on close. */
public final class PortForward implements AutoCloseable {
  private static final Pattern FORWARDING =
      Pattern.compile("Forwarding from 127\\.0\\.0\\.1:(\\d+) ");
  private final Process process;
  private final int port;

  private PortForward(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Opens a tunnel from a free port of 127.0.0.1 to the port of a resource such as {@code
   * service/vllm-mcp}.
   */
  public static PortForward open(
      Path kubectl, Path kubeconfig, String namespace, String resource, int remotePort)
      throws IOException {
    var builder =
        new ProcessBuilder(
                kubectl.toString(),
                "port-forward",
                "--namespace",
                namespace,
                resource,
                ":" + remotePort)
            .redirectErrorStream(true);
    builder.environment().put("KUBECONFIG", kubeconfig.toString());
    Process process = builder.start();
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    String line = output.readLine();
    Matcher forwarding = FORWARDING.matcher(line == null ? "" : line);
    if (!forwarding.lookingAt()) {
      process.destroy();
      throw new IOException("kubectl port-forward to " + resource + " said: " + line);
    }
    Thread.ofVirtual().start(() -> drain(output));
    return new PortForward(process, Integer.parseInt(forwarding.group(1)));
  }

  /** So that it never blocks on its own output; it ends with the process. */
  private static void drain(BufferedReader output) {
    try {
      while (output.readLine() != null) {
        // what it says of each connection is not needed
      }
    } catch (IOException closed) {
      // the process was ended while it was read
    }
  }

  public int port() {
    return port;
  }

  @Override
  public void close() {
    process.destroy();
  }
}
