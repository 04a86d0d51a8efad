// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.mcp.RpcError;

/** What became of one request to the guarded server. */
public sealed interface UpstreamReply {

  /** The server answered with a result, which may still say that the tool failed. */
  record Result(JsonObject result) implements UpstreamReply {}

  /** The server answered with a JSON-RPC error. */
  record Refused(RpcError error) implements UpstreamReply {}

  /**
   * There is no answer, and none will come.
   *
   * @param sent false only when provably no byte of the request was written
   * @param why one sentence, with what to do where there is something
   */
  record Failed(boolean sent, String why) implements UpstreamReply {}
}
