// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.testkit.mcp;

import dev.mcppolicy.testkit.mcp.LenientJson.Literal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What the recording upstreams answer to one message of MCP 2025-06-18 or 2025-11-25. {@code
 * tools/call} echoes the tool's name and arguments as one text; some names of tools misbehave on
 * purpose, see {@link #toCall}. Thread-safe.
 */
final class McpAnswers {
  /** What to do about one message. */
  sealed interface Answer {
    /** Sends this message after the delay. */
    record Message(String text, Duration delay) implements Answer {}

    /** Sends nothing: a notification, a response, or nonsense. */
    record Nothing() implements Answer {}

    /** Never answers this request; others are answered. */
    record Hang() implements Answer {}

    /** Ends the process or the connection without an answer. */
    record Crash() implements Answer {}
  }

  private static final List<String> VERSIONS =
      List.of("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25");

  private final String tools;
  private final Duration delay;

  private McpAnswers(String tools, Duration delay) {
    this.tools = tools;
    this.delay = delay;
  }

  /**
   * The 12 tools of {@code vllm-mcp-server} 0.1.4, taken from its own answer to {@code tools/list}.
   */
  static McpAnswers withToolsOfVllmMcpServer(Duration delay) {
    try (var in = McpAnswers.class.getResourceAsStream("vllm-mcp-server-0.1.4-tools.json")) {
      if (in == null) {
        throw new IllegalStateException(
            "vllm-mcp-server-0.1.4-tools.json is not on the class path");
      }
      return new McpAnswers(new String(in.readAllBytes(), StandardCharsets.UTF_8).strip(), delay);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Tools of these names that take any object. */
  static McpAnswers withTools(List<String> names, Duration delay) {
    var tools =
        names.stream()
            .map(
                name ->
                    "{\"name\":%s,\"inputSchema\":{\"type\":\"object\"}}"
                        .formatted(LenientJson.quote(name)))
            .toList();
    return new McpAnswers("{\"tools\":[" + String.join(",", tools) + "]}", delay);
  }

  Answer to(String message) {
    Object read;
    try {
      read = LenientJson.read(message);
    } catch (RuntimeException e) {
      return new Answer.Nothing(); // as vllm-mcp-server does
    }
    if (!(read instanceof Map<?, ?> members) || !(members.get("method") instanceof String method)) {
      return new Answer.Nothing();
    }
    var id = members.get("id");
    if (id == null || id.equals(new Literal("null"))) {
      return new Answer.Nothing();
    }
    var params = members.get("params") instanceof Map<?, ?> map ? map : Map.of();
    return switch (method) {
      case "initialize" -> result(id, initialized(params), Duration.ZERO);
      case "ping" -> result(id, "{}", Duration.ZERO);
      case "tools/list" -> result(id, tools, Duration.ZERO);
      case "tools/call" -> toCall(id, params);
      case "resources/list" -> result(id, "{\"resources\":[]}", Duration.ZERO);
      case "prompts/list" -> result(id, "{\"prompts\":[]}", Duration.ZERO);
      default -> error(id, "{\"code\":-32601,\"message\":\"Method not found\"}");
    };
  }

  /**
   * {@code crash} ends without an answer, {@code hang} never answers, {@code slow} waits {@code
   * arguments.millis}, {@code large} answers a text of {@code arguments.bytes} characters, {@code
   * fail} answers a JSON-RPC error, {@code tool_error} a result with {@code isError}; every other
   * name is echoed.
   */
  private Answer toCall(Object id, Map<?, ?> params) {
    var name = params.get("name") instanceof String string ? string : "";
    var arguments = params.get("arguments") instanceof Map<?, ?> map ? map : Map.of();
    return switch (name) {
      case "crash" -> new Answer.Crash();
      case "hang" -> new Answer.Hang();
      case "slow" ->
          result(id, text("slow", false), Duration.ofMillis(number(arguments, "millis", 1_000)));
      case "large" ->
          result(id, text("x".repeat(number(arguments, "bytes", 1 << 20)), false), delay);
      case "fail" -> error(id, "{\"code\":-32603,\"message\":\"failed on purpose\"}");
      case "tool_error" -> result(id, text("failed on purpose", true), delay);
      default -> result(id, text(name + " " + LenientJson.write(arguments), false), delay);
    };
  }

  private static String initialized(Map<?, ?> params) {
    var asked = params.get("protocolVersion") instanceof String string ? string : "";
    return """
        {"protocolVersion":"%s","capabilities":{"tools":{"listChanged":false}},"serverInfo":{"name":"recording-upstream","version":"1"}}"""
        .formatted(VERSIONS.contains(asked) ? asked : VERSIONS.getLast());
  }

  private static String text(String text, boolean isError) {
    return "{\"content\":[{\"type\":\"text\",\"text\":%s}],\"isError\":%s}"
        .formatted(LenientJson.quote(text), isError);
  }

  private static Answer result(Object id, String result, Duration delay) {
    return new Answer.Message(
        "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":%s}".formatted(LenientJson.write(id), result),
        delay);
  }

  private static Answer error(Object id, String error) {
    return new Answer.Message(
        "{\"jsonrpc\":\"2.0\",\"id\":%s,\"error\":%s}".formatted(LenientJson.write(id), error),
        Duration.ZERO);
  }

  private static int number(Map<?, ?> arguments, String name, int otherwise) {
    return arguments.get(name) instanceof Literal(var text) ? Integer.parseInt(text) : otherwise;
  }
}
