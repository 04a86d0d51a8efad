// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.mcp;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A revision of MCP that is spoken here, oldest first. */
public enum ProtocolVersion {
  V2025_06_18("2025-06-18"),
  V2025_11_25("2025-11-25");

  public static final ProtocolVersion LATEST = V2025_11_25;

  private final String text;

  ProtocolVersion(String text) {
    this.text = text;
  }

  /** As it stands in messages and in the header MCP-Protocol-Version. */
  public String text() {
    return text;
  }

  public static Optional<ProtocolVersion> of(String text) {
    return Stream.of(values()).filter(version -> version.text.equals(text)).findAny();
  }

  /** What a server answers to this request: the same when it is known, else its latest. */
  public static ProtocolVersion negotiate(String requested) {
    return of(requested).orElse(LATEST);
  }

  /** All of them, for messages. */
  public static List<String> texts() {
    return Stream.of(values()).map(ProtocolVersion::text).toList();
  }
}
