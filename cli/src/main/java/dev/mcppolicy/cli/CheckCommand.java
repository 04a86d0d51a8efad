// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.cli.CheckReport.Checked;
import dev.mcppolicy.cli.CheckReport.Finding;
import dev.mcppolicy.cli.CheckReport.Severity;
import dev.mcppolicy.engine.analysis.PolicyAnalysis;
import dev.mcppolicy.engine.document.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mcp-policy check}. */
@Command(
    name = "check",
    description = {
      "Checks policies: every error and warning at once, each with its place.",
      "A file is a policy document (JSON or YAML), or holds McpPolicy manifests, also among others."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "Examples:",
      "  mcp-policy check policy.yaml",
      "  kubectl get mcppolicies --output yaml | mcp-policy check -",
      "  mcp-policy check --strict --format github policies/*.yaml",
      "",
      "Exit codes: 0 no errors, 1 a warning under --strict, 2 an error."
    })
final class CheckCommand implements Callable<Integer> {
  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "files to check; `-` is standard input")
  private List<String> files = new ArrayList<>();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text, json, sarif (code scanning) or github (annotations of a workflow)",
      converter = CheckFormat.Word.class)
  private CheckFormat format = CheckFormat.TEXT;

  @Option(names = "--strict", description = "a warning counts as a failure")
  private boolean strict;

  @Option(
      names = "--tools",
      paramLabel = "FILE",
      description = {
        "the tools of the server, as it lists them, where it is not vllm-mcp-server;",
        "`mcp-policy scan --save-tools` writes such a file"
      })
  private @Nullable String tools;

  private final Terminal terminal;

  CheckCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** With these files and no option. */
  CheckCommand(Terminal terminal, List<String> files) {
    this(terminal);
    this.files = List.copyOf(files);
  }

  @Override
  public Integer call() throws BadInputException {
    KnownTools known =
        tools == null ? KnownTools.catalogued() : KnownTools.read(InputFile.read(tools, terminal));
    var findings = new ArrayList<Finding>();
    var checked = new ArrayList<Checked>();
    boolean everyFileWasRead = true;
    for (String name : files) {
      switch (InputFile.open(name, terminal)) {
        case InputFile file ->
            PolicySource.read(file).forEach(entry -> check(entry, known, findings, checked));
        case FileReading.Unreadable(String shown, String why) -> {
          findings.add(new Finding(Severity.ERROR, shown, 0, "", why));
          everyFileWasRead = false;
        }
      }
    }
    if (checked.isEmpty() && everyFileWasRead) {
      String first = files.getFirst().equals("-") ? "standard input" : files.getFirst();
      findings.add(new Finding(Severity.ERROR, first, 0, "", "no policy was found to check"));
    }
    var report = new CheckReport(findings, checked);
    terminal.print(format.write(report));
    if (report.count(Severity.ERROR) > 0) {
      return ExitCode.BAD_INPUT;
    }
    return strict && report.count(Severity.WARNING) > 0 ? ExitCode.FAILED : ExitCode.DONE;
  }

  private static void check(
      SourceEntry entry, KnownTools known, List<Finding> findings, List<Checked> checked) {
    switch (entry) {
      case SourceEntry.Policy policy -> {
        checked.add(
            new Checked(
                policy.file(),
                policy.id().display(),
                policy.document().tools().size()
                    + policy.document().resources().rules().size()
                    + policy.document().prompts().rules().size(),
                policy.document().tests().size(),
                true));
        PolicyAnalysis.warnings(policy.document(), known.of(policy.document())).stream()
            .map(warning -> finding(policy, warning))
            .sorted(Comparator.comparingInt(Finding::line))
            .forEach(findings::add);
      }
      case SourceEntry.Wrong wrong -> {
        checked.add(new Checked(wrong.file(), "", 0, 0, false));
        wrong.problems().stream()
            .map(
                problem ->
                    new Finding(
                        Severity.ERROR,
                        wrong.file(),
                        wrong.line(problem),
                        problem.path(),
                        problem.message()))
            .sorted(Comparator.comparingInt(Finding::line))
            .forEach(findings::add);
      }
      case SourceEntry.Skipped skipped ->
          findings.add(
              new Finding(
                  Severity.NOTE,
                  skipped.file(),
                  skipped.line(),
                  "",
                  "skipped: kind " + skipped.kind() + ", not " + Manifest.KIND));
    }
  }

  private static Finding finding(SourceEntry.Policy policy, Problem warning) {
    String path = policy.inFile(warning.path());
    return new Finding(
        Severity.WARNING, policy.file(), policy.lines().line(path), path, warning.message());
  }
}
