// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.json.JsonValue.JsonObject;

/** What the API server said to one request. */
sealed interface ApiAnswer {

  /** Whether the API server itself said no, before anything was written. */
  default boolean isRefusal() {
    return this instanceof Denied(int status, String reason, String _)
        && status >= 400
        && status < 500
        && !reason.isEmpty();
  }

  /** Status 200, 201 or 202. */
  record Ok(JsonObject body) implements ApiAnswer {}

  /**
   * Any other status.
   *
   * @param reason the server's own word for it, such as {@code NotFound}; empty when what answered
   *     did not answer as an API server does
   * @param message the server's own, printable and bounded
   */
  record Denied(int status, String reason, String message) implements ApiAnswer {}

  /**
   * No answer, or none that can be read; whether the request had an effect is not known.
   *
   * @param why one bounded line
   */
  record Unreachable(String why) implements ApiAnswer {}
}
