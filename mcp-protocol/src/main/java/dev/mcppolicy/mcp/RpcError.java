// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.mcp;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.Optional;

/**
 * A JSON-RPC error object.
 *
 * @param code one of the constants here when it is ours; an upstream's may be any int
 * @param message one sentence for the caller
 */
public record RpcError(int code, String message, Optional<JsonValue> data) {

  /** The bytes are not JSON of the strict profile (JSON-RPC 2.0 §5.1). */
  public static final int PARSE_ERROR = -32700;

  /** The JSON is not a message that may be sent here (JSON-RPC 2.0 §5.1). */
  public static final int INVALID_REQUEST = -32600;

  /** The method does not exist here or is not allowed (JSON-RPC 2.0 §5.1). */
  public static final int METHOD_NOT_FOUND = -32601;

  /** Params of another shape, an unknown tool, an unknown prompt (JSON-RPC 2.0 §5.1; MCP tools). */
  public static final int INVALID_PARAMS = -32602;

  /** A fault on this side of the caller: no policy, no upstream (JSON-RPC 2.0 §5.1). */
  public static final int INTERNAL_ERROR = -32603;

  /** A resource that does not exist (MCP 2025-11-25 server/resources, "Error handling"). */
  public static final int RESOURCE_NOT_FOUND = -32002;

  public RpcError(int code, String message) {
    this(code, message, Optional.empty());
  }

  /** The error that this object is; empty when code or message is missing or of another type. */
  static Optional<RpcError> read(JsonObject object) {
    if (!(object.members().get("code") instanceof JsonNumber code)) {
      return Optional.empty();
    }
    Optional<String> message = object.string("message");
    Optional<Long> number =
        code.integer().filter(n -> n >= Integer.MIN_VALUE && n <= Integer.MAX_VALUE);
    if (message.isEmpty() || number.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new RpcError(number.get().intValue(), message.get(), object.get("data")));
  }

  public JsonObject json() {
    var object = JsonObject.builder().put("code", code).put("message", message);
    data.ifPresent(value -> object.put("data", value));
    return object.build();
  }
}
