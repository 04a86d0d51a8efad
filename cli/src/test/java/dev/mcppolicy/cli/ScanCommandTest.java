// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.engine.ToolDefinition;
import dev.mcppolicy.engine.document.PolicyReader;
import dev.mcppolicy.engine.document.PolicyReading;
import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.StrictJson;
import dev.mcppolicy.testkit.mcp.RecordingUpstream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ScanCommandTest {

  private static LiveTools tools(String file) throws Exception {
    byte[] text = Files.readAllBytes(Path.of("src/test/resources/inputs", file));
    var object = (JsonObject) new StrictJson(JsonLimits.RESPONSE).read(text);
    List<ToolDefinition> tools =
        object.array("tools").orElseThrow().elements().stream()
            .map(JsonObject.class::cast)
            .map(tool -> new ToolDefinition(tool.string("name").orElseThrow(), tool))
            .toList();
    return new LiveTools(Optional.of("a `server`\nversion: \"2\""), tools);
  }

  @Test
  void writesAPolicyForToolsThatNobodyKnows() throws Exception {
    String draft = PolicyDraft.of(tools("tools.json"), "database");
    Path golden = Path.of("src/test/resources/inputs/draft.yaml");
    if ("update".equals(System.getProperty("golden"))) {
      Files.writeString(golden, draft);
    }
    assertEquals(Files.readString(golden), draft, "rewrite it with -Dgolden=update");
    var document = assertInstanceOf(PolicyReading.Valid.class, PolicyReader.read(draft)).document();
    assertEquals(Set.of("drop_table", "list_tables", "on", "stop_vllm"), document.tools().keySet());
  }

  @Test
  void writesAPolicyForAServerWithoutTools() {
    String draft = PolicyDraft.of(new LiveTools(Optional.empty(), List.of()), "nothing");
    assertInstanceOf(PolicyReading.Valid.class, PolicyReader.read(draft));
  }

  @Test
  void asksAServerOverHttp() throws Exception {
    try (RecordingUpstream upstream = RecordingUpstream.start()) {
      Ran ran = InProcess.run("scan", "--upstream", upstream.uri().toString());
      assertEquals(0, ran.exitCode(), ran.err());
      assertTrue(ran.out().contains("\n  stop_vllm:\n"), ran.out());
    }
  }

  @Test
  void saysWhyAServerCannotBeAsked() {
    Ran ran = InProcess.run("scan", "--", "/no/such/command");
    assertEquals(1, ran.exitCode());
    assertTrue(ran.err().contains("/no/such/command"), ran.err());
    assertEquals("", ran.out());
  }

  @Test
  void wantsOneServer() {
    Ran ran = InProcess.run("scan");
    assertEquals(2, ran.exitCode());
    assertTrue(ran.err().contains("no server given"), ran.err());
  }
}
