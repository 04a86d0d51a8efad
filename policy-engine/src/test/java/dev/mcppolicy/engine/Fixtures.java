// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.PolicyDocument;
import dev.mcppolicy.engine.document.PolicyReader;
import dev.mcppolicy.engine.document.PolicyReading;
import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What tests of decisions are written with. */
final class Fixtures {
  /** 19 seconds into a minute, so that the next one is 41 seconds away. */
  static final Instant NOW = Instant.parse("2026-11-18T10:30:19Z");

  static final Grant AGENT = new Grant("agent");

  /** The published policy, as in the documentation. */
  static final String PUBLISHED =
      """
      {"version": "1", "default": "deny",
       "tools": {"stop_vllm": {"limits": [{"counter": "stop_vllm_rate", "window": "minute", "max": 10, "scope": "grant"}]}}}
      """;

  /** Knows every tool, with an argument {@code container_name} and a required {@code model}. */
  static final ToolCatalogue CATALOGUE =
      name ->
          switch (name) {
            case "no_such_tool" -> new ToolLookup.Unknown();
            case "not_loaded" -> new ToolLookup.NotLoaded("the MCP server does not answer");
            case "no_schema" ->
                new ToolLookup.Known(new ToolDefinition(name, object("{\"name\":\"no_schema\"}")));
            case "unusable_schema" ->
                known(name, "{\"properties\":{\"a\":{\"$ref\":\"https://example.com/a\"}}}");
            case "start_vllm" ->
                known(
                    name,
                    """
                    {"type":"object","required":["model"],"properties":{
                      "model":{"type":"string"},"port":{"type":"integer"},
                      "max_model_len":{"type":["integer","null"]},"extra_args":{"type":"array"}}}
                    """);
            default ->
                known(
                    name,
                    "{\"type\":\"object\",\"properties\":{\"container_name\":{\"type\":\"string\"}}}");
          };

  private Fixtures() {}

  private static ToolLookup known(String name, String schema) {
    return new ToolLookup.Known(
        new ToolDefinition(
            name,
            JsonObject.builder().put("name", name).put("inputSchema", object(schema)).build()));
  }

  static JsonObject object(String json) {
    try {
      JsonValue value =
          new StrictJson(JsonLimits.REQUEST).read(json.getBytes(StandardCharsets.UTF_8));
      return (JsonObject) value;
    } catch (MalformedJsonException wrong) {
      throw new IllegalArgumentException(json, wrong);
    }
  }

  static PolicyDocument document(String text) {
    return switch (PolicyReader.read(text)) {
      case PolicyReading.Valid(PolicyDocument document) -> document;
      case PolicyReading.Invalid invalid ->
          throw new IllegalArgumentException(invalid.problems().toString());
    };
  }

  /** One policy, named p, for every grant. */
  static PolicySet set(String text) {
    return PolicySet.compile(List.of(policy("p", text)));
  }

  /** A policy {@code inference/NAME} for every grant. */
  static BoundPolicy policy(String name, String text) {
    return new BoundPolicy(new PolicyId("inference", name, 7), Optional.empty(), document(text));
  }

  static BoundPolicy policyFor(String name, String text, String... grants) {
    return new BoundPolicy(
        new PolicyId("inference", name, 7), Optional.of(Set.of(grants)), document(text));
  }

  static Call call(String tool) {
    return Call.ofTool(tool, JsonObject.EMPTY, AGENT);
  }

  static Call call(String tool, String arguments) {
    return Call.ofTool(tool, object(arguments), AGENT);
  }
}
