// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.audit.AuditEvent;
import dev.mcppolicy.proxy.audit.AuditLog;
import dev.mcppolicy.proxy.enforce.GateSettings;
import dev.mcppolicy.proxy.http.HttpLimits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the language says beyond rules and fixed limits, as calls meet it. */
final class DecidedCallTest {
  @TempDir private Path folder;
  private final FakeUpstream upstream = new FakeUpstream();
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

  private LocalFixture start(String policy) throws Exception {
    return LocalFixture.start(folder, policy, upstream, HttpLimits.DEFAULT, now::get);
  }

  private static JsonObject decision(JsonObject answer) {
    return answer
        .object("result")
        .flatMap(result -> result.object("_meta"))
        .flatMap(meta -> meta.object("dev.mcppolicy/decision"))
        .orElseThrow(() -> new AssertionError("no decision in " + answer));
  }

  @Test
  void answersAHiddenToolWithTheBytesOfAnUnknownOneT54() throws Exception {
    try (LocalFixture proxy =
            start("{\"version\": \"1\", \"default\": \"allow\", \"hide\": [\"stop_vllm\"]}");
        McpClient client = proxy.agent()) {
      for (String arguments : List.of("{}", "{\"container_name\":7}", "{\"undeclared\":1}")) {
        String hidden = client.post(McpClient.callMessage(1, "stop_vllm", arguments)).text();
        String unknown = client.post(McpClient.callMessage(1, "sto_p_vllm", arguments)).text();
        assertEquals(unknown.replace("sto_p_vllm", "stop_vllm"), hidden);
        assertTrue(hidden.contains("-32602"), hidden);
      }
      assertFalse(client.list().toString().contains("stop_vllm"));
      assertEquals(List.of(), upstream.calls());
    }
  }

  @Test
  void tellsNothingOfAHiddenToolWhileTheToolsAreNotKnownT54() throws Exception {
    upstream.unconnected();
    try (LocalFixture proxy =
            start("{\"version\": \"1\", \"default\": \"allow\", \"hide\": [\"stop_vllm\"]}");
        McpClient client = proxy.agent()) {
      upstream.disconnect("it cannot be started");
      String hidden = client.post(McpClient.callMessage(1, "stop_vllm", "{}")).text();
      String unknown = client.post(McpClient.callMessage(1, "sto_p_vllm", "{}")).text();
      assertEquals(unknown, hidden);
      assertTrue(hidden.contains("-32603"), hidden);
    }
  }

  @Test
  void countsEachSessionForItselfWhereALimitSaysSo() throws Exception {
    try (LocalFixture proxy =
            start(
                "{\"version\": \"1\", \"default\": \"deny\", \"tools\": {\"vllm_status\": {\"limits\": [{\"counter\": \"c\", \"window\": \"minute\", \"max\": 1, \"scope\": \"session\"}]}}}");
        McpClient first = proxy.agent();
        McpClient second = proxy.agent()) {
      for (McpClient client : List.of(first, second)) {
        assertFalse(McpClient.isError(client.call("vllm_status", "{}")));
        JsonObject limited = client.call("vllm_status", "{}");
        assertTrue(McpClient.text(limited).contains("for this session"), limited.toString());
      }
    }
  }

  @Test
  void letsWhatIsInAuditModeThroughAndTellsTheRecordAloneT98() throws Exception {
    try (LocalFixture proxy =
            start(
                "{\"version\": \"1\", \"default\": \"deny\", \"mode\": \"audit\", \"tools\": {\"stop_vllm\": {\"action\": \"deny\"}}}");
        McpClient client = proxy.agent()) {
      for (String tool : List.of("stop_vllm", "vllm_status")) {
        JsonObject answer = client.call(tool, "{}");
        assertFalse(McpClient.isError(answer), answer.toString());
        assertFalse(answer.object("result").orElseThrow().has("_meta"), answer.toString());
      }
      assertEquals(2, upstream.calls().size());
      assertTrue(
          proxy.audit().contains("\"wouldBe\":{\"outcome\":\"deny\",\"reason\":\"DeniedByRule\""),
          proxy.audit());
      assertTrue(
          proxy.audit().contains("\"wouldBe\":{\"outcome\":\"deny\",\"reason\":\"NotAllowed\""),
          proxy.audit());
    }
  }

  @Test
  void countsWhatIsInAuditModeWithoutRefusing() throws Exception {
    try (LocalFixture proxy =
            start(
                "{\"version\": \"1\", \"default\": \"deny\", \"tools\": {\"vllm_status\": {\"mode\": \"audit\", \"rate_limit\": \"1/minute\"}}}");
        McpClient client = proxy.agent()) {
      for (int i = 0; i < 3; i++) {
        assertFalse(McpClient.isError(client.call("vllm_status", "{}")));
      }
      assertTrue(
          proxy.audit().contains("\"wouldBe\":{\"outcome\":\"rate_limited\""), proxy.audit());
    }
  }

  @Test
  void asksForAPersonAndSaysThatThisVersionCannot() throws Exception {
    try (LocalFixture proxy =
            start(
                "{\"version\": \"1\", \"default\": \"deny\", \"tools\": {\"stop_vllm\": {\"approval\": {\"approvers\": {\"groups\": [\"sre\"]}, \"reason\": \"it interrupts users\"}}}}");
        McpClient client = proxy.agent()) {
      JsonObject answer = client.call("stop_vllm", "{}");
      assertTrue(McpClient.isError(answer));
      assertEquals("needs_approval", decision(answer).string("outcome").orElseThrow());
      assertTrue(decision(answer).array("approvals").isPresent(), answer.toString());
      String text = McpClient.text(answer);
      assertTrue(text.contains("a member of `sre`"), text);
      assertTrue(text.contains("cannot collect approvals yet"), text);
      assertTrue(proxy.audit().contains("\"outcome\":\"needs_approval\""), proxy.audit());
      assertEquals(List.of(), upstream.calls());
    }
  }

