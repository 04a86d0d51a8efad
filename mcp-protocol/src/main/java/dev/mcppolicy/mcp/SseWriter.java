// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.mcp;

import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue;
import java.nio.charset.StandardCharsets;

/**
 * Writes messages as events of a text/event-stream (WHATWG HTML, "Server-sent events"). Every field
 * is made here: nothing of an upstream's event is copied.
 */
public final class SseWriter {
  private SseWriter() {}

  /** One event with the message on one line of data, whole for every reader of event streams. */
  public static byte[] event(JsonValue message) {
    return ("event: message\ndata: " + JsonText.string(message) + "\n\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** A comment, which keeps a silent stream open. */
  public static byte[] keepAlive() {
    return ":\n\n".getBytes(StandardCharsets.US_ASCII);
  }
}
