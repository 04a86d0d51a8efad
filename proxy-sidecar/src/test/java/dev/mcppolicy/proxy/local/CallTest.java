// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.mcp.Replies;
import dev.mcppolicy.mcp.RpcError;
import dev.mcppolicy.proxy.http.HttpLimits;
import dev.mcppolicy.proxy.upstream.UpstreamReply;
import dev.mcppolicy.testkit.mcp.RawHttp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of calls before a server in memory. */
final class CallTest {
  private static final String FIVE_A_MINUTE =
      """
      {"version": "1", "default": "deny", "tools": {"vllm_status": {"limits": [{"counter": "c", "window": "minute", "max": 5, "scope": "grant"}]}}}
      """;
  private static final String ALLOW = "{\"version\": \"1\", \"default\": \"allow\"}";

  @TempDir private Path folder;
  private final FakeUpstream upstream = new FakeUpstream();
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

  private LocalFixture start(String policy) throws Exception {
    return LocalFixture.start(folder, policy, upstream, HttpLimits.DEFAULT, now::get);
  }

  private static List<String> names(JsonObject list) {
    return list.object("result").orElseThrow().array("tools").orElseThrow().elements().stream()
        .map(tool -> ((JsonObject) tool).string("name").orElseThrow())
        .toList();
  }

  private static JsonObject decision(JsonObject answer) {
    return answer
        .object("result")
        .flatMap(result -> result.object("_meta"))
        .flatMap(meta -> meta.object("dev.mcppolicy/decision"))
        .orElseThrow(() -> new AssertionError("no decision in " + answer));
  }

  @Test
  void letsExactlyTheLimitThroughOf200ParallelCallsT59() throws Exception {
    var allowed = new AtomicInteger();
    try (LocalFixture proxy = start(FIVE_A_MINUTE);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls =
          IntStream.range(0, 200)
              .mapToObj(
                  _ ->
                      threads.submit(
                          () -> {
                            try (McpClient client = proxy.agent()) {
                              if (!McpClient.isError(client.call("vllm_status", "{}"))) {
                                allowed.incrementAndGet();
                              }
                            }
                            return true;
                          }))
              .toList();
      for (var call : calls) {
        assertTrue(call.get());
      }
      assertEquals(5, allowed.get());
      assertEquals(5, upstream.calls().size());
    }
  }

  @Test
  void beginsANewWindowAtTheFullMinuteT60() throws Exception {
    try (LocalFixture proxy = start(FIVE_A_MINUTE);
        McpClient client = proxy.agent()) {
      now.set(Instant.parse("2026-01-01T00:00:59.999Z"));
      for (int i = 0; i < 5; i++) {
        assertFalse(McpClient.isError(client.call("vllm_status", "{}")));
      }
      JsonObject limited = client.call("vllm_status", "{}");
      assertEquals("rate_limited", decision(limited).string("outcome").orElseThrow());
      assertEquals("2026-01-01T00:01:00Z", decision(limited).string("resetsAt").orElseThrow());
      assertEquals(JsonValue.of(1), decision(limited).get("retryAfterMs").orElseThrow());
      now.set(Instant.parse("2026-01-01T00:01:00Z"));
      assertFalse(McpClient.isError(client.call("vllm_status", "{}")));
    }
  }

  @Test
  void doesNotRefillALimitWhenTheClockStepsBackT65() throws Exception {
    try (LocalFixture proxy = start(FIVE_A_MINUTE);
        McpClient client = proxy.agent()) {
      for (int i = 0; i < 5; i++) {
        client.call("vllm_status", "{}");
      }
      now.set(Instant.parse("2025-12-31T22:00:00Z"));
      assertTrue(McpClient.isError(client.call("vllm_status", "{}")));
    }
  }

