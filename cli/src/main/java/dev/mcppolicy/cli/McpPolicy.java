// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.proxy.local.StartException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * {@code mcp-policy}. Each command has its own exit codes beyond 0 done, 1 failed while running and
 * 2 wrong usage or input; see {@link ExitCode}.
 *
 * <p>Knows nothing of picocli, whose classes are too old to be in the JVM's ahead-of-time cache and
 * take half of a quick command's time: files alone are no command line that needs parsing.
 */
public final class McpPolicy {
  /** Those that own processes and connections. */
  private static final Set<String> LASTING = Set.of("scan", "proxy", "wrap");

  private McpPolicy() {}

  /** Entry point of the launcher; ends the process. */
  static void main(String[] arguments) {
    Logging.toStandardError();
    Terminal terminal = Terminal.ofProcess();
    int code = run(terminal, InstantSource.system(), arguments);
    terminal.out().flush();
    terminal.err().flush();
    if (arguments.length > 0 && LASTING.contains(arguments[0])) {
      System.exit(code); // with hooks that end the server
    }
    Runtime.getRuntime().halt(code); // without the logging that exit() sets up first
  }

  /** Runs one command to its end and returns its exit code. */
  static int run(Terminal terminal, InstantSource clock, String... arguments) {
    if (arguments.length > 1) {
      List<String> files = Arrays.asList(arguments).subList(1, arguments.length);
      boolean areFiles = files.stream().allMatch(file -> !file.startsWith("-") || file.equals("-"));
      if (areFiles && arguments[0].equals("check")) {
        return finished(terminal, () -> new CheckCommand(terminal, files).call());
      }
      if (areFiles && arguments[0].equals("test")) {
        return finished(terminal, () -> new TestCommand(terminal, files).call());
      }
    }
    return RootCommand.run(terminal, clock, arguments);
  }

  private static int finished(Terminal terminal, Callable<Integer> command) {
    try {
      return command.call();
    } catch (Exception e) {
      return failed(e, terminal.err());
    }
  }

  /** Says what went wrong, and with which exit code. */
  static int failed(Exception e, PrintWriter err) {
    return switch (e) {
      case BadInputException input -> wrong(err, input.problems());
      case StartException start -> wrong(err, start.problems());
      case NoSuchFileException missing ->
          wrong(err, List.of(missing.getFile() + ": there is no such file or folder"));
      case FileSystemException file ->
          wrong(
              err,
              List.of(
                  file.getFile()
                      + ": "
                      + (file.getReason() == null
                          ? "it cannot be read or written"
                          : file.getReason())));
      case IOException io -> {
        err.println("mcp-policy: " + io.getMessage());
        yield ExitCode.FAILED;
      }
      default -> {
        err.println("mcp-policy: " + e);
        yield ExitCode.FAILED;
      }
    };
  }

  private static int wrong(PrintWriter err, List<String> problems) {
    problems.forEach(problem -> err.println("mcp-policy: " + problem));
    return ExitCode.BAD_INPUT;
  }
}
