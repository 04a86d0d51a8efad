// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.engine.document.Wording;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code mcp-policy} with what picocli knows of it: its help and its commands. */
@Command(
    name = "mcp-policy",
    description = {
      "Writes, checks and tries policies for MCP servers, and puts one before a server on this machine.",
      "Also works as `kubectl mcp-policy`."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "To begin:",
      "  mcp-policy init vllm:operations > policy.yaml",
      "  mcp-policy check policy.yaml",
      "  mcp-policy test policy.yaml",
      "",
      "Exit codes: 0 done, 1 failed, 2 wrong usage or input; `decide` and `explain` have more.",
      "Each command explains itself: mcp-policy COMMAND --help"
    })
final class RootCommand implements Callable<Integer> {

  /** In the order of help. */
  private static final List<String> COMMANDS =
      List.of(
          "tools", "init", "scan", "check", "test", "decide", "explain", "who-can", "restore",
          "proxy", "wrap");

  private static final int HELP_COLUMNS = 100;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("picocli sets the specification before it calls");
    }
    throw new ParameterException(
        spec.commandLine(),
        "no command given; begin with `init` or `check`, or see `mcp-policy --help`");
  }

  /** Parses a command line, runs its command to its end and returns the exit code. */
  static int run(Terminal terminal, InstantSource clock, String... arguments) {
    var line = new CommandLine(new RootCommand());
    String asked = arguments.length == 0 ? "" : arguments[0];
    // only what is asked for is made, so that a quick command does not load what a slow one needs
    for (String name : COMMANDS.contains(asked) ? List.of(asked) : COMMANDS) {
      line.addSubcommand(name, command(name, terminal, clock));
    }
    return line.setOut(terminal.out())
        .setErr(terminal.err())
        .setUsageHelpWidth(HELP_COLUMNS)
        .setExpandAtFiles(false)
        .setParameterExceptionHandler(RootCommand::wrongUsage)
        .setExecutionExceptionHandler(RootCommand::failed)
        .execute(arguments);
  }

  private static Object command(String name, Terminal terminal, InstantSource clock) {
    return switch (name) {
      case "tools" -> new ToolsCommand(terminal);
      case "init" -> new InitCommand(terminal);
      case "scan" -> new ScanCommand(terminal);
      case "check" -> new CheckCommand(terminal);
      case "test" -> new TestCommand(terminal);
      case "decide" -> new DecideCommand(terminal, clock);
      case "explain" -> new ExplainCommand(terminal, clock);
      case "who-can" -> new WhoCanCommand(terminal);
      case "restore" -> new RestoreCommand(terminal, clock);
      case "proxy" -> new ProxyCommand();
      case "wrap" -> new WrapCommand();
      default -> throw new IllegalArgumentException("no command is named " + name);
    };
  }

  private static int wrongUsage(ParameterException e, String[] arguments) {
    boolean isRoot = e.getCommandLine().getParent() == null;
    String said = String.valueOf(e.getMessage());
    String text =
        e instanceof UnmatchedArgumentException unmatched
            ? unknown(unmatched, isRoot)
            : said.substring(0, 1).toLowerCase(Locale.ROOT) + said.substring(1);
    e.getCommandLine().getErr().println("mcp-policy: " + text);
    return ExitCode.BAD_INPUT;
  }

  private static String unknown(UnmatchedArgumentException e, boolean isRoot) {
    String first = e.getUnmatched().getFirst();
    boolean isOption = first.startsWith("-");
    String kind =
        isOption ? " is not an option" : isRoot ? " is not a command" : " is one too many";
    List<String> near = isOption || isRoot ? e.getSuggestions() : List.of();
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    return Wording.quoted(first)
        + kind
        + (near.isEmpty() ? "" : " (did you mean `" + near.getFirst() + "`?)")
        + "; see `"
        + command
        + " --help`";
  }

  private static int failed(Exception e, CommandLine command, CommandLine.ParseResult arguments) {
    return McpPolicy.failed(e, command.getErr());
  }
}
