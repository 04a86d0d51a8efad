// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.workload.ContainerTools.CarriedOut;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code get_platform_status}: what is known here, and that the rest is not looked at. */
final class PlatformTool {
  private PlatformTool() {}

  static CarriedOut carryOut(ContainerTools.Means means, ToolArguments arguments) {
    arguments.only("get_platform_status", List.of());
    Optional<String> problems = arguments.problems();
    if (problems.isPresent()) {
      return ToolAnswer.refused(problems.get());
    }
    Deadline deadline = Deadline.after(means.timeout());
    Platform platform = means.control().platform(means.timeout().dividedBy(4));
    WorkloadsSeen seen = WorkloadsSeen.look(means.control(), means.workloads(), true, deadline);
    var more = new ArrayList<String>();
    more.add(
        seen.lines().isEmpty()
            ? "No workload is declared, so no container tool can act."
            : "Declared workloads, the only things that container tools act on:");
    more.addAll(seen.lines());
    more.add("Machines and GPUs are not looked at.");
    return ToolAnswer.done(
        platform.text(),
        more,
        JsonObject.builder()
            .put("platform", platform.facts())
            .put("workloads", seen.facts())
            .build(),
        Effect.DONE);
  }
}
