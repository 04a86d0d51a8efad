// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.engine.ToolDefinition;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.mcp.Message;
import dev.mcppolicy.mcp.ToolList;
import dev.mcppolicy.proxy.upstream.Upstream;
import dev.mcppolicy.proxy.upstream.UpstreamListener;
import dev.mcppolicy.proxy.upstream.UpstreamReply;
import dev.mcppolicy.proxy.upstream.UpstreamState;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The tools that a running server lists, and what it calls itself.
 *
 * @param server its name as it gave it, unverified; empty when it gave none
 * @param tools in its order, each name once
 */
record LiveTools(Optional<String> server, List<ToolDefinition> tools) {
  private static final int PAGES_MAX = 64;
  private static final int TOOLS_MAX = 1_000;
  private static final Duration PAGE_TIMEOUT = Duration.ofSeconds(60);

  LiveTools {
    tools = List.copyOf(tools);
  }

  /**
   * Connects, reads every page of the list, and ends the connection. Blocks.
   *
   * @throws IOException when the server cannot be reached or does not list its tools; the message
   *     is for a person
   */
  static LiveTools read(Upstream upstream) throws IOException {
    try (upstream) {
      upstream.start(new Unheard());
      Map<String, ToolDefinition> tools = new LinkedHashMap<>();
      Set<String> cursors = new HashSet<>();
      Optional<String> cursor = Optional.empty();
      for (int pages = 0; pages < PAGES_MAX; pages++) {
        ToolList page = page(upstream, cursor);
        for (JsonObject tool : page.tools()) {
          String name = ToolList.name(tool);
          tools.putIfAbsent(name, new ToolDefinition(name, tool));
        }
        if (tools.size() > TOOLS_MAX) {
          break;
        }
        cursor = page.nextCursor();
        if (cursor.isEmpty()) {
          return new LiveTools(name(upstream), List.copyOf(tools.values()));
        }
        if (!cursors.add(cursor.get())) {
          throw new IOException("the server's list of tools never ends");
        }
      }
      throw new IOException(
          "the server lists more than " + TOOLS_MAX + " tools, the most that a policy may name");
    }
  }

  private static ToolList page(Upstream upstream, Optional<String> cursor) throws IOException {
    var answer = new CompletableFuture<UpstreamReply>();
    upstream.call(
        "tools/list",
        cursor.map(text -> JsonObject.builder().put("cursor", text).build()),
        PAGE_TIMEOUT,
        answer::complete);
    return switch (answer.join()) { // completes at the latest after the timeout
      case UpstreamReply.Result(JsonObject result) ->
          ToolList.read(result)
              .orElseThrow(
                  () -> new IOException("the server's answer to tools/list is no list of tools"));
      case UpstreamReply.Refused refused ->
          throw new IOException(
              "the server refused tools/list with error " + refused.error().code());
      case UpstreamReply.Failed failed ->
          throw new IOException("the server's tools cannot be read: " + failed.why());
    };
  }

  private static Optional<String> name(Upstream upstream) {
    return upstream.state() instanceof UpstreamState.Connected connected
        ? connected.initializeResult().object("serverInfo").flatMap(info -> info.string("name"))
        : Optional.empty();
  }

  /** Nobody waits for the news of a connection: a call waits for it by itself. */
  private static final class Unheard implements UpstreamListener {
    @Override
    public void connected(UpstreamState.Connected server) {}

    @Override
    public void disconnected(UpstreamState.Disconnected cause) {}

    @Override
    public void notified(Message.Notification notification) {}
  }
}
