// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** All declared workloads as they stand, looked at one after the other within one deadline. */
record WorkloadsSeen(List<String> lines, JsonArray facts, int leftOut) {

  /**
   * @param all false leaves out those that are stopped
   */
  static WorkloadsSeen look(
      WorkloadControl control, List<Workload> workloads, boolean all, Deadline deadline) {
    var lines = new ArrayList<String>();
    var facts = new ArrayList<JsonValue>();
    int leftOut = 0;
    for (Workload workload : workloads) {
      WorkloadLook look =
          deadline.isOver()
              ? new WorkloadLook.Unseen("there was no time left to look", "ask again")
              : control.look(workload, deadline.left());
      boolean isStopped =
          look instanceof WorkloadLook.Seen(WorkloadReplicas replicas, String _)
              && replicas.requested() == 0
              && replicas.isGone();
      if (isStopped && !all) {
        leftOut++;
        continue;
      }
      lines.add(line(workload, look));
      facts.add(facts(workload, look));
    }
    return new WorkloadsSeen(lines, new JsonArray(facts), leftOut);
  }

  private static String line(Workload workload, WorkloadLook look) {
    String what =
        "- `%s`%s, %s: "
            .formatted(
                workload.name(),
                workload.isDefault() ? " (default)" : "",
                ToolAnswer.target(workload));
    String model = workload.model().map(name -> "; model `" + name + "`").orElse("");
    return switch (look) {
      case WorkloadLook.Seen(WorkloadReplicas now, String state) ->
          what
              + (now.requested() == 0
                  ? "stopped; " + ToolAnswer.left(now)
                  : ToolAnswer.count(now.requested()) + " wanted; " + ToolAnswer.running(now))
              + (state.isEmpty() ? "" : "; " + state)
              + model;
      case WorkloadLook.Unseen(String why, String whatToDo) ->
          what + "not known: " + why + "; " + whatToDo + model;
    };
  }

  private static JsonObject facts(Workload workload, WorkloadLook look) {
    JsonObject.Builder facts =
        switch (look) {
          case WorkloadLook.Seen(WorkloadReplicas now, String state) -> {
            JsonObject.Builder seen = ToolAnswer.facts(workload, now);
            if (!state.isEmpty()) {
              seen.put("state", state);
            }
            yield seen;
          }
          case WorkloadLook.Unseen(String why, String _) ->
              JsonObject.builder()
                  .put("workload", workload.name())
                  .put("kind", workload.target().kind())
                  .put("name", workload.target().name())
                  .put("notKnown", why);
        };
    facts.put("default", workload.isDefault());
    workload.model().ifPresent(model -> facts.put("model", model));
    return facts.build();
  }
}
