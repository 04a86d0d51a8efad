// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import dev.mcppolicy.bundle.Contested;
import dev.mcppolicy.bundle.Safeguards;
import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a call would have done, had it been carried out when it was decided.
 *
 * @param text one sentence for people
 * @param facts the same for machines
 */
public record WouldBe(String text, JsonObject facts) {

  private static final Set<String> CHANGING = Set.of("stop_vllm", "start_vllm", "restart_vllm");

  /** Whether the tool changes a workload at all. */
  public static boolean changes(String tool) {
    return CHANGING.contains(tool);
  }

  /** Empty for a tool that changes nothing. */
  public static Optional<WouldBe> of(String tool, Workload workload, WorkloadPreview preview) {
    int wanted = preview.now().requested();
    int start = preview.kept().orElse(1);
    if (changes(tool)
        && workload.safeguards().contested().isPresent()
        && workload.safeguards().contested().get() instanceof Contested.Refused(String by, _)) {
      return Optional.of(nothing(workload, preview, "it is refused while " + by + " undoes it"));
    }
    return switch (tool) {
      case "stop_vllm" ->
          Optional.of(
              wanted == 0
                  ? nothing(workload, preview, "it is stopped already")
                  : change(workload, preview, wanted, 0, "frees", ""));
      case "start_vllm" ->
          Optional.of(
              wanted > 0
                  ? nothing(workload, preview, "it is started already")
                  : change(workload, preview, 0, start, "takes", ""));
      case "restart_vllm" ->
          Optional.of(
              wanted == 0
                  ? change(workload, preview, 0, start, "takes", "")
                  : change(workload, preview, wanted, 0, "", " and back to " + wanted));
      default -> Optional.empty();
    };
  }

  private static WouldBe nothing(Workload workload, WorkloadPreview preview, String why) {
    int wanted = preview.now().requested();
    return new WouldBe(
        "It would have changed nothing: " + why + ".",
        facts(workload, preview, wanted, wanted).build());
  }

  /**
   * @param verb what it does to GPUs; empty when it leaves them as they are
   */
  private static WouldBe change(
      Workload workload, WorkloadPreview preview, int from, int to, String verb, String back) {
    var text = new StringBuilder("It would have scaled ");
    text.append(ToolAnswer.target(workload))
        .append(" from ")
        .append(ToolAnswer.count(from))
        .append(" to ")
        .append(to)
        .append(back);
    JsonObject.Builder facts =
        facts(workload, preview, from, back.isEmpty() ? to : preview.now().requested());
    if (!verb.isEmpty() && !preview.gpus().isEmpty()) {
      text.append(", which ").append(verb).append(' ').append(gpus(preview.gpus()));
      JsonObject.Builder each = JsonObject.builder();
      preview.gpus().forEach(each::put);
      facts.put(verb.equals("frees") ? "gpusFreed" : "gpusTaken", each.build());
    }
    if (from > 0 && preview.requests().isPresent()) {
      int requests = preview.requests().getAsInt();
      text.append(requests == 1 ? "; 1 request runs" : "; " + requests + " requests run")
          .append(" there now");
    }
    text.append('.');
    if (from > 0 && !workload.safeguards().equals(Safeguards.NONE)) {
      text.append(" What else a stop of it has to respect was not asked for this.");
    }
    return new WouldBe(text.toString(), facts.build());
  }

  private static String gpus(Map<String, Long> all) {
    return all.entrySet().stream()
        .map(gpu -> gpu.getValue() + " GPUs (" + gpu.getKey() + ")")
        .collect(Collectors.joining(" and "));
  }

  private static JsonObject.Builder facts(
      Workload workload, WorkloadPreview preview, int from, int to) {
    JsonObject.Builder facts =
        JsonObject.builder()
            .put("workload", workload.name())
            .put("kind", workload.target().kind())
            .put("name", workload.target().name())
            .put("replicasFrom", from)
            .put("replicasTo", to);
    ToolAnswer.put(facts, "requests", preview.requests());
    return facts;
  }
}
