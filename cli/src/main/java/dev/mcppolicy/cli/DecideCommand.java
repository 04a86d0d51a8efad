// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.engine.Decision;
import dev.mcppolicy.engine.DecisionJson;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mcp-policy decide}. */
@Command(
    name = "decide",
    description = {
      "Says what would become of a call. Nothing is called and nothing is counted.",
      "The tools of vllm-mcp-server are known with their schemas; name others with --tools."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "Examples:",
      "  echo '{\"name\": \"stop_vllm\"}' | mcp-policy decide --policy policy.yaml --call -",
      "  mcp-policy decide --policy policy.yaml --call call.json --grant agent \\",
      "    --at 2026-01-31T18:00:00Z --state used.json --json",
      "",
      "Exit codes: 0 allow, 3 deny, 4 rate-limited, 5 approval needed, 2 wrong usage or input."
    })
final class DecideCommand implements Callable<Integer> {
  @Mixin private final CallOptions options = new CallOptions();

  private final Terminal terminal;
  private final InstantSource clock;

  DecideCommand(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() throws BadInputException {
    Question question = Question.read(options, terminal, clock);
    Decision decision =
        question
            .policies()
            .decide(question.call(), question.tools(), question.at(), question.usage());
    terminal.print(
        options.json
            ? JsonLayout.text(DecisionJson.of(decision))
            : DecisionLines.of(decision, question.at()));
    return ExitCode.of(decision);
  }
}
