// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.enforce;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import dev.mcppolicy.mcp.Echo;
import dev.mcppolicy.mcp.Replies;
import dev.mcppolicy.mcp.RequestMeta;
import dev.mcppolicy.mcp.ToolsCall;
import dev.mcppolicy.proxy.workload.WorkloadControl;
import dev.mcppolicy.proxy.workload.WorkloadOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The container tools of {@code vllm-mcp-server} on declared workloads. What a caller writes is
 * only ever compared with what is declared: no name of a caller reaches the cluster.
 *
 * <p>A result's first line says the outcome, as the server's own does; the facts are in its {@code
 * _meta}.
 */
final class ContainerTools {
  private static final List<String> START_ARGUMENTS = List.of("model", "container_name");

  private final Optional<WorkloadControl> control;

  ContainerTools(Optional<WorkloadControl> control) {
    this.control = control;
  }

  /** Blocks for about the timeout at most. */
  Outcome carryOut(ToolsCall call, List<Workload> workloads, Duration timeout) {
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
                  + "` is not carried out in this version; stop_vllm and start_vllm are");
    };
  }

  private static Outcome stop(
      WorkloadControl control, JsonObject arguments, List<Workload> workloads, Duration timeout) {
    return switch (choose(arguments, workloads)) {
      case Choice.None(String why) -> refused(why);
      case Choice.One(Workload workload) -> stopped(workload, control.stop(workload, timeout));
    };
  }

  private static Outcome start(
      WorkloadControl control, JsonObject arguments, List<Workload> workloads, Duration timeout) {
    List<String> others =
        arguments.members().keySet().stream()
            .filter(name -> !START_ARGUMENTS.contains(name))
            .toList();
    if (!others.isEmpty()) {
      return refused(
          "start_vllm takes "
              + String.join(" and ", START_ARGUMENTS)
              + " here and nothing else; leave out "
              + others.stream().map(Echo::of).collect(Collectors.joining(", ")));
    }
    return switch (choose(arguments, workloads)) {
      case Choice.None(String why) -> refused(why);
      case Choice.One(Workload workload) -> {
        Optional<JsonValue> model = arguments.get("model");
        if (workload.model().isPresent()
            && model.isPresent()
            && !model.get().equals(new JsonString(workload.model().get()))) {
          yield refused(
              "`"
                  + workload.name()
                  + "` runs the model `"
                  + workload.model().get()
                  + "` and no other");
        }
        yield started(workload, control.start(workload, timeout));
      }
    };
  }

  private sealed interface Choice {
    record One(Workload workload) implements Choice {}

    record None(String why) implements Choice {}
  }

  /** The declared workload of the name in the arguments, or the default one when there is none. */
  private static Choice choose(JsonObject arguments, List<Workload> workloads) {
    Optional<JsonValue> name = arguments.get("container_name");
    if (name.isEmpty()) {
      return workloads.stream()
          .filter(Workload::isDefault)
          .findFirst()
          .<Choice>map(Choice.One::new)
          .orElseGet(
              () ->
                  new Choice.None(
                      "no workload is the default; give container_name: " + names(workloads)));
    }
    return workloads.stream()
        .filter(workload -> name.get().equals(new JsonString(workload.name())))
        .findFirst()
        .<Choice>map(Choice.One::new)
        .orElseGet(
            () ->
                new Choice.None(
                    "the workload `"
                        + (name.get() instanceof JsonString(String text) ? Echo.of(text) : "?")
                        + "` does not exist; "
                        + names(workloads)));
  }

  private static String names(List<Workload> workloads) {
    return workloads.isEmpty()
        ? "this server has no workloads"
        : "this server has "
            + workloads.stream()
                .map(workload -> "`" + workload.name() + "`")
                .collect(Collectors.joining(", "));
  }

  private static Outcome stopped(Workload workload, WorkloadOutcome outcome) {
    String target = target(workload);
    return switch (outcome) {
      case WorkloadOutcome.Scaled scaled ->
          done(
              "Stopped `%s`: %s is scaled from %d to %d replicas; %d still running, which end by themselves. Start it again with start_vllm."
                  .formatted(
                      workload.name(),
                      target,
                      scaled.previousReplicas(),
                      scaled.requestedReplicas(),
                      scaled.observedReplicas()),
              facts(workload, scaled.requestedReplicas(), scaled.observedReplicas())
                  .put("previousReplicas", scaled.previousReplicas()));
      case WorkloadOutcome.AlreadyThere there ->
          done(
              "`%s` was not running: %s is already at %d replicas, %d still running."
                  .formatted(
                      workload.name(), target, there.requestedReplicas(), there.observedReplicas()),
              facts(workload, there.requestedReplicas(), there.observedReplicas()));
      case WorkloadOutcome.Failed failed ->
          failed("Failed to stop `" + workload.name() + "`", failed);
    };
  }

  private static Outcome started(Workload workload, WorkloadOutcome outcome) {
    String target = target(workload);
    return switch (outcome) {
      case WorkloadOutcome.Scaled scaled ->
          done(
              "Started `%s`: %s is scaled from %d to %d replicas; %d running so far, a model takes a while to load."
                  .formatted(
                      workload.name(),
                      target,
                      scaled.previousReplicas(),
                      scaled.requestedReplicas(),
                      scaled.observedReplicas()),
              facts(workload, scaled.requestedReplicas(), scaled.observedReplicas())
                  .put("previousReplicas", scaled.previousReplicas()));
      case WorkloadOutcome.AlreadyThere there ->
          done(
              "`%s` was already started: %s is at %d replicas, %d running."
                  .formatted(
                      workload.name(), target, there.requestedReplicas(), there.observedReplicas()),
              facts(workload, there.requestedReplicas(), there.observedReplicas()));
      case WorkloadOutcome.Failed failed ->
          failed("Failed to start `" + workload.name() + "`", failed);
    };
  }

  private static String target(Workload workload) {
    return workload.target().kind() + " `" + workload.target().name() + "`";
  }

  private static JsonObject.Builder facts(Workload workload, int requested, int observed) {
    return JsonObject.builder()
        .put("workload", workload.name())
        .put("kind", workload.target().kind())
        .put("name", workload.target().name())
        .put("requestedReplicas", requested)
        .put("observedReplicas", observed);
  }

  private static Outcome done(String text, JsonObject.Builder facts) {
    JsonObject meta = JsonObject.builder().put(RequestMeta.WORKLOAD, facts.build()).build();
    return new Outcome.Result(Replies.toolText(text, false).with(RequestMeta.MEMBER, meta), true);
  }

  private static Outcome failed(String what, WorkloadOutcome.Failed failed) {
    return new Outcome.Result(
        Replies.toolText(what + ": " + failed.why() + ". " + failed.whatToDo(), true), true);
  }

  private static Outcome refused(String text) {
    return new Outcome.Result(Replies.toolText("Refused: " + text, true), false);
  }
}
