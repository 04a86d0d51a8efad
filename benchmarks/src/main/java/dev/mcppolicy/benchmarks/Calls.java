// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.benchmarks;

import dev.mcppolicy.engine.BoundPolicy;
import dev.mcppolicy.engine.Call;
import dev.mcppolicy.engine.CalledWorkload;
import dev.mcppolicy.engine.Caller;
import dev.mcppolicy.engine.CounterUsage;
import dev.mcppolicy.engine.Decision;
import dev.mcppolicy.engine.Grant;
import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.engine.PolicySet;
import dev.mcppolicy.engine.ToolCatalogue;
import dev.mcppolicy.engine.catalogue.RiskCatalogue;
import dev.mcppolicy.engine.document.PolicyDocument;
import dev.mcppolicy.engine.document.PolicyReader;
import dev.mcppolicy.engine.document.PolicyReading;
import dev.mcppolicy.engine.document.Subject;
import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One call of {@code start_vllm} with 1 KiB of arguments, and policies that let it pass. */
final class Calls {
  static final Instant NOW = Instant.parse("2026-11-18T10:30:19Z");
  static final ToolCatalogue TOOLS = RiskCatalogue.vllm().asToolCatalogue();
  static final CounterUsage USAGE = (counter, window) -> 3;

  /** Conditions that hold for the call, each about another value or with another operator. */
  private static final List<String> REQUIRED =
      List.of(
          "{path: args.model, op: in, value: [a/b, c/d, meta-llama/Llama-3.1-8B-Instruct]}",
          "{path: args.port, op: gte, value: 8000}",
          "{path: args.port, op: lte, value: 8010}",
          "{path: args.gpu_memory_utilization, op: lte, value: 0.95}",
          "{path: args.tensor_parallel_size, op: in, value: [1, 2, 4]}",
          "{path: args.max_model_len, op: lte, value: 32768}",
          "{path: args.dtype, op: neq, value: float32}",
          "{path: args.container_name, op: eq, value: vllm-server}",
          "{path: args.cpu_only, op: eq, value: false}",
          "{path: args.extra_args, op: exists}",
          "{path: grant.name, op: eq, value: agent}",
          "{path: grant.labels.team, op: in, value: [inference, platform]}",
          "{path: workload.name, op: eq, value: vllm-server}",
          "{path: workload.replicas, op: lte, value: 1}");

  private static final List<String> DENYING =
      List.of(
          "{path: args.docker_image, op: exists}",
          "{path: args.cpu_kvcache_space, op: exists}",
          "{path: args.model, op: contains, value: nightly}",
          "{path: args.port, op: lt, value: 1024}",
          "{path: args.extra_args.0, op: eq, value: --trust-remote-code}",
          "{path: args.dtype, op: in, value: [fp8, int4]}");

  private Calls() {}

  static Call call() {
    return call("meta-llama/Llama-3.1-8B-Instruct");
  }

  static Call call(String model) {
    var extra = new ArrayList<JsonValue>();
    for (int i = 0; i < 23; i++) {
      extra.add(JsonValue.of("--some-argument-of-vllm=value-" + i));
    }
    JsonObject arguments =
        object(
                """
                {"model": "", "port": 8000,
                 "gpu_memory_utilization": 0.9, "cpu_only": false, "tensor_parallel_size": 2,
                 "max_model_len": 8192, "dtype": "bfloat16", "container_name": "vllm-server"}
                """)
            .with("model", JsonValue.of(model))
            .with("extra_args", new JsonValue.JsonArray(extra));
    int bytes = JsonText.bytes(arguments).length;
    if (bytes < 960 || bytes > 1088) {
      throw new IllegalStateException("the arguments have " + bytes + " bytes, not 1 KiB");
    }
    return new Call(
        Subject.tool("start_vllm"),
        arguments,
        new Caller(new Grant("agent", Map.of("team", "inference")), "session-1"),
        Optional.of(new CalledWorkload("vllm-server", Optional.of(0L))));
  }

  /** A policy with that many conditions and limits on the tool. */
  static BoundPolicy policy(String name, int conditions, int limits) {
    var required = new ArrayList<String>();
    var denying = new ArrayList<String>();
    for (int i = 0; i < conditions; i++) {
      int kind = i % (REQUIRED.size() + DENYING.size());
      if (kind < REQUIRED.size()) {
        required.add(REQUIRED.get(kind));
      } else {
        denying.add(DENYING.get(kind - REQUIRED.size()));
      }
    }
    var counted = new ArrayList<String>();
    for (int i = 0; i < limits; i++) {
      String window = List.of("minute", "hour", "day").get(i % 3);
      counted.add("{counter: c" + i + ", window: " + window + ", max: 1000, scope: grant}");
    }
    var parts = new ArrayList<String>();
    if (!required.isEmpty()) {
      parts.add("require: [" + grouped(required, "all") + "]");
    }
    if (!denying.isEmpty()) {
      parts.add("deny_if: [" + grouped(denying, "any") + "]");
    }
    if (!counted.isEmpty()) {
      parts.add("limits: [" + String.join(", ", counted) + "]");
    }
    return bound(name, String.join(", ", parts));
  }

  /** Lists are bounded, so many conditions stand in groups of 32. */
  private static String grouped(List<String> conditions, String group) {
    if (conditions.size() <= 32) {
      return String.join(", ", conditions);
    }
    var groups = new ArrayList<String>();
    for (int i = 0; i < conditions.size(); i += 32) {
      List<String> some = conditions.subList(i, Math.min(i + 32, conditions.size()));
      groups.add("{" + group + ": [" + String.join(", ", some) + "]}");
    }
    return String.join(", ", groups);
  }

  static BoundPolicy bound(String name, String rule) {
    String text = "{version: '1', default: deny, tools: {start_vllm: {" + rule + "}}}";
    return new BoundPolicy(new PolicyId("inference", name, 1), Optional.empty(), document(text));
  }

  static PolicySet policies(int policies, int conditions, int limits) {
    var bound = new ArrayList<BoundPolicy>();
    for (int i = 0; i < policies; i++) {
      bound.add(policy("policy-" + i, conditions, limits));
    }
    return allowing(bound);
  }

  /** Compiled, and seen to let the call pass: a denial would be cheaper. */
  static PolicySet allowing(List<BoundPolicy> policies) {
    PolicySet set = PolicySet.compile(policies);
    Decision decision = set.decide(call(), TOOLS, NOW, USAGE);
    if (!(decision instanceof Decision.Allow)) {
      throw new IllegalStateException(decision.reason().text());
    }
    return set;
  }

  static PolicyDocument document(String text) {
    return switch (PolicyReader.read(text)) {
      case PolicyReading.Valid(PolicyDocument document) -> document;
      case PolicyReading.Invalid invalid ->
          throw new IllegalStateException(invalid.problems().toString());
    };
  }

  static JsonObject object(String text) {
    try {
      return (JsonObject)
          new StrictJson(JsonLimits.REQUEST).read(text.getBytes(StandardCharsets.UTF_8));
    } catch (MalformedJsonException wrong) {
      throw new IllegalStateException(text, wrong);
    }
  }
}
