// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.enforce;

import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.mcp.ProtocolVersion;

/** The answer to {@code initialize}: what the proxy relays, which is tools alone. */
final class Greeting {
  private Greeting() {}

  static JsonObject of(ProtocolVersion version, GateSettings settings) {
    return JsonObject.builder()
        .put("protocolVersion", version.text())
        .put("capabilities", JsonObject.builder().put("tools", JsonObject.EMPTY).build())
        .put(
            "serverInfo",
            JsonObject.builder()
                .put("name", "mcp-policy-proxy")
                .put("title", settings.serverName())
                .put("version", settings.version())
                .build())
        .build();
  }
}
