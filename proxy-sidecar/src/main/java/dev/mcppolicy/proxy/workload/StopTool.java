// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.workload.ContainerTools.CarriedOut;
import dev.mcppolicy.proxy.workload.StopOptions.Removal;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.AlreadyThere;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Changed;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Failed;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Refused;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** {@code stop_vllm}. */
final class StopTool {
  private static final List<String> ARGUMENTS = List.of("container_name", "remove", "timeout");
  private static final int GRACE_SECONDS = 10;

  private StopTool() {}

  static CarriedOut carryOut(ContainerTools.Means means, ToolArguments arguments) {
    arguments.only("stop_vllm", ARGUMENTS);
    // a tenth is left for reading and writing
    int graceSecondsMax = (int) (means.timeout().toSeconds() * 9 / 10);
    int grace = arguments.number("timeout", GRACE_SECONDS, 0, graceSecondsMax);
    Removal removal =
        arguments
            .flag("remove")
            .map(remove -> remove ? Removal.ASKED : Removal.DECLINED)
            .orElse(Removal.UNSAID);
    var options = new StopOptions(Duration.ofSeconds(grace), removal);
    return means.on(
        arguments,
        workload ->
            answer(
                workload,
                means
                    .control()
                    .stop(workload, means.workloads(), options, means.toScaleDown(workload))));
  }

  private static CarriedOut answer(Workload workload, WorkloadOutcome outcome) {
    return switch (outcome) {
      case Changed(
              String did,
              OptionalInt previous,
              WorkloadReplicas now,
              List<String> remarks,
              JsonObject others) -> {
        JsonObject.Builder facts = ToolAnswer.facts(workload, now);
        ToolAnswer.put(facts, "previousReplicas", previous);
        ToolAnswer.put(facts, others);
        yield ToolAnswer.done(
            "Stopped `%s`: %s; %s.".formatted(workload.name(), did, ToolAnswer.left(now)),
            previous.isPresent() ? more(workload, previous, remarks) : remarks,
            facts.build(),
            Effect.DONE);
      }
      case AlreadyThere(WorkloadReplicas now, OptionalInt kept, List<String> remarks) ->
          ToolAnswer.done(
              "`%s` was not running: %s is stopped already; %s."
                  .formatted(workload.name(), ToolAnswer.target(workload), ToolAnswer.left(now)),
              more(workload, kept, remarks),
              ToolAnswer.facts(workload, now).build(),
              Effect.NOTHING_TRIED);
      case Failed(String why, String whatToDo, boolean mayHaveChanged) ->
          ToolAnswer.failed(
              "stop", workload, why, whatToDo, mayHaveChanged ? Effect.DONE : Effect.FAILED);
      case Refused refused -> ToolAnswer.refused(workload, refused);
    };
  }

  private static List<String> more(Workload workload, OptionalInt kept, List<String> remarks) {
    var more = new ArrayList<String>();
    more.add(ToolAnswer.comesBack(workload, kept));
    more.addAll(remarks);
    return more;
  }
}
