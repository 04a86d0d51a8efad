// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import dev.mcppolicy.mcp.ProtocolVersion;
import java.util.Optional;

/**
 * Our session with an HTTP server; no client ever sees it.
 *
 * @param id what the server gave; empty when it keeps no sessions
 */
record HttpSession(long generation, ProtocolVersion version, Optional<String> id) {
  private static final int ID_CHARS_MAX = 1024;

  /** Visible ASCII, as the transport demands, and bounded. */
  static boolean isId(String text) {
    return !text.isEmpty()
        && text.length() <= ID_CHARS_MAX
        && text.chars().allMatch(c -> c >= 0x21 && c <= 0x7E);
  }
}
