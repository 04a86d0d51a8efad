// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.mcp;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.util.Optional;

/**
 * The id of a JSON-RPC request, whose type is part of it: {@code "1"} is not {@code 1}.
 *
 * <p>MCP narrows JSON-RPC to strings and integers, never null (basic/index, "Requests").
 */
public sealed interface RequestId {

  /** The longest string id that is accepted. */
  int STRING_CHARS_MAX = 256;

  /** The largest magnitude of an integer id: what every JSON reader keeps exactly, 2^53 - 1. */
  long INTEGER_MAX = (1L << 53) - 1;

  record StringId(String value) implements RequestId {}

  record IntegerId(long value) implements RequestId {}

  static RequestId of(long value) {
    return new IntegerId(value);
  }

  /** The id that this value is; empty when it may not be one (null, a fraction, an object, …). */
  static Optional<RequestId> read(JsonValue value) {
    return switch (value) {
      case JsonString(String text) when text.length() <= STRING_CHARS_MAX ->
          Optional.of(new StringId(text));
      case JsonNumber number ->
          number
              .integer()
              .filter(integer -> integer >= -INTEGER_MAX && integer <= INTEGER_MAX)
              .map(IntegerId::new);
      case JsonValue _ -> Optional.empty();
    };
  }

  default JsonValue json() {
    return switch (this) {
      case StringId(String value) -> JsonValue.of(value);
      case IntegerId(long value) -> JsonValue.of(value);
    };
  }
}
