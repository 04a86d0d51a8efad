// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.workload.ContainerTools.CarriedOut;
import dev.mcppolicy.proxy.workload.WorkloadLogs.Source;
import java.util.ArrayList;
import java.util.List;

/** {@code get_vllm_logs}. */
final class LogsTool {
  private static final int LINES = 50;
  private static final int LINES_MAX = 1_000;
  private static final int BYTES_MAX = 64 << 10;

  private LogsTool() {}

  static CarriedOut carryOut(ContainerTools.Means means, ToolArguments arguments) {
    arguments.only("get_vllm_logs", List.of("container_name", "tail"));
    var limits = new LogLimits(arguments.number("tail", LINES, 1, LINES_MAX), BYTES_MAX);
    return means.on(
        arguments,
        workload ->
            answer(workload, limits, means.control().logs(workload, limits, means.timeout())));
  }

  private static CarriedOut answer(Workload workload, LogLimits limits, WorkloadLogs logs) {
    return switch (logs) {
      case WorkloadLogs.Read(List<Source> sources) -> {
        var more = new ArrayList<String>();
        var names = new ArrayList<JsonValue>();
        for (Source source : sources) {
          names.add(JsonValue.of(source.name()));
          more.add(
              "--- "
                  + source.name()
                  + (source.state().isEmpty() ? "" : ", " + source.state())
                  + (source.isCut() ? ", older text left out" : "")
                  + ":");
          String text = LogText.printable(source.text()).stripTrailing();
          more.add(text.isEmpty() ? "(nothing was written)" : text);
        }
        yield ToolAnswer.done(
            "The last "
                + limits.lines()
                + " lines at most of `"
                + workload.name()
                + "`, as they were written; nobody checked what they say."
                + (sources.isEmpty() ? " Nothing of it runs, so there is no log." : ""),
            more,
            JsonObject.builder()
                .put("workload", workload.name())
                .put("sources", new JsonArray(names))
                .build(),
            Effect.DONE);
      }
      case WorkloadLogs.Failed(String why, String whatToDo) ->
          ToolAnswer.failed("read the log of", workload, why, whatToDo, Effect.FAILED);
      case WorkloadLogs.Refused(String why) -> ToolAnswer.refused(why);
    };
  }
}
