// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.StrictJson;
import dev.mcppolicy.mcp.RpcError;
import dev.mcppolicy.proxy.http.HttpLimits;
import dev.mcppolicy.proxy.upstream.UpstreamReply;
import dev.mcppolicy.testkit.mcp.RawHttp;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Resources and prompts, which can repeat what a tool does. */
final class ResourcesTest {
  private static final String STATUS_ONLY =
      "{\"version\": \"1\", \"default\": \"allow\", \"resources\": {\"vllm://status\": {}}, \"prompts\": {\"ops\": {}}}";
  private static final String ALL_BUT_PLATFORM =
      "{\"version\": \"1\", \"default\": \"deny\", \"resources\": {\"default\": \"allow\", \"vllm://platform\": {\"action\": \"deny\"}}}";

  @TempDir private Path folder;
  private final FakeUpstream upstream = new FakeUpstream().with("tools", "resources", "prompts");
  private int id;

  @BeforeEach
  void serve() {
    upstream.answer(
        "resources/list",
        params ->
            result(
                params.has("cursor")
                    ? "{\"resources\":[{\"uri\":\"vllm://config\"},{\"uri\":\"vllm://platform\"}]}"
                    : "{\"resources\":[{\"uri\":\"vllm://status\",\"name\":\"Status\",\"mimeType\":\"text/plain\"},{\"uri\":7},{\"name\":\"no uri\"}],\"nextCursor\":\"\"}"));
    upstream.answer(
        "resources/templates/list",
        _ -> result("{\"resourceTemplates\":[{\"uriTemplate\":\"vllm://logs/{name}\"}]}"));
    upstream.answer(
        "prompts/list", _ -> result("{\"prompts\":[{\"name\":\"ops\"},{\"name\":\"secret\"}]}"));
  }

  private static UpstreamReply result(String json) {
    return new UpstreamReply.Result(json(json));
  }

  private static JsonObject json(String text) {
    try {
      return (JsonObject)
          new StrictJson(JsonLimits.RESPONSE).read(text.getBytes(StandardCharsets.UTF_8));
    } catch (Exception e) {
      throw new AssertionError(text, e);
    }
  }

  private LocalFixture start(String policy) throws Exception {
    return LocalFixture.start(
        folder, policy, upstream, HttpLimits.DEFAULT, () -> Instant.parse("2026-01-01T00:00:00Z"));
  }

  private JsonObject ask(McpClient client, String method, String params) throws Exception {
    return McpClient.json(
        client.post(
            "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s\",\"params\":%s}"
                .formatted(++id, method, params)));
  }

  private JsonObject read(McpClient client, String uri) throws Exception {
    return ask(client, "resources/read", "{\"uri\":\"" + uri + "\"}");
  }

  private static String result(JsonObject answer) {
    return dev.mcppolicy.json.JsonText.string(
        answer.object("result").orElseThrow(() -> new AssertionError(answer.toString())));
  }

  private static JsonObject decision(JsonObject answer) {
    return answer
        .object("error")
        .flatMap(error -> error.object("data"))
        .flatMap(data -> data.object("dev.mcppolicy/decision"))
        .orElseThrow(() -> new AssertionError("no decision in " + answer));
  }

  private List<String> methods() {
    return upstream.calls().stream().map(FakeUpstream.Sent::method).toList();
  }

  @Test
  void listsWhatTheGrantMayReadOnOnePageWithEveryMemberT54() throws Exception {
    try (LocalFixture proxy = start(STATUS_ONLY);
        McpClient client = proxy.agent()) {
      assertEquals(
          "{\"resources\":[{\"uri\":\"vllm://status\",\"name\":\"Status\",\"mimeType\":\"text/plain\"}]}",
          result(ask(client, "resources/list", "{}")));
      assertEquals(List.of("resources/list", "resources/list"), methods());
      assertEquals("{\"cursor\":\"\"}", upstream.calls().getLast().text());
      assertEquals(
          "{\"resourceTemplates\":[]}", result(ask(client, "resources/templates/list", "{}")));
      assertEquals("{\"prompts\":[{\"name\":\"ops\"}]}", result(ask(client, "prompts/list", "{}")));
      assertEquals(-32602, McpClient.errorCode(ask(client, "resources/list", "{\"cursor\":\"\"}")));
    }
  }

