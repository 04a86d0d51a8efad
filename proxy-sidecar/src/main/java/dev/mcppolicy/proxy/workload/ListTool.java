// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.workload.ContainerTools.CarriedOut;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code list_vllm_containers}: declared workloads and nothing else that may run there. */
final class ListTool {
  private ListTool() {}

  static CarriedOut carryOut(ContainerTools.Means means, ToolArguments arguments) {
    arguments.only("list_vllm_containers", List.of("all"));
    boolean all = arguments.flag("all").orElse(false);
    Optional<String> problems = arguments.problems();
    if (problems.isPresent()) {
      return ToolAnswer.refused(problems.get());
    }
    WorkloadsSeen seen =
        WorkloadsSeen.look(
            means.control(), means.workloads(), all, Deadline.after(means.timeout()));
    var more = new ArrayList<String>(seen.lines());
    if (seen.leftOut() > 0) {
      more.add(
          (seen.leftOut() == 1
                  ? "1 stopped workload is left out; "
                  : seen.leftOut() + " stopped workloads are left out; ")
              + "all: true lists every one.");
    }
    int count = means.workloads().size();
    return ToolAnswer.done(
        count == 1 ? "1 workload is declared:" : count + " workloads are declared:",
        more,
        JsonObject.builder().put("workloads", seen.facts()).put("leftOut", seen.leftOut()).build(),
        Effect.DONE);
  }
}
