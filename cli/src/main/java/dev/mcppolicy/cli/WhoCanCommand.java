// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.engine.Grant;
import dev.mcppolicy.engine.document.PolicyReader;
import dev.mcppolicy.engine.document.Wording;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mcp-policy who-can}. */
@Command(
    name = "who-can",
    description = {
      "Says which grants of a server may call a tool, and under which conditions.",
      "Asks the cluster of the current context, or, with --policy, reads files alone."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "Examples:",
      "  kubectl mcp-policy who-can vllm stop_vllm --namespace inference",
      "  mcp-policy who-can vllm stop_vllm --policy policies.yaml",
      "",
      "Exit codes: 0 done, 1 the cluster cannot be asked or holds a policy that cannot be read,",
      "2 wrong usage or input."
    })
final class WhoCanCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "SERVER", description = "the name of an McpServer")
  private String server = "";

  @Parameters(index = "1", paramLabel = "TOOL", description = "the name of a tool")
  private String tool = "";

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      description = "of the McpServer (default: that of the context)")
  private @Nullable String namespace;

  @Option(names = "--context", paramLabel = "NAME", description = "of the kubeconfig")
  private @Nullable String context;

  @Option(
      names = "--policy",
      paramLabel = "FILE",
      description = "read policies from files instead of the cluster; repeatable")
  private List<String> policies = new ArrayList<>();

  private final Terminal terminal;

  WhoCanCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws BadInputException, IOException {
    var problems = new ArrayList<String>();
    var unreadable = new ArrayList<String>();
    if (!PolicyReader.isToolName(tool)) {
      problems.add(Wording.quoted(tool) + " is not a name of a tool");
    }
    if (!policies.isEmpty() && (namespace != null || context != null)) {
      problems.add("--policy reads files alone; leave --namespace and --context out");
    }
    GrantAnswers answers = policies.isEmpty() ? inCluster(problems, unreadable) : offline(problems);
    if (!problems.isEmpty()) {
      throw new BadInputException(problems);
    }
    terminal.print(answers.text());
    if (unreadable.isEmpty()) {
      return ExitCode.DONE;
    }
    terminal.print(
        "\nNot looked at, because they cannot be read. While that is so, a server keeps the last"
            + " version that could be, or denies every call:\n");
    unreadable.forEach(problem -> terminal.print("  " + problem + "\n"));
    return ExitCode.FAILED;
  }

  private GrantAnswers inCluster(List<String> problems, List<String> unreadable)
      throws IOException {
    if (!problems.isEmpty()) {
      return GrantAnswers.none();
    }
    ClusterObjects objects = ClusterObjects.read(server, namespace, context, Instant.now());
    problems.addAll(objects.problems());
    unreadable.addAll(objects.unreadable());
    return new GrantAnswers(server, tool, objects.grants(), objects.expired(), objects.policies());
  }

  /** Of files only the grants are known that policies name. */
  private GrantAnswers offline(List<String> problems) {
    var applying = new ArrayList<SourceEntry.Policy>();
    var servers = new TreeSet<String>();
    for (InputFile file : InputFile.read(policies, terminal, problems)) {
      for (SourceEntry entry : PolicySource.read(file)) {
        switch (entry) {
          case SourceEntry.Policy policy -> {
            policy.servers().ifPresent(servers::addAll);
            if (policy.servers().map(names -> names.contains(server)).orElse(true)) {
              applying.add(policy);
            }
          }
          case SourceEntry.Wrong wrong ->
              wrong
                  .problems()
                  .forEach(problem -> problems.add(wrong.file() + ": " + problem.text()));
          case SourceEntry.Skipped _ -> {}
        }
      }
    }
    if (applying.isEmpty() && problems.isEmpty()) {
      problems.add(
          "no policy is for the server "
              + Wording.quoted(server)
              + (servers.isEmpty() ? "" : "; there are those for " + String.join(", ", servers)));
    }
    var names = new TreeSet<String>();
    applying.forEach(policy -> policy.grants().ifPresent(names::addAll));
    List<Grant> grants = new ArrayList<>(names.stream().map(Grant::new).toList());
    if (applying.stream().anyMatch(policy -> policy.grants().isEmpty()) || names.isEmpty()) {
      grants.add(new Grant(GrantAnswers.EVERY_OTHER));
    }
    return new GrantAnswers(
        server, tool, grants, Map.of(), SourceEntry.Policy.apart(applying, problems));
  }
}
