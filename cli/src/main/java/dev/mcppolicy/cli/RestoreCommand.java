// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mcp-policy restore}. */
@Command(
    name = "restore",
    description = {
      "Brings stopped workloads of a server back to the replicas that they had, with your own rights.",
      "Without WORKLOAD it brings back every one that a tool has stopped and that was not brought back",
      "since. What runs is left alone."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "Examples:",
      "  kubectl mcp-policy restore vllm --namespace inference --dry-run",
      "  kubectl mcp-policy restore vllm vllm-server --namespace inference",
      "",
      "Exit codes: 0 done, 1 the cluster cannot be asked or a workload not be brought back, 2 wrong usage",
      "or input."
    })
final class RestoreCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "SERVER", description = "the name of an McpServer")
  private String server = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "WORKLOAD",
      description = "one of its workloads, by the name that tools use")
  private @Nullable String workload;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      description = "of the McpServer (default: that of the context)")
  private @Nullable String namespace;

  @Option(names = "--context", paramLabel = "NAME", description = "of the kubeconfig")
  private @Nullable String context;

  @Option(names = "--dry-run", description = "say what would be done, and do nothing")
  private boolean isDry;

  private final Terminal terminal;
  private final InstantSource clock;

  RestoreCommand(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() throws BadInputException, IOException {
    try (ClusterApi api = ClusterApi.open(context)) {
      String in = api.namespace(namespace);
      var declared = DeclaredWorkloads.read(api, in, server);
      var restore = new Restore(api, in, server, terminal, clock, isDry);
      return restore.all(declared.chosen(workload), workload != null)
          ? ExitCode.DONE
          : ExitCode.FAILED;
    }
  }
}
