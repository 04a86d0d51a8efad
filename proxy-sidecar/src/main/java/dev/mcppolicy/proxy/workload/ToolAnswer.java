// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.mcp.Replies;
import dev.mcppolicy.mcp.RequestMeta;
import dev.mcppolicy.proxy.workload.ContainerTools.CarriedOut;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Results of container tools: one text whose first line says the outcome, and the facts. */
final class ToolAnswer {
  private ToolAnswer() {}

  /** A result with its facts for machines. */
  static CarriedOut done(String outcome, List<String> more, JsonObject facts, Effect effect) {
    var lines = new ArrayList<String>();
    lines.add(outcome);
    lines.addAll(more);
    return new CarriedOut(
        withFacts(Replies.toolText(String.join("\n", lines), false), facts), effect);
  }

  static CarriedOut failed(
      String verb, Workload workload, String why, String whatToDo, Effect effect) {
    String text =
        "Failed to %s `%s`: %s.\nWhat to do: %s.".formatted(verb, workload.name(), why, whatToDo);
    return new CarriedOut(Replies.toolText(text, true), effect);
  }

  static CarriedOut refused(String why) {
    return new CarriedOut(Replies.toolText("Refused: " + why + ".", true), Effect.NOTHING_TRIED);
  }

  /** A refusal of an act on a workload. */
  static CarriedOut refused(Workload workload, WorkloadOutcome.Refused refused) {
    CarriedOut plain = refused(refused.why());
    if (refused.facts().members().isEmpty()) {
      return plain;
    }
    JsonObject.Builder facts =
        JsonObject.builder()
            .put("workload", workload.name())
            .put("kind", workload.target().kind())
            .put("name", workload.target().name());
    refused.facts().members().forEach(facts::put);
    return new CarriedOut(withFacts(plain.result(), facts.build()), plain.effect());
  }

  private static JsonObject withFacts(JsonObject result, JsonObject facts) {
    return result
        .with("structuredContent", facts)
        .with(RequestMeta.MEMBER, JsonObject.builder().put(RequestMeta.WORKLOAD, facts).build());
  }

  static JsonObject.Builder facts(Workload workload, WorkloadReplicas now) {
    JsonObject.Builder facts =
        JsonObject.builder()
            .put("workload", workload.name())
            .put("kind", workload.target().kind())
            .put("name", workload.target().name())
            .put("requestedReplicas", now.requested())
            .put("observedReplicas", now.observed());
    put(facts, "readyReplicas", now.ready());
    put(facts, "endingReplicas", now.ending());
    return facts;
  }

  static void put(JsonObject.Builder facts, String name, OptionalInt number) {
    if (number.isPresent()) {
      facts.put(name, number.getAsInt());
    }
  }

  /** Facts that an outcome has besides. */
  static void put(JsonObject.Builder facts, JsonObject more) {
    more.members().forEach(facts::put);
  }

  static String target(Workload workload) {
    return workload.target().kind() + " `" + workload.target().name() + "`";
  }

  static String count(int replicas) {
    return replicas == 1 ? "1 replica" : replicas + " replicas";
  }

  static String are(int replicas, String doing) {
    return (replicas == 1 ? "1 is " : replicas + " are ") + doing;
  }

  /** How a stopped workload runs again. */
  static String comesBack(Workload workload, OptionalInt kept) {
    return switch (workload.target().kind()) {
      case Workload.Target.PODS ->
          "Nothing brings these pods back: create them anew from their own definition.";
      case "InferenceService" ->
          "Start it again with start_vllm, container_name `%s`: KServe brings it back as it is declared."
              .formatted(workload.name());
      default ->
          "Start it again with start_vllm, container_name `%s`: it returns to %s."
              .formatted(workload.name(), count(kept.orElse(1)));
    };
  }

  /** What is left of a stopped workload. */
  static String left(WorkloadReplicas now) {
    if (now.requested() > 0) {
      return "meanwhile somebody scaled it to "
          + count(now.requested())
          + " again, so it is not stopped";
    }
    if (now.observed() > 0) {
      return now.ending().isPresent()
          ? are(now.observed() + now.ending().getAsInt(), "still ending")
          : are(now.observed(), "still ending");
    }
    if (now.ending().isEmpty()) {
      return "none is left, as far as can be seen: one that is just ending is not counted here";
    }
    return now.ending().getAsInt() == 0
        ? "all have ended"
        : are(now.ending().getAsInt(), "still ending");
  }

  /** What runs of a started workload. */
  static String running(WorkloadReplicas now) {
    String text = are(now.observed(), "running");
    if (now.ready().isPresent()) {
      text += ", " + now.ready().getAsInt() + " ready";
    }
    if (now.ending().orElse(0) > 0) {
      text += "; of before, " + are(now.ending().getAsInt(), "still ending");
    }
    return text;
  }
}
