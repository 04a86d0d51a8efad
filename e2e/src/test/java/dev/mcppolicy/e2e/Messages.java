// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;

/** Arguments of `vllm_chat`. */
final class Messages {
  private Messages() {}

  static JsonObject one(String content) {
    return JsonObject.builder()
        .put(
            "messages",
            JsonArray.of(JsonObject.builder().put("role", "user").put("content", content).build()))
        .build();
  }

  /** A prompt of so many words, each of which takes the stand-in its token delay. */
  static JsonObject words(int count) {
    return one("word ".repeat(count).strip());
  }
}
