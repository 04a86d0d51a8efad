// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.engine.Decision;
import dev.mcppolicy.engine.DecisionReason;
import dev.mcppolicy.engine.Grant;
import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.engine.ReasonCode;
import dev.mcppolicy.engine.document.Subject;
import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.StrictJson;
import dev.mcppolicy.proxy.workload.WorkloadChange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class JsonLinesAuditTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private static final Decision DENIAL =
      new Decision.Deny(
          new DecisionReason(
              ReasonCode.NotAllowed, "text", Optional.of(new PolicyId("ns", "p", 3)), "/default"));

  private static AuditEvent.Decided decided(String tool, boolean isKnown) {
    return new AuditEvent.Decided(
        NOW, "id-1", new Grant("agent"), Subject.tool(tool), isKnown, DENIAL, true, 7);
  }

  private List<JsonObject> lines() throws Exception {
    var reader = new StrictJson(JsonLimits.REQUEST);
    var lines = new ArrayList<JsonObject>();
    for (String line : out.toString(StandardCharsets.US_ASCII).lines().toList()) {
      lines.add((JsonObject) reader.read(line.getBytes(StandardCharsets.US_ASCII)));
    }
    return lines;
  }

  @Test
  void writesADecisionOnOneLine() throws Exception {
    new JsonLinesAudit(out, "pod-1").record(decided("stop_vllm", true));
    assertEquals(
        "{\"audit\":\"mcp-policy/v1\",\"sequence\":1,\"kind\":\"decision\",\"time\":\"2026-01-01T00:00:00Z\",\"pod\":\"pod-1\",\"decision\":\"id-1\",\"grant\":\"agent\",\"tool\":\"stop_vllm\",\"outcome\":\"deny\",\"reason\":\"NotAllowed\",\"policy\":\"ns/p\",\"generation\":3,\"rule\":\"/default\",\"bundle\":7}\n",
        out.toString(StandardCharsets.US_ASCII));
  }

  @Test
  void shortensAndEscapesANameThatIsNoToolT97() throws Exception {
    new JsonLinesAudit(out, "pod-1")
        .record(decided("a\n\u001b[31m\u202e" + "x".repeat(500), false));
    String tool = lines().getFirst().string("tool").orElseThrow();
    assertTrue(tool.length() < 80, tool);
    assertTrue(tool.startsWith("a??[31m?x"), tool);
  }

  @Test
  void numbersLinesWithoutAGapWhateverTheThreads() throws Exception {
    var audit = new JsonLinesAudit(out, "pod-1");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      IntStream.range(0, 500)
          .forEach(
              i ->
                  threads.execute(
                      () ->
                          audit.record(
                              new AuditEvent.Ended(
                                  NOW, "id-" + i, "answered", Duration.ofMillis(1), List.of()))));
    }
    assertEquals(
        IntStream.rangeClosed(1, 500).mapToObj(JsonValue::of).toList(),
        lines().stream().map(line -> line.get("sequence").orElseThrow()).toList());
  }

  @Test
  void goesOnWhenTheRecordCannotBeWritten() {
    var audit =
        new JsonLinesAudit(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("no space left");
              }
            },
            "pod-1");
    assertFalse(audit.record(decided("a", true)));
    assertFalse(audit.record(decided("a", true)));
  }

  @Test
  void beginsALineAnewAfterHalfALine() throws Exception {
    var failing = new AtomicBoolean(true);
    var disk =
        new OutputStream() {
          @Override
          public void write(int b) {
            out.write(b);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            if (failing.get()) {
              out.write(bytes, offset, 20);
              throw new IOException("no space left");
            }
            out.write(bytes, offset, length);
          }
        };
    var audit = new JsonLinesAudit(disk, "pod-1");
    assertFalse(audit.record(decided("a", true)));
    failing.set(false);
    assertTrue(audit.record(decided("a", true)));
    assertTrue(audit.record(decided("a", true)));
    List<String> lines = out.toString(StandardCharsets.US_ASCII).lines().toList();
    assertEquals(3, lines.size());
    assertTrue(
        lines.get(1).startsWith("{\"audit\":\"mcp-policy/v1\",\"sequence\":2,"), lines.get(1));
    assertTrue(lines.get(2).endsWith("}"), lines.get(2));
  }

  @Test
  void recordsWhatACallWouldHaveGotAndWhatItWasAbout() throws Exception {
    var audit = new JsonLinesAudit(out, "pod-1");
    var allow =
        new Decision.Allow(
            new DecisionReason(
                ReasonCode.Allowed, "text", Optional.of(new PolicyId("ns", "p", 3)), "/default"),
            List.of(),
            false,
            Optional.of(DENIAL));
    var resource = new Subject(Subject.Kind.RESOURCE, "vllm://" + "x".repeat(600));
    assertTrue(
        audit.record(
            new AuditEvent.Decided(
                NOW, "id-1", new Grant("agent"), resource, false, allow, true, 7)));
    audit.record(
        new AuditEvent.Decided(
            NOW, "id-2", new Grant("agent"), Subject.tool("a"), true, allow, false, 7));
    JsonObject line = lines().getFirst();
    assertEquals(513, line.string("resource").orElseThrow().length());
    assertEquals("allow", line.string("outcome").orElseThrow());
    assertEquals(
        "{\"outcome\":\"deny\",\"reason\":\"NotAllowed\",\"policy\":\"ns/p\",\"generation\":3,\"rule\":\"/default\"}",
        JsonText.string(line.object("wouldBe").orElseThrow()));
    assertEquals("error", lines().getLast().string("outcome").orElseThrow());
  }

  @Test
  void joinsADecisionWithWhatItChanged_T122() {
    var vllm =
        new Workload(
            "vllm-server",
            true,
            new Workload.Target("apps/v1", "Deployment", "vllm"),
            Optional.empty());
    var audit = new JsonLinesAudit(out, "pod-1");
    audit.record(
        new AuditEvent.Ended(
            NOW,
            "id-1",
            "answered",
            Duration.ofMillis(1),
            List.of(
                WorkloadChange.scaled(vllm, "inference", "u1", 2, 0, Optional.of("4711")),
                WorkloadChange.scaled(vllm, "inference", "u1", 0, 2, Optional.empty()))));
    assertEquals(
        "{\"audit\":\"mcp-policy/v1\",\"sequence\":1,\"kind\":\"outcome\",\"time\":\"2026-01-01T00:00:00Z\",\"pod\":\"pod-1\",\"decision\":\"id-1\",\"outcome\":\"answered\",\"tookMicros\":1000,\"changes\":["
            + "{\"workload\":\"vllm-server\",\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"namespace\":\"inference\",\"name\":\"vllm\",\"uid\":\"u1\",\"change\":\"ScaledDown\",\"from\":2,\"to\":0,\"resourceVersion\":\"4711\"},"
            + "{\"workload\":\"vllm-server\",\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"namespace\":\"inference\",\"name\":\"vllm\",\"uid\":\"u1\",\"change\":\"ScaledUp\",\"from\":0,\"to\":2,\"confirmed\":false}]}\n",
        out.toString(StandardCharsets.US_ASCII));
  }

  @Test
  void saysWhichEngineRunsTheContainerThatWasChanged_T122() {
    var vllm =
        new Workload("vllm-server", true, Workload.Target.container("vllm"), Optional.empty());
    var audit = new JsonLinesAudit(out, "pod-1");
    audit.record(
        new AuditEvent.Ended(
            NOW,
            "id-1",
            "answered",
            Duration.ofMillis(1),
            List.of(
                WorkloadChange.container(
                    vllm, "https://gpu-box:2376", "ab12", WorkloadChange.Made.STOPPED, true),
                WorkloadChange.container(
                    vllm, "https://gpu-box:2376", "ab12", WorkloadChange.Made.REMOVED, false))));
    String changed =
        "{\"workload\":\"vllm-server\",\"apiVersion\":\"mcppolicy.dev/v1alpha1\",\"kind\":\"Container\",\"namespace\":\"\",\"name\":\"vllm\",\"uid\":\"ab12\",";
    String line = out.toString(StandardCharsets.US_ASCII);
    assertEquals(
        "\"changes\":["
            + changed
            + "\"change\":\"Stopped\",\"engine\":\"https://gpu-box:2376\"},"
            + changed
            + "\"change\":\"Removed\",\"engine\":\"https://gpu-box:2376\",\"confirmed\":false}]}\n",
        line.substring(line.indexOf("\"changes\"")));
  }
}
