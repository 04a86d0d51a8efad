// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.engine.PolicyTests;
import dev.mcppolicy.engine.TestResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mcp-policy test}. */
@Command(
    name = "test",
    description = {
      "Runs the `tests` of policies: calls, and the decisions that their author expects.",
      "The operator runs the same cases before a policy becomes active."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "Example:",
      "  mcp-policy test policies/*.yaml --junit target/policies.xml",
      "",
      "Exit codes: 0 all passed, 1 a case failed, 2 wrong usage or input."
    })
final class TestCommand implements Callable<Integer> {
  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "policies, as `check` takes them; `-` is standard input")
  private List<String> files = new ArrayList<>();

  @Option(
      names = "--junit",
      paramLabel = "FILE",
      description = "also write the results there, as JUnit XML")
  private @Nullable Path junit;

  @Option(
      names = "--tools",
      paramLabel = "FILE",
      description = "tools of a server other than vllm-mcp-server, as it lists them")
  private @Nullable String tools;

  private final Terminal terminal;

  TestCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** With these files and no option. */
  TestCommand(Terminal terminal, List<String> files) {
    this(terminal);
    this.files = List.copyOf(files);
  }

  /** The results of one policy. */
  record Suite(String name, List<TestResult> results) {
    Suite {
      results = List.copyOf(results);
    }

    long failed() {
      return results.stream().filter(result -> !result.passed()).count();
    }
  }

  @Override
  public Integer call() throws BadInputException, IOException {
    var problems = new ArrayList<String>();
    KnownTools known =
        tools == null ? KnownTools.catalogued() : KnownTools.read(InputFile.read(tools, terminal));
    var suites = new ArrayList<Suite>();
    for (InputFile file : InputFile.read(files, terminal, problems)) {
      for (SourceEntry entry : PolicySource.read(file)) {
        switch (entry) {
          case SourceEntry.Policy policy ->
              suites.add(
                  new Suite(
                      name(policy),
                      PolicyTests.run(policy.document(), policy.id(), known.catalogue())));
          case SourceEntry.Wrong wrong ->
              wrong
                  .problems()
                  .forEach(problem -> problems.add(wrong.file() + ": " + problem.text()));
          case SourceEntry.Skipped _ -> {}
        }
      }
    }
    if (suites.isEmpty() && problems.isEmpty()) {
      problems.add("no policy was found in " + String.join(", ", files));
    }
    if (!problems.isEmpty()) {
      throw new BadInputException(problems);
    }
    terminal.print(text(suites));
    if (junit != null) {
      Files.writeString(junit, JUnitXml.of(suites));
    }
    return suites.stream().anyMatch(suite -> suite.failed() > 0) ? ExitCode.FAILED : ExitCode.DONE;
  }

  private static String name(SourceEntry.Policy policy) {
    return policy.servers().isEmpty() ? policy.file() : policy.file() + " " + policy.id().display();
  }

  private static String text(List<Suite> suites) {
    var text = new StringBuilder();
    for (Suite suite : suites) {
      text.append(suite.name()).append('\n');
      if (suite.results().isEmpty()) {
        text.append("  it has no `tests`\n");
      }
      for (TestResult result : suite.results()) {
        text.append(result.passed() ? "  ok    " : "  FAIL  ").append(caption(result)).append('\n');
        if (!result.passed()) {
          text.append("          expected  ").append(result.expected()).append('\n');
          text.append("          got       ").append(result.actual()).append('\n');
        }
      }
    }
    long all = suites.stream().mapToLong(suite -> suite.results().size()).sum();
    long failed = suites.stream().mapToLong(Suite::failed).sum();
    text.append(Plural.of(all, "test")).append(", ");
    text.append(failed == 0 ? "none failed" : failed + " failed").append('\n');
    return text.toString();
  }

  static String caption(TestResult result) {
    return result.name().map(name -> name + " (" + result.place() + ")").orElse(result.place());
  }
}
