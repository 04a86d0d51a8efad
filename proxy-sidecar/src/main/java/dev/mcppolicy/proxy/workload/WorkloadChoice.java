// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import dev.mcppolicy.mcp.Echo;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The declared workload that the arguments of a container tool name. */
public sealed interface WorkloadChoice {

  record One(Workload workload) implements WorkloadChoice {}

  /**
   * @param why a sentence with what may be named instead
   */
  record None(String why) implements WorkloadChoice {}

  /** By the exact name; the default workload when none is given. */
  static WorkloadChoice of(JsonObject arguments, List<Workload> workloads) {
    Optional<JsonValue> argument = arguments.get("container_name");
    if (workloads.isEmpty()) {
      return new None(
          "this MCP server has no workloads to act on; they are declared in its McpServer");
    }
    if (argument.isEmpty()) {
      return workloads.stream()
          .filter(Workload::isDefault)
          .findFirst()
          .<WorkloadChoice>map(One::new)
          .orElseGet(
              () ->
                  new None(
                      "no workload is the default, so give container_name: " + names(workloads)));
    }
    if (!(argument.get() instanceof JsonString(String name))) {
      return new None("container_name must be a string: " + names(workloads));
    }
    return workloads.stream()
        .filter(workload -> workload.name().equals(name))
        .findFirst()
        .<WorkloadChoice>map(One::new)
        .orElseGet(
            () ->
                new None(
                    "`"
                        + Echo.of(name)
                        + "` does not exist here; container_name may be "
                        + names(workloads)));
  }

  private static String names(List<Workload> workloads) {
    return workloads.stream()
        .map(workload -> "`" + workload.name() + "`")
        .collect(Collectors.joining(" or "));
  }
}
