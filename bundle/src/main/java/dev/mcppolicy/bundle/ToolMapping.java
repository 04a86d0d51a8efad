// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

/** Whose container tools the sidecar carries out itself. */
public enum ToolMapping {
  NONE("none"),
  VLLM_MCP_SERVER("vllm-mcp-server");

  private final String word;

  ToolMapping(String word) {
    this.word = word;
  }

  /** As written in an McpServer's {@code spec.toolMapping}. */
  public String word() {
    return word;
  }
}
