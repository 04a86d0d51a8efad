// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.testkit.mcp;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A stdio MCP server to be started as a command, and the file in which it keeps every byte it
 * reads, over all its starts. Answers as {@link RecordingUpstream} does; its tool {@code crash}
 * ends the process with exit code 42, {@code hang} never answers.
 *
 * @param file the record; it does not exist before the first start
 * @param command the command line that starts the server
 */
public record StdioRecording(Path file, List<String> command) {
  /** With the tools of {@code vllm-mcp-server}, recording into this folder. */
  public static StdioRecording in(Path folder) {
    return in(folder, Duration.ZERO, List.of());
  }

  /**
   * With tools of these names (none means those of {@code vllm-mcp-server}) and a delay before the
   * answer to each call.
   */
  public static StdioRecording in(Path folder, Duration delay, List<String> tools) {
    var file = folder.resolve("stdio-upstream.record");
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-Xmx64m",
            "-cp",
            classPath()));
    command.addAll(
        List.of(StdioUpstream.class.getName(), file.toString(), Long.toString(delay.toMillis())));
    command.addAll(tools);
    return new StdioRecording(file, List.copyOf(command));
  }

  /** Every byte that reached the server; none if it was never started. */
  public byte[] bytes() throws IOException {
    return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
  }

  /** What the server takes for messages: the record split at LF, CR and CRLF. */
  public List<String> messages() throws IOException {
    return new String(bytes(), StandardCharsets.UTF_8).lines().toList();
  }

  /** The messages whose JSON-RPC method is this one. */
  public List<String> messages(String method) throws IOException {
    return messages().stream()
        .filter(message -> RecordingUpstream.isMethod(message, method))
        .toList();
  }

  /** The process ids of all starts so far, oldest first. */
  public List<Long> processIds() throws IOException {
    var starts = starts(file);
    return Files.exists(starts)
        ? Files.readAllLines(starts).stream().map(Long::parseLong).toList()
        : List.of();
  }

  static Path starts(Path file) {
    return file.resolveSibling(file.getFileName() + ".starts");
  }

  private static String classPath() {
    try {
      return Path.of(
              StdioUpstream.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
