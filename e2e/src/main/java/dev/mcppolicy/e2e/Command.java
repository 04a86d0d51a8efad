// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs as a user would type them, in one folder with one environment. */
public final class Command {
  private final Path folder;
  private final Map<String, String> environment;
  private final Duration limit;

  /** How a program ended: its exit code and everything it printed, both streams in their order. */
  public record Outcome(int exitCode, String output) {}

  public Command(Path folder, Map<String, String> environment, Duration limit) {
    this.folder = folder;
    this.environment = Map.copyOf(environment);
    this.limit = limit;
  }

  /**
   * Runs a program to its end, whatever its exit code; a program over the time limit is killed,
   * which throws.
   */
  public Outcome attempt(String standardInput, String... command) {
    var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      var output = new ArrayList<String>();
      Thread reader =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
                      lines.lines().forEach(output::add);
                    } catch (IOException | java.io.UncheckedIOException closed) {
                      output.add("(output cut: " + closed.getMessage() + ")");
                    }
                  });
      try (var stdin = process.getOutputStream()) {
        stdin.write(standardInput.getBytes(StandardCharsets.UTF_8));
      } catch (IOException endedEarly) {
        // its exit code and output tell why
      }
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(
            String.join(" ", command) + " did not end within " + limit.toSeconds() + " s");
      }
      reader.join(Duration.ofSeconds(5));
      return new Outcome(process.exitValue(), String.join("\n", List.copyOf(output)));
    } catch (IOException cannotStart) {
      throw new IllegalStateException(
          "cannot run " + command[0] + ": " + cannotStart.getMessage(), cannotStart);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + command[0] + " ran", interrupted);
    }
  }

  /** Runs a program that must succeed; returns what it printed. */
  public String run(String... command) {
    return runWithInput("", command);
  }

  public String runWithInput(String standardInput, String... command) {
    Outcome outcome = attempt(standardInput, command);
    if (outcome.exitCode() != 0) {
      throw new IllegalStateException(
          "`"
              + String.join(" ", command)
              + "` ended with "
              + outcome.exitCode()
              + ":\n"
              + outcome.output());
    }
    return outcome.output();
  }
}
