// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.mcp;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The member {@code _meta} of a request's params, cleaned of what a client may not say: our own
 * keys, keys that MCP reserves for another era, and trace context that is malformed or not sent on.
 */
public final class RequestMeta {
  /** The name of the member. */
  public static final String MEMBER = "_meta";

  /** Keys with this prefix are written by this product alone. */
  public static final String OWN_PREFIX = "dev.mcppolicy/";

  /** The machine-readable part of a denial. */
  public static final String DECISION = OWN_PREFIX + "decision";

  /** The machine-readable part of what a container tool did to a workload. */
  public static final String WORKLOAD = OWN_PREFIX + "workload";

  /** The machine-readable part of what a call would have done. */
  public static final String PREVIEW = OWN_PREFIX + "preview";

  /** Shows a request of 2026-07-28 or later, which carries its revision in every message. */
  public static final String MODERN_VERSION = "io.modelcontextprotocol/protocolVersion";

  private static final String MCP_PREFIX = "io.modelcontextprotocol/";
  private static final int TRACESTATE_CHARS_MAX = 512;
  private static final Pattern TRACEPARENT =
      Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");
  private static final Pattern TRACESTATE =
      Pattern.compile("[\\x20-\\x7E]{1," + TRACESTATE_CHARS_MAX + "}");

  private RequestMeta() {}

  /** Whether these params say that the request is of the other era (2026-07-28 or later). */
  public static boolean isModern(JsonObject params) {
    return params.object(MEMBER).map(meta -> meta.has(MODERN_VERSION)).orElse(false);
  }

  /** The cleaned {@code _meta} of these params; empty when nothing of it is left. */
  static Optional<JsonObject> clean(JsonObject params) throws InvalidParamsException {
    if (!params.has(MEMBER)) {
      return Optional.empty();
    }
    JsonObject meta =
        params
            .object(MEMBER)
            .orElseThrow(() -> new InvalidParamsException("params._meta: it must be an object"));
    var kept = JsonObject.builder();
    boolean traced = false;
    for (Map.Entry<String, JsonValue> entry : meta.members().entrySet()) {
      String key = entry.getKey();
      JsonValue value = entry.getValue();
      switch (key) {
        case "progressToken" -> kept.put(key, token(value));
        case "traceparent" -> {
          if (value instanceof JsonString(String text) && TRACEPARENT.matcher(text).matches()) {
            kept.put(key, value);
            traced = true;
          }
        }
        case "tracestate", "baggage" -> {} // the first is added below; the second is not sent on
        default -> {
          if (!key.startsWith(OWN_PREFIX) && !key.startsWith(MCP_PREFIX)) {
            kept.put(key, value);
          }
        }
      }
    }
    if (traced
        && meta.members().get("tracestate") instanceof JsonString(String state)
        && TRACESTATE.matcher(state).matches()) {
      kept.put("tracestate", state);
    }
    JsonObject cleaned = kept.build();
    return cleaned.members().isEmpty() ? Optional.empty() : Optional.of(cleaned);
  }

  private static JsonValue token(JsonValue value) throws InvalidParamsException {
    return RequestId.read(value)
        .map(RequestId::json)
        .orElseThrow(
            () ->
                new InvalidParamsException(
                    "params._meta.progressToken: it must be a string of at most "
                        + RequestId.STRING_CHARS_MAX
                        + " characters or an integer"));
  }
}
