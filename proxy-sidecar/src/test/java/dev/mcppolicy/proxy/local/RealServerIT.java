// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.http.HttpLimits;
import dev.mcppolicy.proxy.upstream.CommandConnector;
import dev.mcppolicy.proxy.upstream.StdioSettings;
import dev.mcppolicy.proxy.upstream.StdioUpstream;
import dev.mcppolicy.testkit.cluster.Artefacts;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The resources and prompts of the real {@code vllm-mcp-server} 0.1.4 under policies. */
final class RealServerIT {
  private static final List<String> URIS =
      List.of("vllm://status", "vllm://metrics", "vllm://config", "vllm://platform");

  private static final String UNKNOWN = "Unknown resource: %s";
  private static final String PROMPT = "coding_assistant";

  @TempDir private Path folder;
  private int id;

  private LocalFixture start(String policy) throws Exception {
    List<String> command = List.of(Artefacts.pythonBin().resolve("vllm-mcp-server").toString());
    return LocalFixture.start(
        folder,
        policy,
        new StdioUpstream(new CommandConnector(command), StdioSettings.DEFAULT),
        HttpLimits.DEFAULT,
        InstantSource.system());
  }

  private JsonObject ask(McpClient client, String method, String params) throws Exception {
    return McpClient.json(
        client.post(
            "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s\",\"params\":%s}"
                .formatted(++id, method, params)));
  }

  private static String message(JsonObject answer) {
    return answer
        .object("error")
        .flatMap(error -> error.string("message"))
        .orElseThrow(() -> new AssertionError(answer.toString()));
  }

  private static List<String> listed(JsonObject answer, String member, String name) {
    return answer
        .object("result")
        .flatMap(result -> result.array(member))
        .orElseThrow(() -> new AssertionError(answer.toString()))
        .elements()
        .stream()
        .map(item -> ((JsonObject) item).string(name).orElseThrow())
        .toList();
  }

  @Test
  void letsNoResourceRepeatADeniedToolT56() throws Exception {
    try (LocalFixture proxy =
            start(
                "{\"version\": \"1\", \"default\": \"deny\", \"resources\": {\"vllm://config\": {}}}");
        McpClient client = McpClient.connect(proxy.port(), LocalFixture.AGENT)) {
      String greeting = client.initialize("2025-11-25").text();
      assertTrue(greeting.contains("\"capabilities\":{\"tools\":{},\"resources\":{}}"), greeting);
      assertEquals(
          List.of("vllm://config"),
          listed(ask(client, "resources/list", "{}"), "resources", "uri"));
      assertEquals(List.of(), listed(ask(client, "prompts/list", "{}"), "prompts", "name"));
      for (String uri : URIS) {
        JsonObject answer = ask(client, "resources/read", "{\"uri\":\"" + uri + "\"}");
        if (uri.equals("vllm://config")) { // it lists it and cannot read it: its own answer
          assertEquals(UNKNOWN.formatted(uri), message(answer));
        } else {
          assertEquals(-32002, McpClient.errorCode(answer), answer.toString());
          assertTrue(message(answer).startsWith("Denied by policy"), answer.toString());
        }
      }
      assertTrue(McpClient.isError(client.call("get_platform_status", "{}")), "the same as a tool");
    }
  }

  @Test
  void readsEverythingButTheDeniedResourceUnderDefaultAllow() throws Exception {
    try (LocalFixture proxy =
            start(
                "{\"version\": \"1\", \"default\": \"deny\", \"resources\": {\"default\": \"allow\", \"vllm://platform\": {\"action\": \"deny\"}}, \"prompts\": {\"default\": \"allow\"}}");
        McpClient client = proxy.agent()) {
      assertEquals(
          List.of("vllm://status", "vllm://metrics", "vllm://config"),
          listed(ask(client, "resources/list", "{}"), "resources", "uri"));
      // the server itself takes the first of these for the denied one: it puts URIs in normal form
      for (String uri : List.of("VLLM://platform", "vllm://platfor%6D", "vllm://x/../platform")) {
        JsonObject answer = ask(client, "resources/read", "{\"uri\":\"" + uri + "\"}");
        assertEquals(-32002, McpClient.errorCode(answer), answer.toString());
      }
      JsonObject metrics = ask(client, "resources/read", "{\"uri\":\"vllm://metrics\"}");
      assertEquals(UNKNOWN.formatted("vllm://metrics"), message(metrics));
      assertTrue(listed(ask(client, "prompts/list", "{}"), "prompts", "name").contains(PROMPT));
      JsonObject got =
          ask(
              client,
              "prompts/get",
              "{\"name\":\"" + PROMPT + "\",\"arguments\":{\"user_message\":\"hello there\"}}");
      assertTrue(got.toString().contains("hello there"), got.toString());
    }
  }
}
