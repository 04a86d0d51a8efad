// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.proxy.upstream.CommandConnector;
import dev.mcppolicy.proxy.upstream.HttpUpstream;
import dev.mcppolicy.proxy.upstream.HttpUpstreamSettings;
import dev.mcppolicy.proxy.upstream.StdioSettings;
import dev.mcppolicy.proxy.upstream.StdioUpstream;
import dev.mcppolicy.proxy.upstream.Upstream;
import io.netty.channel.EventLoopGroup;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The server behind the proxy, as the command line names it: a command or a URL. */
final class Upstreams {
  private Upstreams() {}

  /** What is wrong with how a server is named; none when nothing is. */
  static List<String> problems(Optional<String> url, List<String> command) {
    if (url.isPresent() == !command.isEmpty()) {
      return List.of(
          url.isPresent()
              ? "--upstream and a command are both given; leave one of them out"
              : "no server given; add `-- COMMAND`, such as `-- vllm-mcp-server`, or --upstream URL");
    }
    if (url.isPresent() && parse(url.get()).isEmpty()) {
      return List.of(
          "--upstream: `" + url.get() + "` is not a URL such as http://127.0.0.1:9000/mcp");
    }
    return List.of();
  }

  /** The server that a command starts. */
  static Upstream of(List<String> command) {
    return new StdioUpstream(new CommandConnector(command), StdioSettings.DEFAULT);
  }

  /** The server at a URL, spoken to on the event loops that calls come on. */
  static Upstream of(String url, EventLoopGroup loops) {
    return new HttpUpstream(parse(url).orElseThrow(), loops, HttpUpstreamSettings.DEFAULT);
  }

  /** A URL that others may see: without its query, where people put keys. */
  static String shown(String url) {
    URI uri = parse(url).orElseThrow();
    return uri.getScheme() + "://" + uri.getAuthority() + uri.getPath();
  }

  /** What clients see as the server's name. */
  static String name(Optional<String> url, List<String> command) {
    return url.flatMap(Upstreams::parse)
        .map(URI::getHost)
        .orElseGet(() -> String.valueOf(Path.of(command.getFirst()).getFileName()));
  }

  private static Optional<URI> parse(String url) {
    try {
      URI uri = URI.create(url);
      boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      return isHttp && uri.getHost() != null && uri.getUserInfo() == null
          ? Optional.of(uri)
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
