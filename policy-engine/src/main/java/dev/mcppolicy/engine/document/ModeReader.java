// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonValue;
import java.util.List;
import java.util.Optional;

/** Reads whether denials are carried out, and what becomes of calls that cannot be recorded. */
record ModeReader(Problems problems) {

  Optional<Mode> mode(JsonValue value, Place place) {
    return new Values(problems).word(value, place, "a mode", List.of(Mode.values()), Mode::word);
  }

  Optional<Recording> recording(JsonValue value, Place place) {
    return new Values(problems)
        .word(value, place, "a way of recording", List.of(Recording.values()), Recording::word);
  }
}
