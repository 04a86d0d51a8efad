// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import dev.mcppolicy.mcp.Message.Notification;
import dev.mcppolicy.mcp.Message.Request;
import dev.mcppolicy.mcp.Message.Response;
import dev.mcppolicy.mcp.RequestId.IntegerId;
import dev.mcppolicy.mcp.RequestId.StringId;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MessagesTest {
  private static Message read(String text) throws InvalidMessageException {
    return Messages.read(Texts.json(text));
  }

  private static InvalidMessageException refused(String text) {
    var e = assertThrows(InvalidMessageException.class, () -> read(text), text);
    assertEquals(-32600, e.error().code());
    assertEquals(e.getMessage(), e.error().message());
    return e;
  }

  @Test
  void readsRequestsNotificationsAndResponses() throws Exception {
    assertEquals(
        new Request(new IntegerId(7), "tools/list", Optional.empty()),
        read("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/list\"}"));
    assertEquals(
        new Notification("notifications/initialized", Texts.params("{}")),
        read("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\",\"params\":{}}"));
    assertEquals(
        new Response(new StringId("a"), Texts.params("{\"x\":1.0}"), Optional.empty()),
        read("{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"result\":{\"x\":1.0}}"));
    var error =
        assertInstanceOf(
            Response.class,
            read(
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32603,\"message\":\"m\",\"data\":[1]}}"));
    assertEquals(
        new RpcError(-32603, "m", Optional.of(Texts.json("[1]"))), error.error().orElseThrow());
  }

  @Test
  void keepsTheTypeOfAnId_T19() throws Exception {
    assertFalse(
        read("{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"method\":\"ping\"}")
            .equals(read("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}")));
    assertEquals(
        "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"result\":{}}",
        JsonText.string(Replies.result(new StringId("1"), Texts.object("{}"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"name\":\"vllm_status\",\"name\":\"stop_vllm\"}",
        "{\"name\":\"stop_vllm\",\"name\":\"vllm_status\"}",
        "{\"\\u006eame\":\"stop_vllm\",\"name\":\"vllm_status\"}",
        "{\"name\":\"x\",\"arguments\":{\"a\":{\"b\":1,\"b\":2}}}",
        "{\"name\":\"\\ud800\"}",
        "{\"name\":\"x\",\"arguments\":{\"n\":NaN}}",
        "{\"name\":\"x\",\"arguments\":{\"n\":1e400}}",
        "{\"name\":\"x\",\"arguments\":{\"n\":01}}"
      })
  void isNeverReachedByWhatReadersDisagreeOn_T1_T2_T3_T9_T10(String params) {
    String text =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":" + params + "}";
    assertThrows(
        MalformedJsonException.class,
        () -> new StrictJson(JsonLimits.REQUEST).read(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void takesAnEscapedNameForWhatItIs_T3() throws Exception {
    var request =
        assertInstanceOf(
            Request.class,
            read(
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"\\u006eame\":\"stop_vllm\"}}"));
    assertEquals("stop_vllm", readCall(request).name());
  }

  private static ToolsCall readCall(Request request) throws InvalidParamsException {
    return ToolsCall.read(request.params());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"METHOD\":\"x\"}",
        "{\"jsonrpc\":\"2.0\",\"Id\":1,\"method\":\"ping\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"Params\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"Name\":\"stop_vllm\",\"name\":\"x\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"x\",\"ARGUMENTS\":{}}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"x\",\"argument\u017f\":{}}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"x\",\"ta\u017fK\":1}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"x\",\"tas\u212A\":1}}"
      })
  void refusesNamesThatDifferInCaseOnly_T4(String text) {
    assertTrue(String.valueOf(refused(text).getMessage()).contains("in case only"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"stop_vllm\"}}]",
        "[[]]"
      })
  void refusesBatches_T14(String text) {
    assertTrue(String.valueOf(refused(text).getMessage()).contains("batch"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "true", "1", "\"x\"", "{}"})
  void refusesWhatIsNoMessage_T13(String text) {
    refused(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "1.0",
        "1e3",
        "true",
        "{}",
        "[]",
        "1152921504606846976",
        "-9007199254740992"
      })
  void refusesIdsThatReadersDisagreeOn_T17(String id) {
    var e = refused("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"ping\"}");
    assertEquals(Optional.empty(), e.id());
  }

  @Test
  void boundsStringIds_T17() throws Exception {
    read("{\"jsonrpc\":\"2.0\",\"id\":\"" + "a".repeat(256) + "\",\"method\":\"ping\"}");
    refused("{\"jsonrpc\":\"2.0\",\"id\":\"" + "a".repeat(257) + "\",\"method\":\"ping\"}");
    read("{\"jsonrpc\":\"2.0\",\"id\":9007199254740991,\"method\":\"ping\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"x\"},\"result\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"error\":{\"code\":1,\"message\":\"\"}}"
      })
  void refusesAMethodBesideAResult_T18(String text) {
    assertEquals(Optional.of(new IntegerId(1)), refused(text).id());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}",
        "{\"jsonrpc\":2.0,\"id\":1,\"method\":\"ping\"}",
        "{\"id\":1,\"method\":\"ping\"}"
      })
  void refusesOtherVersionsOfJsonRpc_T21(String text) {
    refused(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"meta\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"_meta\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{},\"x\":1}"
      })
  void refusesUnknownMembersOfTheEnvelope_T22(String text) {
    assertTrue(String.valueOf(refused(text).getMessage()).contains("is not known"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":null}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[]}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":null}",
        "{\"jsonrpc\":\"2.0\",\"id\":1}",
        "{\"jsonrpc\":\"2.0\",\"result\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[]}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{},\"error\":{\"code\":1,\"message\":\"\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":1.5,\"message\":\"\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":99999999999,\"message\":\"\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":1}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{},\"params\":{}}"
      })
  void refusesOtherShapes(String text) {
    refused(text);
  }

  @Test
  void echoesNothingRawInItsErrors() {
    String member = "x\\u0000\\n`\\u202e" + "y".repeat(200);
    String message =
        String.valueOf(
            refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"" + member + "\":1}")
                .getMessage());
    assertTrue(message.contains("`x????yyy"), message);
    assertTrue(message.length() < 250, message);
  }
}