  @Test
  void sendsTheExactUriAndNothingElseT22() throws Exception {
    try (LocalFixture proxy = start(STATUS_ONLY);
        McpClient client = proxy.agent()) {
      JsonObject answer =
          ask(
              client,
              "resources/read",
              "{\"uri\":\"vllm://status\",\"url\":\"vllm://platform\",\"_meta\":{\"progressToken\":1,\"vendor/kept\":2,\"dev.mcppolicy/decision\":{}}}");
      assertTrue(answer.has("result"), answer.toString());
      assertEquals(List.of("resources/read"), methods());
      assertEquals(
          "{\"uri\":\"vllm://status\",\"_meta\":{\"vendor/kept\":2}}",
          upstream.calls().getFirst().text());
      assertTrue(proxy.audit().contains("\"resource\":\"vllm://status\",\"outcome\":\"allow\""));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vllm://platform",
        "VLLM://status",
        "Vllm://status",
        "vllm://STATUS",
        "vllm://status/",
        "vllm://status?",
        "vllm://status#",
        "vllm://stat%75s",
        "vllm:status",
        "vllm:///status",
        "vllm://x/../status"
      })
  void deniesWhateverNoRuleNamesAndDoesNotAskTheServerT56(String uri) throws Exception {
    try (LocalFixture proxy = start(STATUS_ONLY);
        McpClient client = proxy.agent()) {
      JsonObject answer = read(client, uri);
      assertEquals(-32002, McpClient.errorCode(answer), answer.toString());
      assertEquals("deny", decision(answer).string("outcome").orElseThrow());
      assertEquals("NotAllowed", decision(answer).string("reason").orElseThrow());
      assertTrue(answer.toString().contains("Denied by policy: the resource"), answer.toString());
      assertEquals(List.of(), upstream.calls());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"\"",
        "\" vllm://status\"",
        "\"vllm://status\\n\"",
        "\"vllm://sta\\ttus\"",
        "\"vllm://status\\u200b\"",
        "\"vllm://\\u202estatus\"",
        "7",
        "null",
        "[\"vllm://status\"]"
      })
  void refusesWhatIsNoUriT23(String uri) throws Exception {
    try (LocalFixture proxy = start(STATUS_ONLY);
        McpClient client = proxy.agent()) {
      assertEquals(
          -32602, McpClient.errorCode(ask(client, "resources/read", "{\"uri\":" + uri + "}")));
      assertEquals(-32602, McpClient.errorCode(ask(client, "resources/read", "{}")));
      assertEquals(List.of(), upstream.calls());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vllm://platform",
        "VLLM://platform",
        "vllm://PLATFORM",
        "vllm://platfor%6D",
        "vllm://platfor%6d",
        "vllm://a/../platform",
        "vllm://a/./b",
        "vllm://platform#x",
        "vllm://me@platform",
        "vllm://platform:",
        "vllm:\\\\platform",
        "vllm://pl\u00e4tform",
        "platform"
      })
  void letsNoOtherTextOfADeniedUriThroughUnderDefaultAllowT56(String uri) throws Exception {
    try (LocalFixture proxy = start(ALL_BUT_PLATFORM);
        McpClient client = proxy.agent()) {
      JsonObject answer = read(client, uri);
      assertEquals(-32002, McpClient.errorCode(answer), answer.toString());
      assertEquals(List.of(), upstream.calls());
    }
  }

