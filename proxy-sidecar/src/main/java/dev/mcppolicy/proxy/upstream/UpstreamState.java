// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.mcp.ProtocolVersion;

/** Whether there is a connection to the guarded server. */
public sealed interface UpstreamState {

  /**
   * @param generation counts connections, from 1
   * @param initializeResult what the server answered: {@code serverInfo}, {@code capabilities}, and
   *     {@code instructions} where it has some; the server's words, unverified
   */
  record Connected(long generation, ProtocolVersion version, JsonObject initializeResult)
      implements UpstreamState {}

  /**
   * @param why what happened, for an operator and in the answer of a call that fails for it
   */
  record Disconnected(String why) implements UpstreamState {}
}
