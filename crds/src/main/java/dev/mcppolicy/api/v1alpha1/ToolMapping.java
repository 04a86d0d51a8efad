// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whose container tools the sidecar carries out itself. */
public enum ToolMapping {
  @JsonProperty("vllm-mcp-server")
  VLLM_MCP_SERVER,
  @JsonProperty("none")
  NONE
}
