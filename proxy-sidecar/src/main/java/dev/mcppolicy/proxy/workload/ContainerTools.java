// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.mcp.Echo;
import dev.mcppolicy.mcp.Replies;
import dev.mcppolicy.mcp.RequestMeta;
import dev.mcppolicy.mcp.ToolsCall;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.AlreadyThere;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Failed;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Scaled;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * The container tools of {@code vllm-mcp-server} on declared workloads. What a caller writes is
 * only ever compared with what is declared: no name of a caller reaches the cluster.
 *
 * <p>A result is one text whose first line says the outcome, as the server's own does; the facts
 * stand in {@code structuredContent} and in {@code _meta}. The server itself is not needed.
 */
public final class ContainerTools {
  private static final List<String> STOP_ARGUMENTS = List.of("container_name", "remove", "timeout");
  private static final List<String> START_ARGUMENTS = List.of("model", "container_name");

  private final Optional<WorkloadControl> control;

  /**
   * @param control empty where there is nothing that could be scaled
   */
  public ContainerTools(Optional<WorkloadControl> control) {
    this.control = control;
  }

  /**
   * The result of one tool.
   *
   * @param result of a {@code tools/call}
   * @param acted false only when provably nothing was changed for it
   */
  public record CarriedOut(JsonObject result, boolean acted) {}

  /** Blocks for about the timeout at most. */
  public CarriedOut carryOut(ToolsCall call, List<Workload> workloads, Duration timeout) {
    if (control.isEmpty()) {
      return refused("`" + call.name() + "` cannot be carried out here: there is no cluster");
    }
    return switch (call.name()) {
      case "stop_vllm" -> stop(control.get(), call.arguments(), workloads, timeout);
      case "start_vllm" -> start(control.get(), call.arguments(), workloads, timeout);
      default ->
          refused(
              "`"
                  + call.name()
                  + "` is not carried out by this version; stop_vllm and start_vllm are");
    };
  }

  private static CarriedOut stop(
      WorkloadControl control, JsonObject arguments, List<Workload> workloads, Duration timeout) {
    List<String> others = others(arguments, STOP_ARGUMENTS);
    if (!others.isEmpty()) {
      return refused(
          "stop_vllm takes " + String.join(", ", STOP_ARGUMENTS) + "; leave out " + list(others));
    }
    return switch (WorkloadChoice.of(arguments, workloads)) {
      case WorkloadChoice.None(String why) -> refused(why);
      case WorkloadChoice.One(Workload workload) ->
          stopped(workload, control.stop(workload, timeout));
    };
  }

  private static CarriedOut start(
      WorkloadControl control, JsonObject arguments, List<Workload> workloads, Duration timeout) {
    List<String> others = others(arguments, START_ARGUMENTS);
    if (!others.isEmpty()) {
      return refused(
          "start_vllm brings a declared workload back as it is declared, so it takes "
              + String.join(" and ", START_ARGUMENTS)
              + " alone; leave out "
              + list(others));
    }
    Optional<String> model = arguments.string("model");
    if (model.isEmpty()) {
      return refused("start_vllm needs the argument model, a string");
    }
    return switch (WorkloadChoice.of(arguments, workloads)) {
      case WorkloadChoice.None(String why) -> refused(why);
      case WorkloadChoice.One(Workload workload) ->
          workload.model().isPresent() && !workload.model().equals(model)
              ? refused(
                  "`%s` runs the model `%s` and no other; ask for that one"
                      .formatted(workload.name(), workload.model().get()))
              : started(workload, control.start(workload, timeout));
    };
  }

  private static CarriedOut stopped(Workload workload, WorkloadOutcome outcome) {
    return switch (outcome) {
      case Scaled(int requested, int previous, int observed) ->
          done(
              "Stopped `%s`: %s was scaled from %s to %d; %s still ending."
                  .formatted(
                      workload.name(), target(workload), count(previous), requested, are(observed)),
              again(workload, OptionalInt.of(previous))
                  + "\nNothing was removed: the pods end with the stop, the "
                  + workload.target().kind()
                  + " stays, and its own grace period decides how long they may take.",
              facts(workload, requested, observed).put("previousReplicas", previous),
              true);
      case AlreadyThere(int requested, int observed, OptionalInt kept) ->
          done(
              "`%s` was not running: %s is already scaled to %d; %s still ending."
                  .formatted(workload.name(), target(workload), requested, are(observed)),
              again(workload, kept),
              facts(workload, requested, observed),
              false);
      case Failed(String why, String whatToDo) -> failed("stop", workload, why, whatToDo);
    };
  }

  private static CarriedOut started(Workload workload, WorkloadOutcome outcome) {
    String model =
        workload.model().isPresent()
            ? ""
            : "\nWhich model it serves is set in the "
                + workload.target().kind()
                + "; the argument model did not change it.";
    return switch (outcome) {
      case Scaled(int requested, int previous, int observed) ->
          done(
              "Started `%s`: %s was scaled from %d to %s; %s running so far."
                  .formatted(
                      workload.name(), target(workload), previous, count(requested), are(observed)),
              "A model takes a while to load: ask vllm_status before you rely on it." + model,
              facts(workload, requested, observed).put("previousReplicas", previous),
              true);
      case AlreadyThere(int requested, int observed, OptionalInt _) ->
          done(
              "`%s` was started already: %s is scaled to %s; %s running."
                  .formatted(workload.name(), target(workload), count(requested), are(observed)),
              "Nothing was changed." + model,
              facts(workload, requested, observed),
              false);
      case Failed(String why, String whatToDo) -> failed("start", workload, why, whatToDo);
    };
  }

  private static String again(Workload workload, OptionalInt kept) {
    return "Start it again with start_vllm, container_name `%s`: it returns to %s."
        .formatted(workload.name(), count(kept.orElse(1)));
  }

  private static List<String> others(JsonObject arguments, List<String> known) {
    return arguments.members().keySet().stream().filter(name -> !known.contains(name)).toList();
  }

  private static String list(List<String> names) {
    return names.stream()
        .limit(10)
        .map(name -> "`" + Echo.of(name) + "`")
        .collect(Collectors.joining(", "));
  }

  private static String target(Workload workload) {
    return workload.target().kind() + " `" + workload.target().name() + "`";
  }

  private static String count(int replicas) {
    return replicas == 1 ? "1 replica" : replicas + " replicas";
  }

  private static String are(int replicas) {
    return replicas == 1 ? "1 is" : replicas + " are";
  }

  private static JsonObject.Builder facts(Workload workload, int requested, int observed) {
    return JsonObject.builder()
        .put("workload", workload.name())
        .put("kind", workload.target().kind())
        .put("name", workload.target().name())
        .put("requestedReplicas", requested)
        .put("observedReplicas", observed);
  }

  private static CarriedOut done(
      String outcome, String more, JsonObject.Builder facts, boolean acted) {
    JsonObject built = facts.build();
    JsonObject result =
        Replies.toolText(outcome + "\n" + more, false)
            .with("structuredContent", built)
            .with(
                RequestMeta.MEMBER, JsonObject.builder().put(RequestMeta.WORKLOAD, built).build());
    return new CarriedOut(result, acted);
  }

  private static CarriedOut failed(String verb, Workload workload, String why, String whatToDo) {
    String text =
        "Failed to %s `%s`: %s.\nWhat to do: %s.".formatted(verb, workload.name(), why, whatToDo);
    return new CarriedOut(Replies.toolText(text, true), true);
  }

  private static CarriedOut refused(String text) {
    return new CarriedOut(Replies.toolText("Refused: " + text + ".", true), false);
  }
}