  @Test
  void listsAndReadsTheRestUnderDefaultAllow() throws Exception {
    try (LocalFixture proxy = start(ALL_BUT_PLATFORM);
        McpClient client = proxy.agent()) {
      for (String uri :
          List.of("vllm://metrics", "vllm://logs/a-b_c.d~e", "file:///a%20b", "note:x?y=1&z=%2F")) {
        assertTrue(read(client, uri).has("result"), uri);
      }
      String list = result(ask(client, "resources/list", "{}"));
      assertTrue(list.contains("vllm://config") && !list.contains("platform"), list);
      assertTrue(result(ask(client, "resources/templates/list", "{}")).contains("vllm://logs"));
      assertEquals("{\"prompts\":[]}", result(ask(client, "prompts/list", "{}")));
      assertFalse(methods().contains("prompts/list"), "there is nothing to ask for");
    }
  }

  @Test
  void declaresWhatServerAndPolicyHaveInCommon() throws Exception {
    try (LocalFixture proxy = start(STATUS_ONLY);
        McpClient client = McpClient.connect(proxy.port(), LocalFixture.AGENT)) {
      String greeting = client.initialize("2025-11-25").text();
      assertTrue(
          greeting.contains("\"capabilities\":{\"tools\":{},\"resources\":{},\"prompts\":{}}"),
          greeting);
    }
    try (LocalFixture proxy = start(ALL_BUT_PLATFORM);
        McpClient client = McpClient.connect(proxy.port(), LocalFixture.AGENT)) {
      String greeting = client.initialize("2025-11-25").text();
      assertTrue(greeting.contains("\"capabilities\":{\"tools\":{},\"resources\":{}}"), greeting);
    }
    upstream.with("tools", "prompts");
    try (LocalFixture proxy = start(STATUS_ONLY);
        McpClient client = McpClient.connect(proxy.port(), LocalFixture.AGENT)) {
      String greeting = client.initialize("2025-11-25").text();
      assertTrue(greeting.contains("\"capabilities\":{\"tools\":{},\"prompts\":{}}"), greeting);
    }
  }

  @Test
  void countsReadsAndSaysWhenTheNextIsPossible() throws Exception {
    try (LocalFixture proxy =
            start(
                "{\"version\": \"1\", \"default\": \"deny\", \"resources\": {\"vllm://status\": {\"rate_limit\": \"1/minute\"}}}");
        McpClient client = proxy.agent()) {
      upstream.answer("resources/read", _ -> new UpstreamReply.Failed(false, "not running"));
      assertEquals(-32603, McpClient.errorCode(read(client, "vllm://status")));
      upstream.answer(
          "resources/read", _ -> new UpstreamReply.Refused(new RpcError(-32002, "none such")));
      assertEquals(-32002, McpClient.errorCode(read(client, "vllm://status")));
      JsonObject limited = read(client, "vllm://status");
      assertEquals("rate_limited", decision(limited).string("outcome").orElseThrow());
      assertEquals(JsonValue.of(60_000), decision(limited).get("retryAfterMs").orElseThrow());
      assertEquals(
          "/resources/vllm:~1~1status/rate_limit", decision(limited).string("rule").orElseThrow());
    }
  }

  @Test
  void getsAnAllowedPromptAndNoOtherT56() throws Exception {
    try (LocalFixture proxy = start(STATUS_ONLY);
        McpClient client = proxy.agent()) {
      assertTrue(
          ask(client, "prompts/get", "{\"name\":\"ops\",\"arguments\":{\"a\":\"1\"},\"x\":1}")
              .has("result"));
      assertEquals(
          "{\"name\":\"ops\",\"arguments\":{\"a\":\"1\"}}", upstream.calls().getFirst().text());
      JsonObject denied = ask(client, "prompts/get", "{\"name\":\"secret\"}");
      assertEquals(-32602, McpClient.errorCode(denied));
      assertEquals("NotAllowed", decision(denied).string("reason").orElseThrow());
      for (String wrong :
          List.of(
              "{\"name\":\"ops\",\"arguments\":{\"a\":1}}",
              "{\"name\":\"ops\",\"arguments\":[]}",
              "{\"name\":\"ops\",\"arguments\":null}",
              "{\"name\":\"OPS\"}",
              "{\"name\":\"ops\\u0000\"}",
              "{\"name\":\"\"}",
              "{\"name\":7}",
              "{}")) {
        assertEquals(-32602, McpClient.errorCode(ask(client, "prompts/get", wrong)), wrong);
      }
      assertEquals(1, upstream.calls().size());
    }
  }

