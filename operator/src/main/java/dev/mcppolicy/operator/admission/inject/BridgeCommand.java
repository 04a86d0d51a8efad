// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission.inject;

import java.util.ArrayList;
import java.util.List;

/**
 * The command that makes the bridge run a stdio MCP server, so that nobody but the sidecar speaks
 * to it.
 */
final class BridgeCommand {
  private final List<String> prefix;

  BridgeCommand(long peerUserId) {
    prefix =
        List.of(
            InjectedNames.BRIDGE_PROGRAM,
            "serve",
            "--socket",
            "/bridge/mcp.sock",
            "--stderr-socket",
            "/bridge/stderr.sock",
            "--peer-uid",
            Long.toString(peerUserId),
            "--");
  }

  List<String> around(List<String> command) {
    var whole = new ArrayList<>(prefix);
    whole.addAll(command);
    return whole;
  }

  /** What is inside {@link #around}; any other command as it is. */
  List<String> inside(List<String> command) {
    return command.size() > prefix.size() && command.subList(0, prefix.size()).equals(prefix)
        ? command.subList(prefix.size(), command.size())
        : command;
  }
}
