// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.enforce;

import dev.mcppolicy.engine.document.Subject;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.mcp.ProtocolVersion;
import dev.mcppolicy.proxy.enforce.Gate.Entered;
import java.util.Optional;

/**
 * The answer to {@code initialize}. Of capabilities it has what the proxy relays (tools, resources
 * and prompts, without subscriptions and changes of lists), the policy lets the grant use some of,
 * and the server has. A server that has not been connected to yet counts as having all.
 */
final class Greeting {
  private Greeting() {}

  static JsonObject of(
      ProtocolVersion version,
      Entered entered,
      Optional<JsonObject> serverCapabilities,
      GateSettings settings) {
    var capabilities = JsonObject.builder().put("tools", JsonObject.EMPTY);
    for (Subject.Kind kind : Subject.Kind.values()) {
      boolean isRelayed =
          kind != Subject.Kind.TOOL
              && entered.policy().policies().listsAny(kind, entered.grant())
              && serverCapabilities.map(has -> has.object(kind.key()).isPresent()).orElse(true);
      if (isRelayed) {
        capabilities.put(kind.key(), JsonObject.EMPTY);
      }
    }
    return JsonObject.builder()
        .put("protocolVersion", version.text())
        .put("capabilities", capabilities.build())
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
