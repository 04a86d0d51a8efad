// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.enforce;

import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import dev.mcppolicy.mcp.Echo;
import dev.mcppolicy.mcp.ProtocolVersion;
import dev.mcppolicy.mcp.RequestMeta;
import dev.mcppolicy.mcp.RpcError;
import java.util.List;
import java.util.Optional;

/** Which revisions a message may be of: the two with sessions, and one that says a single thing. */
final class Eras {
  /** UnsupportedProtocolVersion of 2026-07-28, which a client of that revision understands. */
  private static final int UNSUPPORTED_VERSION = -32022;

  private Eras() {}

  /** Why a message of another revision is refused; empty when it is of none or of one of ours. */
  static Optional<RpcError> refusal(Optional<String> header, Optional<JsonObject> params) {
    if (header.isPresent() && ProtocolVersion.of(header.get()).isEmpty()) {
      return Optional.of(unsupported(header.get()));
    }
    if (params.isPresent() && RequestMeta.isModern(params.get())) {
      return Optional.of(
          unsupported(
              params
                  .get()
                  .object(RequestMeta.MEMBER)
                  .flatMap(meta -> meta.string(RequestMeta.MODERN_VERSION))
                  .orElse("")));
    }
    return Optional.empty();
  }

  /** Why the header contradicts the session; empty when it does not, or is absent. */
  static Optional<RpcError> mismatch(Optional<String> header, ProtocolVersion negotiated) {
    return header
        .filter(text -> !text.equals(negotiated.text()))
        .map(
            text ->
                new RpcError(
                    RpcError.INVALID_REQUEST,
                    "MCP-Protocol-Version is `"
                        + Echo.of(text)
                        + "`, but the session was begun with `"
                        + negotiated.text()
                        + "`"));
  }

  private static RpcError unsupported(String requested) {
    List<String> texts = ProtocolVersion.texts();
    return new RpcError(
        UNSUPPORTED_VERSION,
        "protocol version `"
            + Echo.of(requested)
            + "` is not supported; use "
            + String.join(" or ", texts)
            + " and begin with `initialize`",
        Optional.of(
            JsonObject.builder()
                .put(
                    "supported",
                    new JsonArray(List.copyOf(texts.stream().map(JsonString::new).toList())))
                .put("requested", Echo.of(requested))
                .build()));
  }
}
