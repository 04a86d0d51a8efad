// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What tests of schemas are written with. */
final class Schemas {
  private static final StrictJson JSON =
      new StrictJson(new JsonLimits(32 << 20, 600, 32 << 20, 32 << 20, 64, 4_000_000));

  private Schemas() {}

  static JsonValue json(String text) {
    try {
      return JSON.read(text.getBytes(StandardCharsets.UTF_8));
    } catch (MalformedJsonException wrong) {
      throw new IllegalArgumentException(text, wrong);
    }
  }

  static JsonObject object(String text) {
    return (JsonObject) json(text);
  }

  static ArgumentSchema usable(String schema) {
    return switch (ArgumentSchema.read(object(schema))) {
      case SchemaReading.Usable(ArgumentSchema read) -> read;
      case SchemaReading.Unusable(String why) -> throw new IllegalArgumentException(why);
      case SchemaReading.Absent() -> throw new IllegalArgumentException("absent");
    };
  }

  static String unusable(String schema) {
    return switch (ArgumentSchema.read(object(schema))) {
      case SchemaReading.Usable _ -> "usable";
      case SchemaReading.Unusable(String why) -> why;
      case SchemaReading.Absent() -> "absent";
    };
  }

  /** The violation as {@code KIND path: text}; {@code fits} without one. */
  static String strict(String schema, String arguments) {
    return shown(usable(schema).check(object(arguments), true));
  }

  static String lenient(String schema, String arguments) {
    return shown(usable(schema).check(object(arguments), false));
  }

  private static String shown(Optional<SchemaViolation> violation) {
    return violation
        .map(wrong -> wrong.kind() + " " + wrong.path() + ": " + wrong.text())
        .orElse("fits");
  }
}
