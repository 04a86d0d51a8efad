// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.mcp;

import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.Optional;

/** One JSON-RPC message: a request, a notification or a response. */
public sealed interface Message {

  /** A message with a method and an id; it is owed exactly one response. */
  record Request(RequestId id, String method, Optional<JsonObject> params) implements Message {}

  /** A message with a method and no id; nothing answers it. */
  record Notification(String method, Optional<JsonObject> params) implements Message {}

  /** An answer: exactly one of result and error is present. */
  record Response(RequestId id, Optional<JsonObject> result, Optional<RpcError> error)
      implements Message {
    public Response {
      if (result.isPresent() == error.isPresent()) {
        throw new IllegalArgumentException("a response has either a result or an error");
      }
    }
  }

  /** The message as it is written; members in a fixed order. */
  default JsonObject json() {
    var object = JsonObject.builder().put("jsonrpc", "2.0");
    switch (this) {
      case Request(RequestId id, String method, Optional<JsonObject> params) -> {
        object.put("id", id.json()).put("method", method);
        params.ifPresent(value -> object.put("params", value));
      }
      case Notification(String method, Optional<JsonObject> params) -> {
        object.put("method", method);
        params.ifPresent(value -> object.put("params", value));
      }
      case Response(RequestId id, Optional<JsonObject> result, Optional<RpcError> error) -> {
        object.put("id", id.json());
        result.ifPresent(value -> object.put("result", value));
        error.ifPresent(value -> object.put("error", value.json()));
      }
    }
    return object.build();
  }
}
