// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.mcp.Echo;
import dev.mcppolicy.mcp.Message.Notification;
import dev.mcppolicy.mcp.ProtocolVersion;
import dev.mcppolicy.proxy.upstream.UpstreamState.Connected;
import java.util.Optional;

/**
 * Our own {@code initialize} with a server (basic/lifecycle): no capabilities, so that the server
 * has nothing to ask a client for.
 */
sealed interface Handshake {
  Notification INITIALIZED = new Notification("notifications/initialized", Optional.empty());

  record Done(Connected connected) implements Handshake {}

  /**
   * @param why what the server did, beginning with {@code it}
   */
  record Failed(String why) implements Handshake {}

  static JsonObject params() {
    return JsonObject.builder()
        .put("protocolVersion", ProtocolVersion.LATEST.text())
        .put("capabilities", JsonObject.EMPTY)
        .put(
            "clientInfo",
            JsonObject.builder().put("name", "mcp-policy-proxy").put("version", version()).build())
        .build();
  }

  static Handshake outcome(UpstreamReply reply, long generation) {
    return switch (reply) {
      case UpstreamReply.Failed(boolean _, String why) ->
          new Failed("it was not initialized: " + why);
      case UpstreamReply.Refused(var error) ->
          new Failed(
              "it refused initialize with error "
                  + error.code()
                  + ": `"
                  + Echo.of(error.message())
                  + "`");
      case UpstreamReply.Result(JsonObject result) -> accepted(result, generation);
    };
  }

  private static Handshake accepted(JsonObject result, long generation) {
    Optional<String> text = result.string("protocolVersion");
    return text.flatMap(ProtocolVersion::of)
        .<Handshake>map(version -> new Done(new Connected(generation, version, result)))
        .orElseGet(
            () ->
                new Failed(
                    "it speaks MCP "
                        + text.map(other -> "`" + Echo.of(other) + "`").orElse("of no version")
                        + "; spoken here are "
                        + String.join(", ", ProtocolVersion.texts())));
  }

  private static String version() {
    return Optional.ofNullable(Handshake.class.getPackage().getImplementationVersion()).orElse("0");
  }
}
