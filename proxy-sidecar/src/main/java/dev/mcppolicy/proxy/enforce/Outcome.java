// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.enforce;

import dev.mcppolicy.json.JsonValue.JsonBoolean;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.mcp.RequestId;
import dev.mcppolicy.mcp.RequestMeta;
import dev.mcppolicy.mcp.RpcError;
import dev.mcppolicy.proxy.upstream.UpstreamReply;
import java.util.Optional;

/** What an allowed call came to. */
sealed interface Outcome {

  /**
   * There is a result, which may still say that the tool failed.
   *
   * @param acted false only when provably nothing was sent or done for it
   */
  record Result(JsonObject result, boolean acted) implements Outcome {}

  /** The server answered with an error of the protocol. */
  record Refused(RpcError error) implements Outcome {}

  /** There is no answer. */
  record Failed(boolean acted, String why) implements Outcome {}

  static Outcome of(UpstreamReply reply) {
    return switch (reply) {
      case UpstreamReply.Result(JsonObject result) -> new Result(withoutOurs(result), true);
      case UpstreamReply.Refused(RpcError error) -> new Refused(error);
      case UpstreamReply.Failed(boolean sent, String why) -> new Failed(sent, why);
    };
  }

  /** Whether something may have been sent or done, so that quota is kept. */
  default boolean mayHaveActed() {
    return switch (this) {
      case Result result -> result.acted;
      case Refused _ -> true;
      case Failed failed -> failed.acted;
    };
  }

  default Answer answer(RequestId id) {
    return switch (this) {
      case Result(JsonObject result, boolean _) -> Answer.result(id, result);
      case Refused(RpcError error) -> Answer.error(id, error);
      case Failed(boolean acted, String why) ->
          Answer.error(
              id,
              new RpcError(
                  RpcError.INTERNAL_ERROR,
                  why
                      + (acted
                          ? "; the call may have had an effect"
                          : "; nothing was sent, try again")));
    };
  }

  /** For the record. */
  default String word() {
    return switch (this) {
      case Result(JsonObject result, boolean _) ->
          result.get("isError").equals(Optional.of(JsonBoolean.TRUE)) ? "tool_error" : "answered";
      case Refused _ -> "refused";
      case Failed failed -> failed.acted ? "failed" : "not_sent";
    };
  }

  /** The result without keys that only this product writes, so that no server can forge one. */
  private static JsonObject withoutOurs(JsonObject result) {
    Optional<JsonObject> meta = result.object(RequestMeta.MEMBER);
    if (meta.isEmpty()) {
      return result;
    }
    JsonObject kept = meta.get();
    for (String key : meta.get().members().keySet()) {
      if (key.startsWith(RequestMeta.OWN_PREFIX)) {
        kept = kept.without(key);
      }
    }
    return kept.members().size() == meta.get().members().size()
        ? result
        : result.with(RequestMeta.MEMBER, kept);
  }
}
