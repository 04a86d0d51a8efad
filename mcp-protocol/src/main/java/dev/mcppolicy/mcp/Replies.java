// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.mcp;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.Optional;

/** Answers to a client, whole messages and results of tools. */
public final class Replies {
  private Replies() {}

  /** The message that carries a result. */
  public static JsonObject result(RequestId id, JsonObject result) {
    return new Message.Response(id, Optional.of(result), Optional.empty()).json();
  }

  /** The message that carries an error. */
  public static JsonObject error(RequestId id, RpcError error) {
    return new Message.Response(id, Optional.empty(), Optional.of(error)).json();
  }

  /** The message that carries an error for a request whose id could not be read: it has none. */
  public static JsonObject error(RpcError error) {
    return JsonObject.builder().put("jsonrpc", "2.0").put("error", error.json()).build();
  }

  /** The error for a tool that does not exist or is hidden: the same bytes for both. */
  public static RpcError unknownTool(String name) {
    return new RpcError(RpcError.INVALID_PARAMS, "Unknown tool: " + Echo.of(name));
  }

  /**
   * The result of a call that policy refused: an error of the tool, which a client hands to its
   * model (server/tools, "Error handling"), with the decision for machines in {@code _meta}.
   */
  public static JsonObject toolDenied(String text, JsonObject decision) {
    return toolText(text, true)
        .with(RequestMeta.MEMBER, JsonObject.builder().put(RequestMeta.DECISION, decision).build());
  }

  /** The result of a tool that answers with one text. */
  public static JsonObject toolText(String text, boolean isError) {
    JsonValue content = JsonObject.builder().put("type", "text").put("text", text).build();
    return JsonObject.builder()
        .put("content", JsonArray.of(content))
        .put("isError", isError)
        .build();
  }
}
