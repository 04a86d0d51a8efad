// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.enforce;

import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.mcp.Replies;
import dev.mcppolicy.mcp.RequestId;
import dev.mcppolicy.mcp.RpcError;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What one message is answered with.
 *
 * @param status of HTTP; a front without one ignores it
 * @param body one JSON-RPC message; empty when there is nothing to say
 * @param headers further headers of HTTP; a front without them ignores them
 */
public record Answer(int status, Optional<JsonObject> body, Map<String, String> headers) {
  public Answer {
    headers = Map.copyOf(headers);
  }

  static Answer result(RequestId id, JsonObject result) {
    return new Answer(200, Optional.of(Replies.result(id, result)), Map.of());
  }

  static Answer error(RequestId id, RpcError error) {
    return error(200, Optional.of(id), error);
  }

  /** An error with the id of its request, or without one when that could not be read. */
  public static Answer error(int status, Optional<RequestId> id, RpcError error) {
    JsonObject body =
        id.map(known -> Replies.error(known, error)).orElseGet(() -> Replies.error(error));
    return new Answer(status, Optional.of(body), Map.of());
  }

  /** A request that is refused before its message is read. */
  public static Answer refused(int status, String text) {
    return error(status, Optional.empty(), new RpcError(RpcError.INVALID_REQUEST, text));
  }

  /** A notification that was taken. */
  static Answer accepted() {
    return new Answer(202, Optional.empty(), Map.of());
  }

  public Answer withHeader(String name, String value) {
    var more = new HashMap<>(headers);
    more.put(name, value);
    return new Answer(status, body, more);
  }
}