  @Test
  void keepsTheQuotaOfACallThatWasSentAndGivesBackOnlyWhatWasNotT62() throws Exception {
    try (LocalFixture proxy = start(FIVE_A_MINUTE);
        McpClient client = proxy.agent()) {
      upstream.answerWith(_ -> new UpstreamReply.Failed(false, "the MCP server is not running"));
      for (int i = 0; i < 10; i++) {
        assertEquals(-32603, McpClient.errorCode(client.call("vllm_status", "{}")));
      }
      upstream.answerWith(_ -> new UpstreamReply.Failed(true, "the MCP server ended"));
      assertEquals(-32603, McpClient.errorCode(client.call("vllm_status", "{}")));
      upstream.answerWith(_ -> new UpstreamReply.Refused(new RpcError(-32000, "on purpose")));
      assertEquals(-32000, McpClient.errorCode(client.call("vllm_status", "{}")));
      upstream.answerWith(FakeUpstream::echo);
      for (int i = 0; i < 3; i++) {
        assertFalse(McpClient.isError(client.call("vllm_status", "{}")));
      }
      assertTrue(McpClient.isError(client.call("vllm_status", "{}")));
    }
  }

  /** Whether another server did what it was asked cannot be told, so nothing is given back. */
  @Test
  void keepsTheQuotaOfARelayedCallThatFailedAlsoWhenSuccessIsCharged() throws Exception {
    try (LocalFixture proxy =
            start(FIVE_A_MINUTE.replace("\"grant\"", "\"grant\", \"charge\": \"success\""));
        McpClient client = proxy.agent()) {
      upstream.answerWith(_ -> new UpstreamReply.Result(Replies.toolText("it failed", true)));
      for (int i = 0; i < 5; i++) {
        assertEquals("it failed", McpClient.text(client.call("vllm_status", "{}")));
      }
      assertEquals(
          "rate_limited",
          decision(client.call("vllm_status", "{}")).string("outcome").orElseThrow());
    }
  }

  @Test
  void judgesArgumentsByTheDefinitionThatTheServerLists() throws Exception {
    try (LocalFixture proxy = start(ALLOW);
        McpClient client = proxy.agent()) {
      assertFalse(McpClient.isError(client.call("vllm_status", "{\"units\":1}")));
      JsonObject wrong = client.call("vllm_status", "{\"units\":\"1\"}");
      assertEquals("InvalidArguments", decision(wrong).string("reason").orElseThrow());
      JsonObject undeclared = client.call("vllm_status", "{\"other\":1}");
      assertEquals("UndeclaredArgument", decision(undeclared).string("reason").orElseThrow());
      assertEquals(1, upstream.calls().size());
    }
  }

  @Test
  void countsTheCallsOfEachServerApart(@TempDir Path other) throws Exception {
    try (LocalFixture one = start(FIVE_A_MINUTE);
        LocalFixture two =
            LocalFixture.start(
                other, FIVE_A_MINUTE, new FakeUpstream(), HttpLimits.DEFAULT, now::get)) {
      for (LocalFixture server : List.of(one, two)) {
        try (McpClient client = server.agent()) {
          for (int i = 0; i < 5; i++) {
            assertFalse(McpClient.isError(client.call("vllm_status", "{}")));
          }
          assertTrue(McpClient.isError(client.call("vllm_status", "{}")));
        }
      }
    }
  }

  @Test
  void tellsWhyAToolIsDeniedThatIsNotInTheList() throws Exception {
    try (LocalFixture proxy =
            start(
                "{\"version\": \"1\", \"default\": \"allow\", \"tools\": {\"stop_vllm\": {\"action\": \"deny\", \"reason\": \"ask the on-call\"}}}");
        McpClient client = proxy.agent()) {
      assertEquals(List.of("start_vllm", "vllm_status"), names(client.list()));
      JsonObject denied = client.call("stop_vllm", "{}");
      assertTrue(McpClient.isError(denied));
      assertEquals(
          "Denied by policy: `stop_vllm` may not be called (policy policy.json). Reason: ask the"
              + " on-call",
          McpClient.text(denied));
      assertEquals("DeniedByRule", decision(denied).string("reason").orElseThrow());
      assertEquals("/tools/stop_vllm", decision(denied).string("rule").orElseThrow());
      assertEquals(List.of(), upstream.calls());
    }
  }

