// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.proxy.enforce.GateSettings;
import dev.mcppolicy.proxy.upstream.CommandConnector;
import dev.mcppolicy.proxy.upstream.StdioSettings;
import dev.mcppolicy.proxy.upstream.StdioUpstream;
import dev.mcppolicy.proxy.upstream.Upstream;
import dev.mcppolicy.proxy.workload.RecordingWorkloads;
import dev.mcppolicy.testkit.mcp.StdioRecording;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalWrapTest {
  private static final String ONLY_STATUS =
      "{\"version\": \"1\", \"default\": \"deny\", \"tools\": {\"vllm_status\": {}}}";
  private static final String INITIALIZE =
      "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}}";

  @TempDir private Path folder;

  /** The lines that come out for the bytes that go in. */
  private List<String> wrap(Upstream upstream, String... in) throws Exception {
    return wrap(upstream, ONLY_STATUS, LocalWorkloads.NONE, in);
  }

  private List<String> wrap(
      Upstream upstream, String document, LocalWorkloads workloads, String... in) throws Exception {
    Path policy = Files.writeString(folder.resolve("policy.json"), document);
    var out = new ByteArrayOutputStream();
    try (LocalWrap wrap =
        LocalWrap.start(
            policy,
            upstream,
            out,
            event -> true,
            InstantSource.system(),
            GateSettings.of("test", "0"),
            workloads)) {
      wrap.serve(
          new ByteArrayInputStream(
              (String.join("\n", in) + "\n").getBytes(StandardCharsets.UTF_8)));
    }
    return out.toString(StandardCharsets.US_ASCII).lines().toList();
  }

  @Test
  void enforcesThePolicyBetweenTwoLines() throws Exception {
    StdioRecording upstream = StdioRecording.in(folder);
    List<String> out =
        wrap(
            new StdioUpstream(new CommandConnector(upstream.command()), StdioSettings.DEFAULT),
            INITIALIZE,
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}",
            "",
            "{\"jsonrpc\":\"2.0\",\"id\":\"list\",\"method\":\"tools/list\"}",
            McpClient.callMessage(1, "vllm_status", "{}"),
            McpClient.callMessage(2, "stop_vllm", "{}"),
            new String(ChildProcessTest.HIDDEN_CALL, StandardCharsets.UTF_8)
                .replace("\"id\":1", "\"id\":3"),
            "{\"jsonrpc\":\"2.0\",\"method\":\"tools/call\",\"params\":{\"name\":\"stop_vllm\"}}",
            "[" + McpClient.callMessage(4, "vllm_status", "{}") + "]",
            "not json");
    assertEquals(5, out.size(), "an answer to each request and nothing else: " + out);
    assertTrue(
        out.stream()
            .anyMatch(
                line ->
                    line.contains("\"id\":\"list\"")
                        && line.contains("vllm_status")
                        && !line.contains("stop_vllm")),
        out.toString());
    assertTrue(
        out.stream()
            .anyMatch(line -> line.contains("\"id\":1,") && line.contains("\"isError\":false")),
        out.toString());
    assertTrue(
        out.stream()
            .anyMatch(line -> line.contains("\"id\":2,") && line.contains("\"isError\":true")),
        out.toString());
    assertEquals(1, upstream.messages("tools/call").size(), "T5, T14, T16");
    assertFalse(new String(upstream.bytes(), StandardCharsets.UTF_8).contains("\r"));
    assertEquals(
        List.of(false),
        upstream.processIds().stream()
            .map(id -> ProcessHandle.of(id).map(ProcessHandle::isAlive).orElse(false))
            .toList(),
        "the server ends with it");
  }

  @Test
  void carriesContainerToolsOutOnDeclaredWorkloadsAlone() throws Exception { // T125
    var upstream = new FakeUpstream();
    var containers = new RecordingWorkloads();
    var vllm = new Workload("vllm", true, Workload.Target.container("vllm"), Optional.empty());
    List<String> out =
        wrap(
            upstream,
            "{\"version\": \"1\", \"default\": \"deny\", \"tools\": {\"stop_vllm\": {}}}",
            new LocalWorkloads(Optional.of(containers), List.of(vllm)),
            INITIALIZE,
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}",
            McpClient.callMessage(1, "stop_vllm", "{}"),
            McpClient.callMessage(2, "stop_vllm", "{\"container_name\":\"postgres\"}"),
            McpClient.callMessage(3, "start_vllm", "{\"model\":\"m\"}"));
    assertEquals(List.of("stop vllm 10s UNSAID"), containers.acts);
    assertEquals(List.of(), upstream.calls());
    assertTrue(
        out.stream()
            .anyMatch(
                line ->
                    line.contains("\"id\":2,") && line.contains("`postgres` does not exist here")),
        out.toString());
  }

  @Test
  void wantsInitializeFirst() throws Exception {
    var upstream = new FakeUpstream();
    List<String> out = wrap(upstream, McpClient.callMessage(1, "vllm_status", "{}"));
    assertTrue(out.getFirst().contains("initialize"), out.toString());
    assertEquals(List.of(), upstream.calls());
  }

  @Test
  void doesNotStartWithAPolicyThatCannotBeRead() throws Exception {
    Path policy = Files.writeString(folder.resolve("policy.json"), "{\"version\": \"2\"}");
    StartException e =
        assertThrows(
            StartException.class,
            () ->
                LocalWrap.start(
                    policy,
                    new FakeUpstream(),
                    new ByteArrayOutputStream(),
                    event -> true,
                    InstantSource.system(),
                    GateSettings.of("test", "0"),
                    LocalWorkloads.NONE));
    assertEquals(2, e.problems().size(), "all at once: " + e.problems());
  }
}
