// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.benchmarks;

import dev.mcppolicy.engine.catalogue.RiskCatalogue;
import dev.mcppolicy.engine.schema.ArgumentSchema;
import dev.mcppolicy.engine.schema.SchemaReading;
import dev.mcppolicy.engine.schema.SchemaViolation;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Arguments against a schema, and a schema compiled. */
@State(Scope.Benchmark)
public class SchemaBenchmark {
  private static final JsonObject NESTED =
      Calls.object(
          """
          {"type": "object", "additionalProperties": false, "required": ["spec"],
           "properties": {"spec": {"$ref": "#/$defs/spec"},
                          "mode": {"anyOf": [{"type": "null"}, {"enum": ["fast", "slow"]}]}},
           "$defs": {"spec": {"type": "object", "required": ["name", "ports"], "properties": {
             "name": {"type": "string", "pattern": "^[a-z][a-z0-9-]*$", "maxLength": 63},
             "ports": {"type": "array", "maxItems": 32, "uniqueItems": true, "items": {
               "type": "object", "required": ["number"], "properties": {
                 "number": {"type": "integer", "minimum": 1, "maximum": 65535},
                 "protocol": {"oneOf": [{"const": "TCP"}, {"const": "UDP"}]}}}},
             "env": {"type": "object", "additionalProperties": {"type": "string"}}}}}}
          """);

  private final JsonObject flatSchema =
      RiskCatalogue.vllm()
          .tool("start_vllm")
          .orElseThrow()
          .definition()
          .inputSchema()
          .orElseThrow();
  private final JsonObject flatArguments = Calls.call().arguments();
  private final ArgumentSchema flat = usable(flatSchema);

  private final ArgumentSchema nested = usable(NESTED);
  private final JsonObject nestedArguments =
      Calls.object(
          """
          {"mode": "fast", "spec": {"name": "model-server-1", "ports": [
             {"number": 8000, "protocol": "TCP"}, {"number": 8001, "protocol": "TCP"},
             {"number": 9000, "protocol": "UDP"}, {"number": 9001}],
            "env": {"A": "1", "B": "2", "C": "3", "D": "4", "E": "5", "F": "6"}}}
          """);

  @Benchmark
  public Optional<SchemaViolation> nineArgumentsOfOneKibibyte() {
    return flat.check(flatArguments, true);
  }

  @Benchmark
  public Optional<SchemaViolation> nestedWithPattern() {
    return nested.check(nestedArguments, true);
  }

  @Benchmark
  public SchemaReading compile() {
    return ArgumentSchema.read(flatSchema);
  }

  private static ArgumentSchema usable(JsonObject schema) {
    return switch (ArgumentSchema.read(schema)) {
      case SchemaReading.Usable(ArgumentSchema usable) -> usable;
      case SchemaReading.Unusable(String why) -> throw new IllegalStateException(why);
      case SchemaReading.Absent() -> throw new IllegalStateException("absent");
    };
  }
}
