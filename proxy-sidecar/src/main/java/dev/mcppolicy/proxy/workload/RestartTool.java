// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.workload.ContainerTools.CarriedOut;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.AlreadyThere;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Changed;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Failed;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** {@code restart_vllm}. */
final class RestartTool {
  private RestartTool() {}

  static CarriedOut carryOut(ContainerTools.Means means, ToolArguments arguments) {
    arguments.only("restart_vllm", List.of("container_name"));
    return means.on(
        arguments,
        workload ->
            answer(
                workload,
                means.control().restart(workload, means.workloads(), means.toScaleDown(workload))));
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
        var more = new ArrayList<String>();
        more.add("A model takes a while to load: ask vllm_status before you rely on it.");
        more.addAll(remarks);
        yield ToolAnswer.done(
            "Restarted `%s`: %s; %s so far."
                .formatted(workload.name(), did, ToolAnswer.running(now)),
            more,
            facts.build(),
            Effect.DONE);
      }
      case AlreadyThere(WorkloadReplicas now, OptionalInt _, List<String> remarks) ->
          ToolAnswer.done(
              "`%s` was not restarted: somebody started it meanwhile; %s."
                  .formatted(workload.name(), ToolAnswer.running(now)),
              remarks,
              ToolAnswer.facts(workload, now).build(),
              Effect.NOTHING_TRIED);
      case Failed(String why, String whatToDo, boolean mayHaveChanged) ->
          ToolAnswer.failed(
              "restart", workload, why, whatToDo, mayHaveChanged ? Effect.DONE : Effect.FAILED);
      case Refused refused -> ToolAnswer.refused(workload, refused);
    };
  }
}
