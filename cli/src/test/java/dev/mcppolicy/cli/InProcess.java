// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** Runs of {@code mcp-policy} inside the test's own process, at a fixed time. */
final class InProcess {
  private static final Instant NOW = Instant.parse("2026-01-31T18:00:00Z");

  private InProcess() {}

  static Ran run(String in, List<String> arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var terminal =
        new Terminal(
            new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
            Terminal.writer(out),
            Terminal.writer(err));
    int code = McpPolicy.run(terminal, () -> NOW, arguments.toArray(String[]::new));
    return new Ran(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  static Ran run(String... arguments) {
    return run("", List.of(arguments));
  }
}
