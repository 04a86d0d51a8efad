// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission.inject;

import java.util.List;

/**
 * What injection must know of an McpServer.
 *
 * @param container the container of the pod that runs the stdio MCP server
 * @param command the command that starts it where the pod states none; empty when the McpServer
 *     states none either
 */
public record GuardedServer(String name, String container, List<String> command) {
  public GuardedServer {
    command = List.copyOf(command);
  }
}
