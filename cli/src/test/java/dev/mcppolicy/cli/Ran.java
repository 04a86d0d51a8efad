// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A run of a program to its end, fed with bytes. */
record Ran(int exitCode, String out, String err) {

  /** {@code mcp-policy} in a process of its own. */
  static ProcessBuilder mcpPolicy(String... arguments) {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                McpPolicy.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }

  /**
   * {@code mcp-policy} as a person with a token, whose kubeconfig names one cluster and the
   * namespace {@code inference}.
   *
   * @param folder for the kubeconfig
   * @param cluster the members of a kubeconfig's cluster, in YAML
   */
  static Ran mcpPolicyAt(Path folder, String cluster, String token, String... arguments)
      throws IOException, InterruptedException {
    Path kubeconfig =
        Files.writeString(
            folder.resolve("kubeconfig"),
            """
            apiVersion: v1
            kind: Config
            current-context: here
            contexts: [{name: here, context: {cluster: here, user: me, namespace: inference}}]
            clusters: [{name: here, cluster: {%s}}]
            users: [{name: me, user: {token: "%s"}}]
            """
                .formatted(cluster, token));
    ProcessBuilder program = mcpPolicy(arguments);
    program.environment().put("KUBECONFIG", kubeconfig.toString());
    return run(program, new byte[0]);
  }

  static Ran run(ProcessBuilder program, byte[] in) throws IOException, InterruptedException {
    Path out = Files.createTempFile("ran", ".out");
    Path err = Files.createTempFile("ran", ".err");
    try {
      Process process = program.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      try (var stdin = process.getOutputStream()) {
        stdin.write(in);
      }
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("it did not end: " + Files.readString(err));
      }
      return new Ran(process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  static byte[] lines(String... lines) {
    return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
