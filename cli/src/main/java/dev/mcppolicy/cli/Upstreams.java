// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.proxy.upstream.CommandConnector;
import dev.mcppolicy.proxy.upstream.StdioSettings;
import dev.mcppolicy.proxy.upstream.StdioUpstream;
import dev.mcppolicy.proxy.upstream.Upstream;
import java.nio.file.Path;
import java.util.List;

/** The server behind the proxy, as the command line names it. */
final class Upstreams {
  private Upstreams() {}

  /** What is wrong with the command line of a server; none when nothing is. */
  static List<String> problems(List<String> command) {
    return command.isEmpty()
        ? List.of("no server given; add `-- COMMAND`, such as `-- vllm-mcp-server`")
        : List.of();
  }

  static Upstream of(List<String> command) {
    return new StdioUpstream(new CommandConnector(command), StdioSettings.DEFAULT);
  }

  /** What clients see as the server's name. */
  static String name(List<String> command) {
    return String.valueOf(Path.of(command.getFirst()).getFileName());
  }
}
