// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission.inject;

import java.util.Set;

/** The names that injection claims in a pod; the chart's admission policies know the same ones. */
final class InjectedNames {
  static final String SIDECAR = "mcp-policy-proxy";

  static final String BRIDGE_VOLUME = "mcp-policy-bridge";
  static final String TOKEN_VOLUME = "mcp-policy-token";
  static final String TEMPORARY_VOLUME = "mcp-policy-tmp";
  static final Set<String> VOLUMES = Set.of(BRIDGE_VOLUME, TOKEN_VOLUME, TEMPORARY_VOLUME);

  static final String BRIDGE_DIRECTORY = "/bridge";
  static final String BRIDGE_PROGRAM = "/bridge/stdio-bridge";

  /** In the image, where the server cannot put a program of its own (T105). */
  static final String BRIDGE_PROGRAM_OF_SIDECAR = "/app/stdio-bridge";

  static final String TOKEN_DIRECTORY = "/var/run/secrets/mcppolicy.dev";

  /** Volumes that the API server's ServiceAccount plugin adds before any webhook runs. */
  static final String AUTOMOUNTED_VOLUME_PREFIX = "kube-api-access-";

  static final int MCP_PORT = 8443;
  static final int MANAGEMENT_PORT = 8081;

  private InjectedNames() {}
}
