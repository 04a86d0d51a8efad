// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.mcp.ToolsCall;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The container tools of {@code vllm-mcp-server} on declared workloads. What a caller writes is
 * only ever compared with what is declared: no name of a caller reaches a cluster or an engine.
 * What cannot be honoured is refused with the reason or explained in the answer; nothing is ignored
 * in silence.
 *
 * <p>A result is one text whose first line says the outcome, as the server's own does; the facts
 * stand in {@code structuredContent} and in {@code _meta}. The server itself is not needed.
 */
public final class ContainerTools {
  private static final Set<String> ON_A_WORKLOAD =
      Set.of("stop_vllm", "start_vllm", "restart_vllm", "get_vllm_logs");

  private final Optional<WorkloadControl> control;

  /**
   * @param control empty where there is nothing that could be acted on
   */
  public ContainerTools(Optional<WorkloadControl> control) {
    this.control = control;
  }

  /**
   * The result of one tool.
   *
   * @param result of a {@code tools/call}
   * @param effect whether anything was done for it
   */
  public record CarriedOut(JsonObject result, Effect effect) {}

  /**
   * The declared workload that a tool would act on, found by the same code by which it is acted on;
   * empty for tools that act on none and when the arguments name none.
   */
  public static Optional<Workload> target(ToolsCall call, List<Workload> workloads) {
    return ON_A_WORKLOAD.contains(call.name())
            && WorkloadChoice.of(call.arguments(), workloads)
                instanceof WorkloadChoice.One(Workload workload)
        ? Optional.of(workload)
        : Optional.empty();
  }

  /**
   * What a tool works with.
   *
   * @param timeout for everything together but waiting for running requests
   */
  record Means(WorkloadControl control, List<Workload> workloads, Duration timeout) {

    /** The time of an act that first waits for running requests, where that is declared. */
    Duration toScaleDown(Workload workload) {
      return workload.drain(workloads).map(drain -> timeout.plus(drain.timeout())).orElse(timeout);
    }

    /** The act on the workload that the arguments name, unless something is wrong with them. */
    CarriedOut on(ToolArguments arguments, Function<Workload, CarriedOut> act) {
      WorkloadChoice choice = WorkloadChoice.of(arguments.values(), workloads);
      if (choice instanceof WorkloadChoice.None(String why)) {
        arguments.wrong(why);
      }
      Optional<String> problems = arguments.problems();
      return switch (choice) {
        case WorkloadChoice.One(Workload workload) when problems.isEmpty() -> act.apply(workload);
        case WorkloadChoice _ -> ToolAnswer.refused(problems.orElse("nothing was named"));
      };
    }
  }

  /** Blocks for about the timeout at most, and for the drain of the workload. */
  public CarriedOut carryOut(ToolsCall call, List<Workload> workloads, Duration timeout) {
    if (control.isEmpty()) {
      return ToolAnswer.refused(
          "`" + call.name() + "` cannot be carried out here: there is no cluster");
    }
    var means = new Means(control.get(), workloads, timeout);
    var arguments = new ToolArguments(call.arguments());
    return switch (call.name()) {
      case "stop_vllm" -> StopTool.carryOut(means, arguments);
      case "start_vllm" -> StartTool.carryOut(means, arguments);
      case "restart_vllm" -> RestartTool.carryOut(means, arguments);
      case "list_vllm_containers" -> ListTool.carryOut(means, arguments);
      case "get_vllm_logs" -> LogsTool.carryOut(means, arguments);
      case "get_platform_status" -> PlatformTool.carryOut(means, arguments);
      default -> ToolAnswer.refused("`" + call.name() + "` is not a container tool");
    };
  }
}
