// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.proxy.audit.JsonLinesAudit;
import dev.mcppolicy.proxy.enforce.GateSettings;
import dev.mcppolicy.proxy.local.LocalWrap;
import dev.mcppolicy.proxy.local.StartException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mcp-policy wrap}: stdio in front, for clients that start a command. */
@Command(
    name = "wrap",
    description = {
      "Is a stdio MCP server to its client: starts COMMAND and puts a policy before it.",
      "For Claude Desktop, Cursor and every client that starts a command. There is no token; the",
      "grant is named `local`. Ends when the client closes, and ends COMMAND with it.",
      "The policy file is read again whenever it changes. Logs and the audit record go to standard error."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class WrapCommand implements Callable<Integer> {
  @Option(
      names = "--policy",
      required = true,
      paramLabel = "FILE",
      description = "the policy document, JSON or YAML")
  private @Nullable Path policy;

  @Mixin private WorkloadOptions workloads = new WorkloadOptions();

  @Parameters(paramLabel = "COMMAND", description = "after `--`: the server's command line")
  private List<String> command = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    var problems = new ArrayList<>(Upstreams.problems(Optional.empty(), command));
    problems.addAll(workloads.problems());
    if (!problems.isEmpty() || policy == null) {
      throw new StartException(problems);
    }
    var out = new FileOutputStream(FileDescriptor.out);
    var audit = new JsonLinesAudit(new FileOutputStream(FileDescriptor.err), "local");
    try (LocalWrap wrap =
        LocalWrap.start(
            policy,
            Upstreams.of(command),
            out,
            audit,
            InstantSource.system(),
            GateSettings.of(Upstreams.name(Optional.empty(), command), Version.text()),
            workloads.open())) {
      Runtime.getRuntime().addShutdownHook(new Thread(wrap::close, "end"));
      wrap.serve(new FileInputStream(FileDescriptor.in));
    }
    return 0;
  }
}
