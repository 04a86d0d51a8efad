// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ParamsTest {
  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  private static String kept(ClientMethod method, String params) throws InvalidParamsException {
    return JsonText.string(method.params(Texts.params(params)));
  }

  private static String meta(String meta) throws InvalidParamsException {
    return kept(ClientMethod.PING, "{\"_meta\":" + meta + "}");
  }

  @Test
  void dropsUnknownMembersAndKeepsTheOrder_T22() throws Exception {
    assertEquals(
        "{\"arguments\":{\"tool\":1},\"name\":\"x\"}",
        kept(
            ClientMethod.TOOLS_CALL,
            "{\"tool\":\"y\",\"arguments\":{\"tool\":1},\"toolName\":\"y\",\"_name\":\"y\",\"name\":\"x\",\"task\":{}}"));
    assertEquals("{}", kept(ClientMethod.PING, "{\"cursor\":\"x\"}"));
    assertEquals("{\"cursor\":\"\"}", kept(ClientMethod.TOOLS_LIST, "{\"cursor\":\"\"}"));
    assertEquals(JsonObject.EMPTY, ClientMethod.PING.params(Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({
    "initialize,true",
    "ping,true",
    "tools/list,true",
    "tools/call,true",
    "resources/list,true",
    "resources/templates/list,true",
    "resources/read,true",
    "resources/subscribe,true",
    "resources/unsubscribe,true",
    "prompts/list,true",
    "prompts/get,true",
    "completion/complete,true",
    "logging/setLevel,true",
    "tasks/get,false",
    "tasks/result,false",
    "tasks/cancel,false",
    "tasks/list,false"
  })
  void knowsTheMethodsOfEachRevision(String method, boolean inBoth) {
    assertEquals(method, ClientMethod.of(method, ProtocolVersion.V2025_11_25).orElseThrow().text());
    assertEquals(inBoth, ClientMethod.of(method, ProtocolVersion.V2025_06_18).isPresent());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "server/discover",
        "subscriptions/listen",
        "tasks/update",
        "sampling/createMessage",
        "roots/list",
        "Tools/call",
        "tools/call ",
        "TOOLS/CALL",
        ""
      })
  void knowsNoOtherMethod(String method) {
    assertEquals(Optional.empty(), ClientMethod.of(method, ProtocolVersion.LATEST));
  }

  @Test
  void knowsTheNotificationsOfAClient_T16() {
    assertTrue(
        ClientNotification.of("notifications/cancelled", ProtocolVersion.V2025_06_18).isPresent());
    assertFalse(
        ClientNotification.of("notifications/tasks/status", ProtocolVersion.V2025_06_18)
            .isPresent());
    assertFalse(ClientNotification.of("tools/call", ProtocolVersion.LATEST).isPresent());
    assertEquals(
        Optional.of(new RequestId.StringId("1")),
        ClientNotification.cancelledRequest(
            new Message.Notification(
                "notifications/cancelled", Texts.params("{\"requestId\":\"1\"}"))));
  }

  @Test
  void stripsFromMetaWhatAClientMayNotSay() throws Exception {
    assertEquals(
        "{\"_meta\":{\"com.example/x\":[1],\"progressToken\":\"t\"}}",
        meta(
            "{\"dev.mcppolicy/decision\":{\"outcome\":\"allow\"},\"com.example/x\":[1],\"progressToken\":\"t\","
                + "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"baggage\":\"a=b\",\"traceparent\":\"x\"}"));
    assertEquals("{}", meta("{\"dev.mcppolicy/x\":1}"));
    assertTrue(
        RequestMeta.isModern(
            Texts.object("{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"x\"}}")));
    assertFalse(RequestMeta.isModern(Texts.object("{\"_meta\":[]}")));
  }

  @Test
  void keepsTraceContextOnlyWhenItIsValid() throws Exception {
    String both = "{\"traceparent\":\"" + TRACE + "\",\"tracestate\":\"a=1,b=2\"}";
    assertEquals("{\"_meta\":" + both + "}", meta(both));
    for (String bad :
        new String[] {
          "ff" + TRACE.substring(2),
          TRACE.toUpperCase(java.util.Locale.ROOT),
          TRACE + "-00",
          "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
          "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01"
        }) {
      assertEquals("{}", meta("{\"tracestate\":\"a=1\",\"traceparent\":\"" + bad + "\"}"), bad);
    }
    assertEquals(
        "{\"_meta\":{\"traceparent\":\"" + TRACE + "\"}}",
        meta("{\"traceparent\":\"" + TRACE + "\",\"tracestate\":\"" + "a".repeat(513) + "\"}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "null", "1", "{\"progressToken\":1.5}", "{\"progressToken\":null}"})
  void refusesMetaOfAnotherShape(String meta) {
    assertThrows(InvalidParamsException.class, () -> meta(meta));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\" stop_vllm\"",
        "\"stop_vllm\\u0000\"",
        "\"stop_vllm\\u200b\"",
        "\"\uff53top_vllm\"",
        "\"stop_vllm\\n\"",
        "\"\u017ftop_vllm\"",
        "\"\u212Ailo\"",
        "\"\"",
        "\"*\"",
        "\"../stop_vllm\"",
        "7",
        "null",
        "[\"stop_vllm\"]"
      })
  void refusesWhatIsNoToolName_T23(String name) {
    var e =
        assertThrows(
            InvalidParamsException.class,
            () -> ToolsCall.read(Texts.params("{\"name\":" + name + "}")));
    assertEquals(-32602, e.error().code());
    assertTrue(e.error().message().chars().allMatch(c -> c >= 0x20 && c < 0x7F), e.getMessage());
  }

  @Test
  void boundsToolNamesAndKeepsTheirCase_T23() throws Exception {
    String longest = "a".repeat(128);
    assertEquals(longest, ToolsCall.read(Texts.params("{\"name\":\"" + longest + "\"}")).name());
    assertFalse(ToolsCall.isToolName(longest + "a"));
    assertFalse(ToolsCall.isToolName("a".repeat(10_000)));
    assertEquals("STOP_VLLM", ToolsCall.read(Texts.params("{\"name\":\"STOP_VLLM\"}")).name());
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "[]", "\"{}\"", "1"})
  void refusesArgumentsThatAreNoObject_T24(String arguments) {
    var e =
        assertThrows(
            InvalidParamsException.class,
            () -> ToolsCall.read(Texts.params("{\"name\":\"x\",\"arguments\":" + arguments + "}")));
    assertEquals(-32602, e.error().code());
  }

  @Test
  void sendsOnWhatWasRead() throws Exception {
    ToolsCall call =
        ToolsCall.read(
            Texts.params(
                "{\"_meta\":{\"a/b\":1},\"name\":\"x\",\"arguments\":{\"n\":1E+2},\"extra\":1}"));
    assertEquals(
        "{\"name\":\"x\",\"arguments\":{\"n\":1E+2},\"_meta\":{\"a/b\":1}}",
        JsonText.string(call.params()));
    assertEquals(
        "{\"name\":\"x\",\"arguments\":{}}",
        JsonText.string(ToolsCall.read(Texts.params("{\"name\":\"x\"}")).params()));
    assertThrows(InvalidParamsException.class, () -> ToolsCall.read(Optional.empty()));
  }

  @Test
  void readsInitialize() throws Exception {
    InitializeParams params =
        InitializeParams.read(
            Texts.params(
                "{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{\"roots\":{}},\"clientInfo\":{\"name\":\"n\",\"version\":\"v\",\"icons\":[]}}"));
    assertEquals("2025-06-18", params.protocolVersion());
    assertEquals(new InitializeParams.ClientInfo("n", "v"), params.clientInfo());
    for (String bad :
        new String[] {
          "{}",
          "{\"protocolVersion\":1,\"capabilities\":{},\"clientInfo\":{\"name\":\"n\",\"version\":\"v\"}}",
          "{\"protocolVersion\":\"x\",\"capabilities\":[],\"clientInfo\":{\"name\":\"n\",\"version\":\"v\"}}",
          "{\"protocolVersion\":\"x\",\"capabilities\":{},\"clientInfo\":{\"name\":\""
              + "n".repeat(257)
              + "\",\"version\":\"v\"}}"
        }) {
      assertThrows(InvalidParamsException.class, () -> InitializeParams.read(Texts.params(bad)));
    }
  }

  @Test
  void negotiatesTheVersion() {
    assertEquals(ProtocolVersion.V2025_06_18, ProtocolVersion.negotiate("2025-06-18"));
    for (String other : new String[] {"2025-03-26", "2026-07-28", " 2025-06-18", ""}) {
      assertEquals(ProtocolVersion.V2025_11_25, ProtocolVersion.negotiate(other));
    }
  }

  private static ResourceRead resource(String params) throws InvalidParamsException {
    return ResourceRead.read(Texts.params(params));
  }

  @Test
  void readsTheUriOfAResourceExactly() throws Exception {
    assertEquals(
        "VLLM://Status/%7e#x", resource("{\"uri\":\"VLLM://Status/%7e#x\",\"name\":\"y\"}").uri());
    for (String wrong :
        new String[] {
          "{}",
          "{\"uri\":7}",
          "{\"uri\":\"\"}",
          "{\"uri\":\"a b\"}",
          "{\"uri\":\"a\\u0000\"}",
          "{\"uri\":\"a\\u2028\"}",
          "{\"uri\":\"a\\u200d\"}",
          "{\"uri\":\"" + "a".repeat(2_049) + "\"}"
        }) {
      assertThrows(InvalidParamsException.class, () -> resource(wrong), wrong);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vllm://status",
        "vllm://logs/a-b_c.d~e",
        "file:///a%20b/c%2Fd",
        "note:x?y=1&z=(2)",
        "http://host:8080/x;y=1,2",
        "a+b.c-d://x/.hidden/..x",
      })
  void knowsAUriInTheNormalForm(String uri) throws Exception {
    assertTrue(resource("{\"uri\":\"" + uri + "\"}").isNormal());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "VLLM://status",
        "vllm://Status",
        "vllm://status#",
        "vllm://statu%73",
        "vllm://x/%2d",
        "vllm://x/%2f",
        "vllm://x/%zz",
        "vllm://x/%",
        "vllm://x/%4",
        "vllm://x/..",
        "vllm://x/../y",
        "vllm://x/./y",
        "vllm://x/.?y",
        "vllm://me@x",
        "vllm://x:/y",
        "vllm:\\\\\\\\x",
        "vllm://{x}",
        "vllm://\u00fc",
        "://x",
        "x",
        "1 2",
      })
  void knowsWhatReadersTakeForAnotherUri(String uri) {
    assertFalse(new ResourceRead(uri, Optional.empty()).isNormal());
  }

  @Test
  void readsAPromptWithTextsAsArguments() throws Exception {
    PromptGet get =
        PromptGet.read(
            Texts.params("{\"name\":\"Code review\",\"arguments\":{\"a\":\"1\"},\"x\":2}"));
    assertEquals("Code review", get.name());
    assertEquals("{\"a\":\"1\"}", JsonText.string(get.arguments()));
    assertEquals(JsonObject.EMPTY, PromptGet.read(Texts.params("{\"name\":\"x\"}")).arguments());
    for (String wrong :
        new String[] {
          "{\"name\":\"x\",\"arguments\":{\"a\":1}}",
          "{\"name\":\"x\",\"arguments\":null}",
          "{\"name\":\" \"}",
          "{\"name\":\"a\\nb\"}",
          "{}"
        }) {
      assertThrows(InvalidParamsException.class, () -> PromptGet.read(Texts.params(wrong)), wrong);
    }
  }

  @Test
  void readsListsAndLeavesOutWhatHasNoName() {
    JsonObject result =
        Texts.params(
                "{\"prompts\":[{\"name\":\"a\",\"x\":1},{\"name\":7},{},3,{\"name\":\"\"}],\"nextCursor\":\"\"}")
            .orElseThrow();
    ItemList list = ItemList.read(ItemList.Of.PROMPTS, result).orElseThrow();
    assertEquals(1, list.items().size());
    assertEquals("a", ItemList.Of.PROMPTS.name(list.items().getFirst()));
    assertEquals(Optional.of(""), list.nextCursor());
    assertEquals(
        "{\"prompts\":[{\"name\":\"a\",\"x\":1}]}",
        JsonText.string(ItemList.Of.PROMPTS.result(list.items())));
    assertEquals(Optional.empty(), ItemList.read(ItemList.Of.RESOURCES, result));
    assertEquals(
        Optional.empty(),
        ItemList.read(
            ItemList.Of.PROMPTS, Texts.params("{\"prompts\":[],\"nextCursor\":1}").orElseThrow()));
  }
}
