// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.http.HttpLimits;
import dev.mcppolicy.testkit.mcp.RawHttp;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** JSON and JSON-RPC smuggling, under a policy that allows every tool but one. */
final class SmugglingTest {
  private static final String POLICY =
      """
      {"version": "1", "default": "allow", "tools": {"stop_vllm": {"action": "deny", "reason": "not you"}}}
      """;

  @TempDir private Path folder;
  private final FakeUpstream upstream = new FakeUpstream();
  private LocalFixture proxy;
  private McpClient client;

  @BeforeEach
  void start() throws Exception {
    proxy =
        LocalFixture.start(folder, POLICY, upstream, HttpLimits.DEFAULT, InstantSource.system());
    client = proxy.agent();
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    proxy.close();
  }

  static Stream<Arguments> refusedBodies() {
    String call = "\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",";
    String status = "{\"name\":\"vllm_status\",\"arguments\":{}}";
    return Stream.of(
        body(
            "T1",
            -32700,
            "{" + call + "\"params\":{\"name\":\"vllm_status\",\"name\":\"stop_vllm\"}}"),
        body(
            "T1",
            -32700,
            "{" + call + "\"params\":{\"name\":\"stop_vllm\",\"name\":\"vllm_status\"}}"),
        body(
            "T2",
            -32700,
            "{" + call + "\"params\":" + status + ",\"params\":{\"name\":\"stop_vllm\"}}"),
        body("T2", -32700, "{" + call + "\"method\":\"ping\",\"params\":" + status + "}"),
        body("T2", -32700, "{" + call + "\"id\":2,\"params\":" + status + "}"),
        body("T2", -32700, "{" + call + "\"jsonrpc\":\"2.0\",\"params\":" + status + "}"),
        body(
            "T2",
            -32700,
            "{"
                + call
                + "\"params\":{\"name\":\"vllm_status\",\"arguments\":{\"model\":\"a\",\"model\":\"b\"}}}"),
        body(
            "T3",
            -32700,
            "{" + call + "\"params\":{\"name\":\"vllm_status\",\"\\u006eame\":\"stop_vllm\"}}"),
        body(
            "T4",
            -32600,
            "{" + call + "\"params\":{\"name\":\"vllm_status\",\"Name\":\"stop_vllm\"}}"),
        body("T4", -32600, "{" + call + "\"METHOD\":\"ping\",\"params\":" + status + "}"),
        body(
            "T4",
            -32600,
            "{" + call + "\"Params\":{\"name\":\"stop_vllm\"},\"params\":" + status + "}"),
        body("T6", -32700, "{" + call + "\u2028\"params\":" + status + "}"),
        body("T6", -32700, "{" + call + "\u0085\"params\":" + status + "}"),
        body("T6", -32700, "{" + call + "\u000b\"params\":" + status + "}"),
        body(
            "T6",
            -32700,
            "{"
                + call
                + "\"params\":{\"name\":\"vllm_status\",\"arguments\":{\"model\":\"a\nb\"}}}"),
        body("T7", -32700, "\uFEFF{" + call + "\"params\":" + status + "}"),
        bytes(
            "T7", ("{" + call + "\"params\":" + status + "}").getBytes(StandardCharsets.UTF_16LE)),
        bytes(
            "T7", ("{" + call + "\"params\":" + status + "}").getBytes(StandardCharsets.UTF_16BE)),
        bytes(
            "T8",
            latin(
                "{"
                    + call
                    + "\"params\":{\"name\":\"vllm_status\",\"\u00c1\u00aeame\":\"stop_vllm\"}}")),
        bytes(
            "T8",
            latin(
                "{"
                    + call
                    + "\"params\":{\"name\":\"vllm_status\",\"arguments\":{\"model\":\"\u00c0\u00af\"}}}")),
        bytes(
            "T8",
            latin(
                "{"
                    + call
                    + "\"params\":{\"name\":\"vllm_status\",\"arguments\":{\"model\":\"\u00ed\u00a0\u0080\"}}}")),
        bytes(
            "T8",
            latin(
                "{"
                    + call
                    + "\"params\":{\"name\":\"vllm_status\",\"arguments\":{\"model\":\"\u00f5\u0080\u0080\u0080\"}}}")),
        body(
            "T9",
            -32700,
            "{"
                + call
                + "\"params\":{\"name\":\"vllm_status\",\"arguments\":{\"model\":\"\\ud800\"}}}"),
        body("T9", -32700, "{" + call + "\"params\":{\"name\":\"vllm_status\\udc00\"}}"),
        body(
            "T10",
            -32700,
            "{" + call + "\"params\":{\"name\":\"vllm_status\",\"arguments\":{\"model\":NaN}}}"),
        body(
            "T10",
            -32700,
            "{"
                + call
                + "\"params\":{\"name\":\"vllm_status\",\"arguments\":{\"model\":-Infinity}}}"),
        body(
            "T10",
            -32700,
            "{" + call + "\"params\":{\"name\":\"vllm_status\",\"arguments\":{\"model\":1e400}}}"),
        body(
            "T10",
            -32700,
            "{" + call + "\"params\":{\"name\":\"vllm_status\",\"arguments\":{\"model\":01}}}"),
        body(
            "T10",
            -32700,
            "{"
                + call
                + "\"params\":{\"name\":\"vllm_status\",\"arguments\":{\"model\":"
                + "1".repeat(4301)
                + "}}}"),
        body("T12", -32700, "[".repeat(100_000)),
        body(
            "T12",
            -32700,
            "{"
                + call
                + "\"params\":{\"name\":\"vllm_status\",\"arguments\":{\""
                + "k".repeat(300)
                + "\":1}}}"),
        body(
            "T12",
            -32700,
            "{"
                + call
                + "\"params\":{\"name\":\"vllm_status\",\"arguments\":{\"model\":["
                + "0,".repeat(200_000)
                + "0]}}}"),
        body("T13", -32700, "{" + call + "\"params\":" + status + "} {}"),
        body("T13", -32700, "{" + call + "\"params\":" + status + "}\u0000"),
        body("T13", -32700, ""),
        body("T13", -32600, "null"),
        body("T13", -32600, "\"tools/call\""),
        body("T14", -32600, "[{" + call + "\"params\":{\"name\":\"vllm_status\"}}]"),
        body("T14", -32600, " \r\n[[{" + call + "\"params\":{\"name\":\"vllm_status\"}}]]"),
        body("T14", -32600, "[]"),
        body(
            "T15", -32600, "[" + ("{" + call + "\"params\":" + status + "},").repeat(1000) + "{}]"),
        body(
            "T16",
            -32600,
            "{\"jsonrpc\":\"2.0\",\"method\":\"tools/call\",\"params\":" + status + "}"),
        body(
            "T17",
            -32600,
            "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"tools/call\",\"params\":"
                + status
                + "}"),
        body(
            "T17",
            -32600,
            "{\"jsonrpc\":\"2.0\",\"id\":1.0,\"method\":\"tools/call\",\"params\":" + status + "}"),
        body(
            "T17",
            -32600,
            "{\"jsonrpc\":\"2.0\",\"id\":true,\"method\":\"tools/call\",\"params\":"
                + status
                + "}"),
        body(
            "T17",
            -32600,
            "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"tools/call\",\"params\":" + status + "}"),
        body(
            "T17",
            -32600,
            "{\"jsonrpc\":\"2.0\",\"id\":[],\"method\":\"tools/call\",\"params\":" + status + "}"),
        body(
            "T17",
            -32600,
            "{\"jsonrpc\":\"2.0\",\"id\":\""
                + "i".repeat(300)
                + "\",\"method\":\"tools/call\",\"params\":"
                + status
                + "}"),
        body(
            "T17",
            -32600,
            "{\"jsonrpc\":\"2.0\",\"id\":1152921504606846976,\"method\":\"tools/call\",\"params\":"
                + status
                + "}"),
        body("T18", -32600, "{" + call + "\"result\":{},\"params\":" + status + "}"),
        body(
            "T18",
            -32600,
            "{" + call + "\"error\":{\"code\":1,\"message\":\"m\"},\"params\":" + status + "}"),
        body(
            "T21",
            -32600,
            "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"tools/call\",\"params\":" + status + "}"),
        body(
            "T21",
            -32600,
            "{\"jsonrpc\":2.0,\"id\":1,\"method\":\"tools/call\",\"params\":" + status + "}"),
        body("T21", -32600, "{\"id\":1,\"method\":\"tools/call\",\"params\":" + status + "}"),
        body("T22", -32600, "{" + call + "\"meta\":{},\"params\":" + status + "}"),
        body(
            "T27",
            -32022,
            "{"
                + call
                + "\"params\":{\"name\":\"vllm_status\",\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}}}"),
        body("T47", -32600, "{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":{}}"));
  }

  private static Arguments body(String threat, int code, String body) {
    return Arguments.of(threat, code, body.getBytes(StandardCharsets.UTF_8));
  }

  private static Arguments bytes(String threat, byte[] body) {
    return Arguments.of(threat, -32700, body);
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest(name = "{0} {1} #{index}")
  @MethodSource("refusedBodies")
  void refusesABodyThatCouldBeReadInTwoWays(String threat, int code, byte[] body) throws Exception {
    RawHttp.Response response = client.post(body);
    assertEquals(400, response.status(), response.text());
    assertEquals(code, McpClient.errorCode(McpClient.json(response)));
    assertEquals(List.of(), upstream.calls());
    assertTrue(
        proxy.audit().contains("\"kind\":\"refused\",\"time\":"), threat + ": " + proxy.audit());
    assertFalse(
        McpClient.isError(client.call("vllm_status", "{}")), "the connection goes on after it");
  }

  @Test
  void appliesThePolicyToAnEscapedMemberNameT3() throws Exception {
    RawHttp.Response response =
        client.post(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"\\u006eame\":\"stop_vllm\"}}");
    assertTrue(McpClient.text(McpClient.json(response)).contains("not you"), response.text());
    assertEquals(List.of(), upstream.calls());
  }

  @Test
  void sendsOnOneLineOfAsciiWhateverTheWhiteSpaceT5T6() throws Exception {
    RawHttp.Response response =
        client.post(
            "{\r\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\r\n\"params\":{\"name\":\"vllm_status\",\t\"arguments\":{\"model\":\"a\\r\\n\u2028\u0085b\"}}}\n");
    assertFalse(McpClient.isError(McpClient.json(response)), response.text());
    String sent = upstream.calls().getFirst().text();
    assertTrue(sent.chars().allMatch(c -> c >= 0x20 && c < 0x7F), sent);
    assertTrue(
        McpClient.json(response).toString().contains("\\r\\n\\u2028\\u0085b"),
        "the text is whole: " + response.text());
  }

  @Test
  void neverSendsUnknownMembersOrTheClientsMetaOfOursT22T100() throws Exception {
    client.post(
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"vllm_status\",\"arguments\":{},\"tool\":\"stop_vllm\",\"toolName\":\"stop_vllm\",\"_name\":\"stop_vllm\",\"task\":{\"ttl\":1},\"_meta\":{\"progressToken\":1,\"dev.mcppolicy/decision\":{\"outcome\":\"allow\"},\"baggage\":\"a=b\"}}}");
    assertEquals("{\"name\":\"vllm_status\",\"arguments\":{}}", upstream.calls().getFirst().text());
  }

  static Stream<String> namesThatLookLikeATool() {
    return Stream.of(
        "STOP_VLLM",
        " stop_vllm",
        "stop_vllm ",
        "stop_vllm\\u0000",
        "stop_vllm\\u200b",
        "\\uff53top_vllm",
        "stop_vllm\\n",
        "\\u017ftop_vllm",
        "stop_v\\u212a",
        "",
        "*",
        "../stop_vllm",
        "a".repeat(10_000));
  }

  @ParameterizedTest
  @MethodSource("namesThatLookLikeATool")
  void knowsAToolByItsExactNameOnlyT23(String name) throws Exception {
    JsonObject answer = client.call(name, "{}");
    assertEquals(-32602, McpClient.errorCode(answer), answer.toString());
    assertEquals(List.of(), upstream.calls());
  }

  @ParameterizedTest
  @MethodSource("argumentsThatAreNoObject")
  void refusesArgumentsThatAreNoObjectT24(String arguments) throws Exception {
    assertEquals(-32602, McpClient.errorCode(client.call("vllm_status", arguments)));
    assertEquals(List.of(), upstream.calls());
  }

  static Stream<String> argumentsThatAreNoObject() {
    return Stream.of("null", "[]", "\"a\"", "1");
  }

  @Test
  void deniesAnUndeclaredArgumentEvenUnderDefaultAllowT24() throws Exception {
    JsonObject answer = client.call("start_vllm", "{\"docker_image\":\"attacker/image\"}");
    assertTrue(McpClient.isError(answer), answer.toString());
    assertEquals(List.of(), upstream.calls());
  }

  @Test
  void knowsNoOtherMethodT56() throws Exception {
    for (String method :
        List.of("server/discover", "no/such", "Resources/read", "resources/read ")) {
      RawHttp.Response response =
          client.post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\"}");
      assertEquals(-32601, McpClient.errorCode(McpClient.json(response)), response.text());
    }
    assertEquals(List.of(), upstream.calls());
  }

  @Test
  void keepsTheTypeOfIdsThatLookAlikeT19() throws Exception {
    RawHttp.Response text =
        client.post(
            "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"method\":\"tools/call\",\"params\":{\"name\":\"vllm_status\"}}");
    assertTrue(text.text().contains("\"id\":\"1\""), text.text());
    RawHttp.Response number =
        client.post(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"vllm_status\"}}");
    assertTrue(number.text().contains("\"id\":1,"), number.text());
  }

  @Test
  void recordsACallWithoutAnIdT16() throws Exception {
    client.post(
        "{\"jsonrpc\":\"2.0\",\"method\":\"tools/call\",\"params\":{\"name\":\"vllm_status\"}}");
    assertTrue(proxy.audit().contains("tools/call"), proxy.audit());
  }
}
