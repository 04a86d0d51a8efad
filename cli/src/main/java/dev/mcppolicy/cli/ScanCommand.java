// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.engine.ToolDefinition;
import dev.mcppolicy.engine.document.PolicyReader;
import dev.mcppolicy.engine.document.PolicyReading;
import dev.mcppolicy.engine.document.Problem;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.local.LocalProxy;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mcp-policy scan}. */
@Command(
    name = "scan",
    description = {
      "Asks a running MCP server for its tools and writes a policy for them.",
      "What only looks is allowed; what can do harm has a limit and fixed arguments, and a person",
      "must agree. No tool is called. The policy goes to standard output, the server's log to",
      "standard error."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "Examples:",
      "  mcp-policy scan -- vllm-mcp-server > policy.yaml",
      "  mcp-policy scan --upstream http://127.0.0.1:9000/mcp --save-tools tools.json",
      "",
      "Exit codes: 0 done, 1 the server cannot be asked, 2 wrong usage."
    })
final class ScanCommand implements Callable<Integer> {
  @Option(
      names = "--upstream",
      paramLabel = "URL",
      description = "the server, when it is not a command: where it serves Streamable HTTP")
  private @Nullable String upstream;

  @Option(
      names = "--save-tools",
      paramLabel = "FILE",
      description = "also write the server's tools there, for --tools of other commands")
  private @Nullable Path saveTools;

  @Parameters(paramLabel = "COMMAND", description = "after `--`: the server's command line")
  private List<String> command = new ArrayList<>();

  private final Terminal terminal;

  ScanCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws BadInputException, IOException {
    Optional<String> url = Optional.ofNullable(upstream);
    List<String> problems = Upstreams.problems(url, command);
    if (!problems.isEmpty()) {
      throw new BadInputException(problems);
    }
    LiveTools live = url.isPresent() ? overHttp(url.get()) : LiveTools.read(Upstreams.of(command));
    if (saveTools != null) {
      Files.writeString(saveTools, JsonLayout.text(list(live.tools())));
    }
    String draft =
        PolicyDraft.of(
            live, url.map(Upstreams::shown).orElseGet(() -> Upstreams.name(url, command)));
    if (PolicyReader.read(draft) instanceof PolicyReading.Invalid(List<Problem> wrong)) {
      throw new IOException("no policy can be written for these tools: " + wrong.getFirst().text());
    }
    terminal.print(draft);
    return ExitCode.DONE;
  }

  private static LiveTools overHttp(String url) throws IOException {
    EventLoopGroup loops = LocalProxy.loops();
    try {
      return LiveTools.read(Upstreams.of(url, loops));
    } finally {
      var _ = loops.shutdownGracefully(); // daemon threads; the process ends anyway
    }
  }

  private static JsonObject list(List<ToolDefinition> tools) {
    return JsonObject.builder()
        .put(
            "tools",
            new JsonArray(tools.stream().<JsonValue>map(ToolDefinition::definition).toList()))
        .build();
  }
}
