// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.engine.DecisionJson;
import dev.mcppolicy.engine.ExplainedStep;
import dev.mcppolicy.engine.Explanation;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mcp-policy explain}. */
@Command(
    name = "explain",
    description = {
      "Shows how a call is decided, step by step.",
      "Options and exit codes are those of `decide`; the step that decided is marked."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "Example:",
      "  echo '{\"name\": \"stop_vllm\"}' | mcp-policy explain --policy policy.yaml --call -",
      "",
      "Exit codes: 0 allow, 3 deny, 4 rate-limited, 5 approval needed, 2 wrong usage or input."
    })
final class ExplainCommand implements Callable<Integer> {
  private static final int CALL_CHARS_MAX = 200;

  @Mixin private final CallOptions options = new CallOptions();

  private final Terminal terminal;
  private final InstantSource clock;

  ExplainCommand(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() throws BadInputException {
    Question question = Question.read(options, terminal, clock);
    Explanation explanation =
        question
            .policies()
            .explain(question.call(), question.tools(), question.at(), question.usage());
    terminal.print(options.json ? JsonLayout.text(json(explanation)) : text(question, explanation));
    return ExitCode.of(explanation.decision());
  }

  private static String text(Question question, Explanation explanation) {
    var text = new StringBuilder();
    String arguments = JsonText.string(question.call().arguments());
    text.append(question.call().subject().kind().word()).append(' ');
    text.append(JsonText.string(JsonValue.of(question.call().subject().name()))).append(' ');
    text.append(
        arguments.length() > CALL_CHARS_MAX
            ? arguments.substring(0, CALL_CHARS_MAX) + "..."
            : arguments);
    text.append(", grant ").append(question.call().caller().grant().name());
    text.append(", at ").append(question.at()).append("\n\n");
    int number = 1;
    for (ExplainedStep step : explanation.steps()) {
      text.append(step.decided() ? "=> " : "   ");
      text.append("%2d  ".formatted(number++)).append(step.step());
      text.append(step.decided() ? "  (decides)" : step.details().isEmpty() ? "  -" : "");
      text.append('\n');
      for (String detail : step.details()) {
        text.append("         ").append(detail).append('\n');
      }
    }
    text.append('\n').append(DecisionLines.of(explanation.decision(), question.at()));
    return text.toString();
  }

  private static JsonObject json(Explanation explanation) {
    List<JsonValue> steps =
        explanation.steps().stream()
            .<JsonValue>map(
                step ->
                    JsonObject.builder()
                        .put("step", step.step())
                        .put("decided", step.decided())
                        .put(
                            "details",
                            new JsonArray(
                                step.details().stream().<JsonValue>map(JsonValue::of).toList()))
                        .build())
            .toList();
    return JsonObject.builder()
        .put("steps", new JsonArray(steps))
        .put("decision", DecisionJson.of(explanation.decision()))
        .build();
  }
}
