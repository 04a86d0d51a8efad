// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import dev.mcppolicy.bundle.MappedTools;
import dev.mcppolicy.bundle.ToolMapping;
import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.engine.ToolDefinition;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.workload.ContainerTools.CarriedOut;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.AlreadyThere;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Changed;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Failed;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * {@code start_vllm}: brings a declared workload back as it is declared. What else the tool can be
 * told (image, port, memory) is refused, unless it is said with the value that the tool has anyway.
 */
final class StartTool {
  private static final Set<String> ARGUMENTS = Set.of("model", "container_name");
  private static final JsonObject PROPERTIES =
      Optional.ofNullable(MappedTools.of(ToolMapping.VLLM_MCP_SERVER).get("start_vllm"))
          .flatMap(ToolDefinition::inputSchema)
          .flatMap(schema -> schema.object("properties"))
          .orElse(JsonObject.EMPTY);

  private StartTool() {}

  static CarriedOut carryOut(ContainerTools.Means means, ToolArguments arguments) {
    var chosen = new ArrayList<String>();
    var defaults = new ArrayList<String>();
    for (String name : arguments.others(ARGUMENTS)) {
      (isDefault(name, arguments.values()) ? defaults : chosen).add(name);
    }
    if (!chosen.isEmpty()) {
      arguments.wrong(
          "start_vllm brings a declared workload back as it is declared, so a caller cannot choose "
              + ToolArguments.list(chosen)
              + "; leave that out and give model and container_name alone");
    }
    Optional<String> model = arguments.values().string("model");
    if (model.isEmpty()) {
      arguments.wrong("start_vllm needs the argument model, a string");
    }
    return means.on(
        arguments,
        workload ->
            workload.model().isPresent() && !workload.model().equals(model)
                ? ToolAnswer.refused(
                    "`%s` runs the model `%s` and no other; ask for that one"
                        .formatted(workload.name(), workload.model().get()))
                : answer(workload, means.control().start(workload, means.timeout()), defaults));
  }

  private static boolean isDefault(String name, JsonObject arguments) {
    Optional<JsonValue> preset =
        PROPERTIES.object(name).flatMap(property -> property.get("default"));
    return preset.isPresent() && preset.equals(arguments.get(name));
  }

  private static CarriedOut answer(
      Workload workload, WorkloadOutcome outcome, List<String> defaults) {
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
        more.addAll(remarks(workload, defaults, remarks));
        yield ToolAnswer.done(
            "Started `%s`: %s; %s so far.".formatted(workload.name(), did, ToolAnswer.running(now)),
            more,
            facts.build(),
            Effect.DONE);
      }
      case AlreadyThere(WorkloadReplicas now, OptionalInt _, List<String> remarks) -> {
        var more = new ArrayList<String>();
        more.add("Nothing was changed.");
        more.addAll(remarks(workload, defaults, remarks));
        yield ToolAnswer.done(
            "`%s` was started already: %s has %s; %s."
                .formatted(
                    workload.name(),
                    ToolAnswer.target(workload),
                    ToolAnswer.count(now.requested()),
                    ToolAnswer.running(now)),
            more,
            ToolAnswer.facts(workload, now).build(),
            Effect.NOTHING_TRIED);
      }
      case Failed(String why, String whatToDo, boolean mayHaveChanged) ->
          ToolAnswer.failed(
              "start", workload, why, whatToDo, mayHaveChanged ? Effect.DONE : Effect.FAILED);
      case Refused refused -> ToolAnswer.refused(workload, refused);
    };
  }

  private static List<String> remarks(
      Workload workload, List<String> defaults, List<String> remarks) {
    var more = new ArrayList<String>(remarks);
    if (workload.model().isEmpty()) {
      more.add(
          "Which model it serves is set in the %s; the argument model did not change it."
              .formatted(workload.target().kind()));
    }
    if (!defaults.isEmpty()) {
      more.add(
          "The %s decides about %s; the tool's default, which was given, changed nothing."
              .formatted(workload.target().kind(), ToolArguments.list(defaults)));
    }
    return more;
  }
}
