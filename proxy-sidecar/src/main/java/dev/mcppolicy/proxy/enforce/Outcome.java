// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.enforce;

import dev.mcppolicy.json.JsonValue.JsonBoolean;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.mcp.RequestId;
import dev.mcppolicy.mcp.RequestMeta;
import dev.mcppolicy.mcp.RpcError;
import dev.mcppolicy.proxy.upstream.UpstreamReply;
import dev.mcppolicy.proxy.workload.Effect;
import java.util.Optional;

/** What an allowed call came to. */
sealed interface Outcome {

  /**
   * There is a result, which may still say that the tool failed.
   *
   * @param effect what was changed for it
   */
  record Result(JsonObject result, Effect effect) implements Outcome {}

  /** The server answered with an error of the protocol. */
  record Refused(RpcError error) implements Outcome {}

  /** There is no answer. */
  record Failed(Effect effect, String why) implements Outcome {}

  static Outcome of(UpstreamReply reply) {
    return switch (reply) {
      case UpstreamReply.Result(JsonObject result) -> new Result(withoutOurs(result), Effect.DONE);
      case UpstreamReply.Refused(RpcError error) -> new Refused(error);
      case UpstreamReply.Failed(boolean sent, String why) ->
          new Failed(sent ? Effect.DONE : Effect.NOTHING_TRIED, why);
    };
  }

  /** What decides whether quota is kept. */
  default Effect effect() {
    return switch (this) {
      case Result(JsonObject _, Effect effect) -> effect;
      case Refused _ -> Effect.DONE;
      case Failed(Effect effect, String _) -> effect;
    };
  }

  default Answer answer(RequestId id) {
    return switch (this) {
      case Result(JsonObject result, Effect _) -> Answer.result(id, result);
      case Refused(RpcError error) -> Answer.error(id, error);
      case Failed(Effect effect, String why) ->
          Answer.error(
              id,
              new RpcError(
                  RpcError.INTERNAL_ERROR,
                  why
                      + (effect == Effect.DONE
                          ? "; the call may have had an effect"
                          : "; nothing was sent, try again")));
    };
  }

  /**
   * The same, with what is told of how things stood before; an answer without a result has no place
   * for it.
   */
  default Outcome withPreview(JsonObject preview) {
    return switch (this) {
      case Result(JsonObject result, Effect effect) ->
          new Result(
              result.with(
                  RequestMeta.MEMBER,
                  result
                      .object(RequestMeta.MEMBER)
                      .orElse(JsonObject.EMPTY)
                      .with(RequestMeta.PREVIEW, preview)),
              effect);
      case Refused _, Failed _ -> this;
    };
  }

  /** For the record. */
  default String word() {
    return switch (this) {
      case Result(JsonObject result, Effect _) ->
          result.get("isError").equals(Optional.of(JsonBoolean.TRUE)) ? "tool_error" : "answered";
      case Refused _ -> "refused";
      case Failed failed -> failed.effect == Effect.DONE ? "failed" : "not_sent";
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