  @Test
  void givesBackOnlyToTheWindowThatWasChargedT61() throws Exception {
    try (LocalFixture proxy = start(FIVE_A_MINUTE);
        McpClient first = proxy.agent();
        McpClient second = proxy.agent()) {
      upstream.hold();
      first.http().send(first.request(bytes(McpClient.callMessage(1, "vllm_status", "{}"))));
      FakeUpstream.Sent held = upstream.nextHeld();
      now.set(Instant.parse("2026-01-01T00:01:30Z"));
      held.reply().accept(new UpstreamReply.Failed(false, "not sent"));
      first.http().read();
      for (int i = 0; i < 5; i++) {
        second.http().send(second.request(bytes(McpClient.callMessage(i, "vllm_status", "{}"))));
        FakeUpstream.Sent next = upstream.nextHeld();
        next.reply().accept(FakeUpstream.echo(next.params()));
        assertFalse(McpClient.isError(McpClient.json(second.http().read())));
      }
      assertTrue(McpClient.isError(second.call("vllm_status", "{}")));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void decidesEachCallByOnePolicyWhileItIsBeingReplaced() throws Exception {
    String a =
        "{\"version\": \"1\", \"default\": \"deny\", \"tools\": {\"vllm_status\": {}, \"stop_vllm\": {\"action\": \"deny\", \"reason\": \"policy a\"}}}";
    String b =
        "{\"version\": \"1\", \"default\": \"deny\", \"tools\": {\"stop_vllm\": {}, \"vllm_status\": {\"action\": \"deny\", \"reason\": \"policy b\"}}}";
    try (LocalFixture proxy = start(a);
        McpClient client = proxy.agent()) {
      Set<String> lists = ConcurrentHashMap.newKeySet();
      for (int change = 0; change < 4; change++) {
        boolean toB = change % 2 == 0;
        replace(proxy.policy(), toB ? b : a);
        String wanted = toB ? "stop_vllm" : "vllm_status";
        Instant deadline = Instant.now().plusSeconds(10);
        while (McpClient.isError(client.call(wanted, "{}"))) {
          assertTrue(Instant.now().isBefore(deadline), "the change of the file is not in force");
          lists.add(names(client.list()).toString());
        }
        lists.add(names(client.list()).toString());
        JsonObject other = client.call(toB ? "vllm_status" : "stop_vllm", "{}");
        assertTrue(McpClient.text(other).contains(toB ? "policy b" : "policy a"));
      }
      assertEquals(Set.of("[vllm_status]", "[stop_vllm]"), lists, "never both, never none");
    }
  }

  private static void replace(Path file, String content) throws IOException {
    Path next = Files.writeString(file.resolveSibling("next"), content);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void keepsTheLastGoodPolicyWhenTheFileBreaks() throws Exception {
    try (LocalFixture proxy = start(ALLOW);
        McpClient client = proxy.agent()) {
      replace(proxy.policy(), "{\"version\": \"1\", \"default\": \"maybe\"}");
      replace(Files.writeString(folder.resolve("unrelated"), ""), "x"); // and another file changes
      Instant deadline = Instant.now().plusSeconds(2);
      while (Instant.now().isBefore(deadline)) {
        assertFalse(McpClient.isError(client.call("vllm_status", "{}")));
      }
      replace(proxy.policy(), "{\"version\": \"1\", \"default\": \"deny\"}");
      deadline = Instant.now().plusSeconds(10);
      while (!McpClient.isError(client.call("vllm_status", "{}"))) {
        assertTrue(Instant.now().isBefore(deadline));
      }
    }
  }

  @Test
  void listsWhatTheGrantMayCallInTheServersOrderWithEveryMember() throws Exception {
    try (LocalFixture proxy =
            start(
                "{\"version\": \"1\", \"default\": \"deny\", \"tools\": {\"vllm_status\": {}, \"stop_vllm\": {}}}");
        McpClient client = proxy.agent()) {
      JsonObject list = client.list();
      assertEquals(List.of("stop_vllm", "vllm_status"), names(list));
      assertTrue(list.toString().contains("the tool stop_vllm"), "the title is kept");
      assertFalse(list.object("result").orElseThrow().has("nextCursor"));
      RawHttp.Response cursor =
          client.post(
              "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{\"cursor\":\"\"}}");
      assertEquals(-32602, McpClient.errorCode(McpClient.json(cursor)));
    }
  }

  @Test
  void keepsAToolInTheListWhoseQuotaIsUsedUp() throws Exception {
    try (LocalFixture proxy = start(FIVE_A_MINUTE);
        McpClient client = proxy.agent()) {
      for (int i = 0; i < 6; i++) {
        client.call("vllm_status", "{}");
      }
      assertEquals(List.of("vllm_status"), names(client.list()));
    }
  }

  @Test
  void followsAServerWhoseToolsChangeT52() throws Exception {
    try (LocalFixture proxy = start(ALLOW);
        McpClient client = proxy.agent()) {
      assertEquals(-32602, McpClient.errorCode(client.call("new_tool", "{}")));
      upstream.changeTools("new_tool");
      Instant deadline = Instant.now().plusSeconds(10);
      while (!names(client.list()).equals(List.of("new_tool"))) {
        assertTrue(Instant.now().isBefore(deadline));
      }
      assertFalse(McpClient.isError(client.call("new_tool", "{}")));
      assertEquals(-32602, McpClient.errorCode(client.call("stop_vllm", "{}")));
    }
  }

  @Test
  void waitsForTheToolsOfAServerThatIsStartingT53() throws Exception {
    upstream.unconnected();
    try (LocalFixture proxy = start(ALLOW);
        McpClient client = proxy.agent()) {
      client.http().send(client.request(bytes(McpClient.callMessage(1, "vllm_status", "{}"))));
      assertEquals(List.of(), upstream.calls());
      upstream.connect();
      assertFalse(McpClient.isError(McpClient.json(client.http().read())));
    }
  }

  @Test
  void deniesWhileTheToolsCannotBeKnownT53() throws Exception {
    upstream.unconnected();
    try (LocalFixture proxy = start(ALLOW);
        McpClient client = proxy.agent()) {
      upstream.disconnect("the command `x` cannot be started");
      JsonObject answer = client.call("vllm_status", "{}");
      assertEquals(-32603, McpClient.errorCode(answer));
      assertTrue(answer.toString().contains("cannot be started"), answer.toString());
      assertEquals(-32603, McpClient.errorCode(client.list()));
      assertEquals(List.of(), upstream.calls());
    }
  }

  @Test
  void refusesAnIdThatIsInFlightInItsSessionAndTakesItInAnotherT20() throws Exception {
    try (LocalFixture proxy = start(ALLOW);
        McpClient first = proxy.agent();
        McpClient other = proxy.operator();
        RawHttp again = RawHttp.connect("127.0.0.1", proxy.port())) {
      upstream.hold();
      byte[] call = bytes(McpClient.callMessage(7, "vllm_status", "{}"));
      first.http().send(first.request(call));
      FakeUpstream.Sent held = upstream.nextHeld();
      RawHttp.Response refused = again.send(first.request(call)).read();
      assertEquals(-32600, McpClient.errorCode(McpClient.json(refused)));
      other.http().send(other.request(call));
      FakeUpstream.Sent others = upstream.nextHeld();
      others.reply().accept(FakeUpstream.echo(JsonObject.EMPTY));
      assertEquals(200, other.http().read().status());
      held.reply().accept(FakeUpstream.echo(JsonObject.EMPTY));
      assertEquals(200, first.http().read().status());
    }
  }

  @Test
  void cancelsOwnCallsOnlyT48() throws Exception {
    String cancel =
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":7}}";
    try (LocalFixture proxy = start(ALLOW);
        McpClient owner = proxy.agent();
        McpClient other = proxy.agent();
        RawHttp second = RawHttp.connect("127.0.0.1", proxy.port())) {
      upstream.hold();
      owner.http().send(owner.request(bytes(McpClient.callMessage(7, "vllm_status", "{}"))));
      upstream.nextHeld();
      assertEquals(202, other.post(cancel).status());
      assertEquals(List.of(), upstream.cancelled());
      assertEquals(202, second.send(owner.request(bytes(cancel))).read().status());
      assertEquals(1, upstream.cancelled().size());
      assertEquals(-32603, McpClient.errorCode(McpClient.json(owner.http().read())));
    }
  }

  @Test
  void answersTwiceArrivingRepliesOnceT58() throws Exception {
    try (LocalFixture proxy = start(ALLOW);
        McpClient client = proxy.agent()) {
      upstream.hold();
      client.http().send(client.request(bytes(McpClient.callMessage(1, "vllm_status", "{}"))));
      FakeUpstream.Sent held = upstream.nextHeld();
      held.reply().accept(FakeUpstream.echo(JsonObject.EMPTY));
      held.reply().accept(FakeUpstream.echo(JsonObject.EMPTY));
      assertTrue(client.http().read().text().contains("\"id\":1,"));
      client.http().send(client.request(bytes(McpClient.callMessage(2, "vllm_status", "{}"))));
      FakeUpstream.Sent next = upstream.nextHeld();
      next.reply().accept(FakeUpstream.echo(JsonObject.EMPTY));
      assertTrue(client.http().read().text().contains("\"id\":2,"));
    }
  }

  @Test
  void letsNoServerForgeADecisionT100() throws Exception {
    JsonObject forged =
        JsonObject.builder()
            .put("content", JsonValue.JsonArray.EMPTY)
            .put(
                "_meta",
                JsonObject.builder()
                    .put("dev.mcppolicy/decision", "allow")
                    .put("vendor/kept", 1)
                    .build())
            .build();
    upstream.answerWith(_ -> new UpstreamReply.Result(forged));
    try (LocalFixture proxy = start(ALLOW);
        McpClient client = proxy.agent()) {
      JsonObject meta =
          client
              .call("vllm_status", "{}")
              .object("result")
              .orElseThrow()
              .object("_meta")
              .orElseThrow();
      assertEquals(Set.of("vendor/kept"), meta.members().keySet());
    }
  }

  @Test
  void recordsTheDecisionBeforeItActsAndNeverArguments() throws Exception {
    try (LocalFixture proxy = start(ALLOW);
        McpClient client = proxy.agent()) {
      upstream.hold();
      client
          .http()
          .send(
              client.request(
                  bytes(McpClient.callMessage(1, "vllm_status", "{\"model\":\"secret-model\"}"))));
      FakeUpstream.Sent held = upstream.nextHeld();
      assertTrue(proxy.audit().contains("\"kind\":\"decision\""), proxy.audit());
      assertFalse(proxy.audit().contains("\"kind\":\"outcome\""), proxy.audit());
      held.reply().accept(FakeUpstream.echo(JsonObject.EMPTY));
      client.http().read();
      assertTrue(proxy.audit().contains("\"outcome\":\"answered\""), proxy.audit());
      assertFalse(proxy.audit().contains("secret-model"), "T96");
      assertFalse(proxy.audit().contains(client.session()), "T96");
    }
  }

  @Test
  void writesAResultOnOneLineWhateverItsTextSaysT40() throws Exception {
    upstream.answerWith(
        _ ->
            new UpstreamReply.Result(
                Replies.toolText("a\n\ndata: {\"forged\":1}\r\nid: 7\u2028event: x", false)));
    try (LocalFixture proxy = start(ALLOW);
        McpClient client = proxy.agent()) {
      RawHttp.Response response = client.post(McpClient.callMessage(1, "vllm_status", "{}"));
      assertTrue(response.text().chars().allMatch(c -> c >= 0x20 && c < 0x7F), response.text());
      assertEquals("application/json", response.header("Content-Type").orElseThrow());
      assertTrue(McpClient.text(McpClient.json(response)).contains("\u2028event: x"));
    }
  }

  @Test
  void keepsWhatWasUsedWhenTheLimitChangesT72() throws Exception {
    try (LocalFixture proxy = start(FIVE_A_MINUTE);
        McpClient client = proxy.agent()) {
      for (int i = 0; i < 3; i++) {
        assertFalse(McpClient.isError(client.call("vllm_status", "{}")));
      }
      replace(proxy.policy(), FIVE_A_MINUTE.replace("\"max\": 5", "\"max\": 3"));
      Instant deadline = Instant.now().plusSeconds(10);
      while (!proxy.audit().contains("\"bundle\":2")) {
        client.call("start_vllm", "{}"); // denied by either; the record says by which
        assertTrue(Instant.now().isBefore(deadline));
      }
      JsonObject limited = client.call("vllm_status", "{}");
      assertEquals(JsonValue.of(3), decision(limited).get("used").orElseThrow());
      assertEquals(3, upstream.calls().size());
    }
  }

  @Test
  void answersACallThatBreaksInsideTheProxy() throws Exception {
    upstream.answerWith(
        _ -> {
          throw new IllegalStateException("on purpose");
        });
    try (LocalFixture proxy = start(ALLOW);
        McpClient client = proxy.agent()) {
      assertEquals(-32603, McpClient.errorCode(client.call("vllm_status", "{}")));
      assertEquals(-32603, McpClient.errorCode(client.call("vllm_status", "{}")));
    }
  }
}
