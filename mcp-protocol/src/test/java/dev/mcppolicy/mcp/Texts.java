// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.mcp;

import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** JSON in tests, as text. */
final class Texts {
  private static final StrictJson JSON = new StrictJson(JsonLimits.REQUEST);

  private Texts() {}

  static JsonValue json(String text) {
    try {
      return JSON.read(text.getBytes(StandardCharsets.UTF_8));
    } catch (MalformedJsonException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  static JsonObject object(String text) {
    return (JsonObject) json(text);
  }

  static Optional<JsonObject> params(String text) {
    return Optional.of(object(text));
  }
}