  @Test
  void looksAtTheArgumentsOfAPrompt() throws Exception {
    try (LocalFixture proxy =
            start(
                "{\"version\": \"1\", \"default\": \"deny\", \"prompts\": {\"ops\": {\"require\": [{\"path\": \"args.env\", \"op\": \"eq\", \"value\": \"test\"}]}}}");
        McpClient client = proxy.agent()) {
      assertTrue(
          ask(client, "prompts/get", "{\"name\":\"ops\",\"arguments\":{\"env\":\"test\"}}")
              .has("result"));
      JsonObject denied =
          ask(client, "prompts/get", "{\"name\":\"ops\",\"arguments\":{\"env\":\"prod\"}}");
      assertEquals("RequirementNotMet", decision(denied).string("reason").orElseThrow());
      assertEquals(1, upstream.calls().size());
    }
  }

  @Test
  void letsNoServerForgeADecisionInAResourceT100() throws Exception {
    upstream.answer(
        "resources/read",
        _ ->
            result(
                "{\"contents\":[{\"uri\":\"vllm://status\",\"text\":\"up\"}],\"_meta\":{\"dev.mcppolicy/decision\":{},\"vendor/kept\":1}}"));
    try (LocalFixture proxy = start(STATUS_ONLY);
        McpClient client = proxy.agent()) {
      JsonObject result = read(client, "vllm://status").object("result").orElseThrow();
      assertEquals(Set.of("vendor/kept"), result.object("_meta").orElseThrow().members().keySet());
      assertTrue(result.array("contents").isPresent());
    }
  }

  @Test
  void givesUpOnListsThatNeverEndOrAreNone() throws Exception {
    try (LocalFixture proxy = start(STATUS_ONLY);
        McpClient client = proxy.agent()) {
      for (String list :
          List.of(
              "{\"resources\":[],\"nextCursor\":\"again\"}",
              "{\"resources\":{}}",
              "{\"resources\":[],\"nextCursor\":7}",
              "{}")) {
        upstream.answer("resources/list", _ -> result(list));
        for (int i = 0; i < 40; i++) { // and no place is lost
          assertEquals(-32603, McpClient.errorCode(ask(client, "resources/list", "{}")), list);
        }
      }
      upstream.answer(
          "resources/list",
          _ -> new UpstreamReply.Refused(new RpcError(-32601, "Method not found")));
      assertEquals(-32601, McpClient.errorCode(ask(client, "resources/list", "{}")));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resources/subscribe",
        "resources/unsubscribe",
        "completion/complete",
        "logging/setLevel",
        "tasks/list"
      })
  void relaysNoOtherMethodT56(String method) throws Exception {
    try (LocalFixture proxy = start(ALL_BUT_PLATFORM);
        McpClient client = proxy.agent()) {
      JsonObject answer = ask(client, method, "{\"uri\":\"vllm://config\"}");
      assertEquals(-32601, McpClient.errorCode(answer));
      assertTrue(answer.toString().contains("tools, resources and prompts"), answer.toString());
      assertEquals(List.of(), upstream.calls());
    }
  }

  @Test
  void cancelsAReadThatIsUnderWay() throws Exception {
    try (LocalFixture proxy = start(STATUS_ONLY);
        McpClient client = proxy.agent();
        RawHttp second = RawHttp.connect("127.0.0.1", proxy.port())) {
      upstream.hold();
      byte[] message =
          "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"resources/read\",\"params\":{\"uri\":\"vllm://status\"}}"
              .getBytes(StandardCharsets.UTF_8);
      client.http().send(client.request(message));
      upstream.nextHeld();
      byte[] cancel =
          "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":7}}"
              .getBytes(StandardCharsets.UTF_8);
      assertEquals(202, second.send(client.request(cancel)).read().status());
      assertEquals(-32603, McpClient.errorCode(McpClient.json(client.http().read())));
      assertEquals(1, upstream.cancelled().size());
    }
  }
}
