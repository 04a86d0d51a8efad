// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.proxy.local.StartException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mcp-policy}. Exit codes: 0 done, 1 failed while running, 2 wrong usage or input. */
@Command(
    name = "mcp-policy",
    description = "Puts a policy between MCP clients and an MCP server, on this machine.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {ProxyCommand.class, WrapCommand.class},
    footer = {
      "",
      "A policy that allows one tool ten times a minute and nothing else:",
      "  {\"version\": \"1\", \"default\": \"deny\",",
      "   \"tools\": {\"stop_vllm\": {\"limits\":",
      "     [{\"counter\": \"stops\", \"window\": \"minute\", \"max\": 10, \"scope\": \"grant\"}]}}}",
      "",
      "Exit codes: 0 done, 1 failed while running, 2 wrong usage or input."
    })
public final class McpPolicy implements Callable<Integer> {
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("picocli sets the specification before it calls");
    }
    throw new ParameterException(
        spec.commandLine(), "no command given; say `proxy` or `wrap`, or see `mcp-policy --help`");
  }

  static void main(String[] arguments) {
    Logging.toStandardError();
    System.exit(run(arguments));
  }

  /** Runs one command to its end and returns its exit code. */
  static int run(String... arguments) {
    return new CommandLine(new McpPolicy())
        .setParameterExceptionHandler(McpPolicy::wrongUsage)
        .setExecutionExceptionHandler(McpPolicy::failed)
        .execute(arguments);
  }

  private static int wrongUsage(ParameterException e, String[] arguments) {
    e.getCommandLine().getErr().println("mcp-policy: " + e.getMessage());
    return WRONG_USAGE;
  }

  private static int failed(Exception e, CommandLine command, CommandLine.ParseResult arguments) {
    PrintWriter err = command.getErr();
    if (e instanceof StartException start) {
      start.problems().forEach(problem -> err.println("mcp-policy: " + problem));
      return WRONG_USAGE;
    }
    err.println("mcp-policy: " + e);
    return FAILED;
  }
}
