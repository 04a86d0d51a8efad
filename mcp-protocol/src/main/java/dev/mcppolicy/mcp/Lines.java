// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.mcp;

import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue;
import java.util.Arrays;

/** Writes a message as one line of the stdio transport (basic/transports, "stdio"). */
public final class Lines {
  private Lines() {}

  /**
   * The message and a line feed, in one array to be written in one piece.
   *
   * @throws IllegalStateException if a byte of the message could end a line for any reader: the
   *     writer's output never has one, and a line that is two would be two messages
   */
  public static byte[] line(JsonValue message) {
    byte[] text = JsonText.bytes(message);
    for (byte b : text) {
      if (b < 0x20) { // also every byte over 0x7F, which is negative
        throw new IllegalStateException("a message to be written has the byte " + b);
      }
    }
    byte[] line = Arrays.copyOf(text, text.length + 1);
    line[text.length] = '\n';
    return line;
  }
}
