// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.mcp;

import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.Optional;

/**
 * The params of {@code initialize} (basic/lifecycle).
 *
 * @param protocolVersion as the client wrote it, at most 64 characters; see {@link
 *     ProtocolVersion#negotiate}
 * @param capabilities what the client says it can do
 * @param clientInfo unverified: never a subject of a policy
 */
public record InitializeParams(
    String protocolVersion, JsonObject capabilities, ClientInfo clientInfo) {
  private static final int VERSION_CHARS_MAX = 64;
  private static final int INFO_CHARS_MAX = 256;

  /** Name and version of a client, each at most 256 characters of anything. */
  public record ClientInfo(String name, String version) {}

  public static InitializeParams read(Optional<JsonObject> params) throws InvalidParamsException {
    JsonObject known = ClientMethod.INITIALIZE.params(params);
    String version = text(known, "params", "protocolVersion", VERSION_CHARS_MAX);
    JsonObject capabilities = object(known, "capabilities");
    JsonObject info = object(known, "clientInfo");
    return new InitializeParams(
        version,
        capabilities,
        new ClientInfo(
            text(info, "params.clientInfo", "name", INFO_CHARS_MAX),
            text(info, "params.clientInfo", "version", INFO_CHARS_MAX)));
  }

  private static JsonObject object(JsonObject params, String name) throws InvalidParamsException {
    return params
        .object(name)
        .orElseThrow(() -> new InvalidParamsException("params." + name + ": it must be an object"));
  }

  private static String text(JsonObject object, String place, String name, int charsMax)
      throws InvalidParamsException {
    return object
        .string(name)
        .filter(text -> text.length() <= charsMax)
        .orElseThrow(
            () ->
                new InvalidParamsException(
                    place
                        + "."
                        + name
                        + ": it must be a string of at most "
                        + charsMax
                        + " characters"));
  }
}