  @Test
  void neverPassesMoreThanASlidingLimitAroundAnEdgeT60() throws Exception {
    try (LocalFixture proxy =
            start(
                "{\"version\": \"1\", \"default\": \"deny\", \"tools\": {\"vllm_status\": {\"limits\": [{\"counter\": \"c\", \"window\": \"minute\", \"max\": 3, \"scope\": \"grant\", \"algorithm\": \"sliding\"}]}}}");
        McpClient client = proxy.agent()) {
      now.set(Instant.parse("2026-01-01T00:00:59.999Z"));
      for (int i = 0; i < 3; i++) {
        assertFalse(McpClient.isError(client.call("vllm_status", "{}")));
      }
      now.set(Instant.parse("2026-01-01T00:01:00Z"));
      JsonObject limited = client.call("vllm_status", "{}");
      Instant resetsAt = Instant.parse(decision(limited).string("resetsAt").orElseThrow());
      now.set(resetsAt.minusMillis(1));
      assertTrue(McpClient.isError(client.call("vllm_status", "{}")));
      now.set(resetsAt);
      assertFalse(McpClient.isError(client.call("vllm_status", "{}")));
      assertTrue(
          resetsAt.isBefore(Instant.parse("2026-01-01T00:02:01.3Z")), "2 % late: " + resetsAt);
    }
  }

  @Test
  void takesTheCostThatAnArgumentStatesT64() throws Exception {
    try (LocalFixture proxy =
            start(
                "{\"version\": \"1\", \"default\": \"deny\", \"tools\": {\"vllm_status\": {\"limits\": [{\"counter\": \"c\", \"window\": \"minute\", \"max\": 10, \"scope\": \"grant\", \"cost\": {\"argument\": \"args.units\", \"max\": 8}}]}}}");
        McpClient client = proxy.agent()) {
      for (String wrong : List.of("{}", "{\"units\":-1000}", "{\"units\":0.5}", "{\"units\":9}")) {
        JsonObject denied = client.call("vllm_status", wrong);
        assertTrue(McpClient.isError(denied), wrong);
        assertEquals("InvalidCost", decision(denied).string("reason").orElseThrow(), wrong);
      }
      assertFalse(McpClient.isError(client.call("vllm_status", "{\"units\":7}")));
      JsonObject limited = client.call("vllm_status", "{\"units\":4}");
      assertEquals("LimitExhausted", decision(limited).string("reason").orElseThrow());
      assertFalse(McpClient.isError(client.call("vllm_status", "{\"units\":3}")));
      assertFalse(McpClient.isError(client.call("vllm_status", "{\"units\":0}")));
      assertEquals(3, upstream.calls().size());
    }
  }

  @Test
  void makesNoCallThatMustBeRecordedAndIsNotT98() throws Exception {
    var decisions = new AtomicInteger();
    List<String> answers =
        wrapped(
            "{\"version\": \"1\", \"default\": \"deny\", \"audit\": \"required\", \"tools\": {\"vllm_status\": {\"rate_limit\": \"1/hour\"}}}",
            event -> !(event instanceof AuditEvent.Decided) || decisions.incrementAndGet() > 2,
            4);
    for (int i = 1; i <= 2; i++) {
      assertTrue(answers.get(i).contains("-32603"), answers.get(i));
      assertTrue(answers.get(i).contains("the record cannot be written"), answers.get(i));
    }
    assertTrue(answers.get(3).contains("\"isError\":false"), "quota was given back: " + answers);
    assertTrue(answers.get(4).contains("rate_limited"), answers.get(4));
    assertEquals(1, upstream.calls().size());
  }

  @Test
  void makesACallThatNeedNotBeRecordedAlthoughItCannotBe() throws Exception {
    List<String> answers = wrapped("{\"version\": \"1\", \"default\": \"allow\"}", _ -> false, 1);
    assertTrue(answers.get(1).contains("\"isError\":false"), answers.get(1));
    assertEquals(1, upstream.calls().size());
  }

  /** The answers to {@code initialize} and to so many calls of one tool. */
  private List<String> wrapped(String document, AuditLog record, int calls) throws Exception {
    Path policy = Files.writeString(folder.resolve("policy.json"), document);
    var out = new ByteArrayOutputStream();
    try (LocalWrap wrap =
        LocalWrap.start(
            policy,
            upstream,
            out,
            record,
            InstantSource.system(),
            GateSettings.of("test", "0"),
            LocalWorkloads.NONE)) {
      var lines =
          new StringBuilder(
              "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}\n");
      for (int i = 1; i <= calls; i++) {
        lines.append(McpClient.callMessage(i, "vllm_status", "{}")).append('\n');
      }
      wrap.serve(new ByteArrayInputStream(lines.toString().getBytes(StandardCharsets.UTF_8)));
    }
    List<String> answers = out.toString(StandardCharsets.US_ASCII).lines().toList();
    assertEquals(calls + 1, answers.size());
    return answers;
  }
}
