// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.engine.BoundPolicy;
import dev.mcppolicy.engine.Call;
import dev.mcppolicy.engine.Decision;
import dev.mcppolicy.engine.Grant;
import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.engine.PolicySet;
import dev.mcppolicy.engine.ReasonCode;
import dev.mcppolicy.engine.ToolCatalogue;
import dev.mcppolicy.engine.ToolDefinition;
import dev.mcppolicy.engine.ToolLookup;
import dev.mcppolicy.engine.document.PolicyReader;
import dev.mcppolicy.engine.document.PolicyReading;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class MappedToolsTest {
  private static final Map<String, ToolDefinition> TOOLS =
      MappedTools.of(ToolMapping.VLLM_MCP_SERVER);

  private static Decision decide(String tool, String arguments) {
    ToolCatalogue tools =
        name -> {
          ToolDefinition definition = TOOLS.get(name);
          return definition == null ? new ToolLookup.Unknown() : new ToolLookup.Known(definition);
        };
    var open =
        assertInstanceOf(
            PolicyReading.Valid.class, PolicyReader.read("{version: '1', default: allow}"));
    return PolicySet.compile(
            List.of(
                new BoundPolicy(new PolicyId("", "open", 1), Optional.empty(), open.document())))
        .decide(
            Call.ofTool(tool, Bundles.object(arguments), new Grant("agent")),
            tools,
            Instant.EPOCH,
            (_, _) -> 0);
  }

  @Test
  void areTheSixContainerToolsInTheOrderOfTheServer() {
    assertEquals(
        List.of(
            "start_vllm",
            "stop_vllm",
            "restart_vllm",
            "list_vllm_containers",
            "get_vllm_logs",
            "get_platform_status"),
        List.copyOf(TOOLS.keySet()));
    assertEquals(Map.of(), MappedTools.of(ToolMapping.NONE));
  }

  @Test
  void haveNameDescriptionAndSchemaAndNothingElse() {
    TOOLS.forEach(
        (name, tool) -> {
          assertEquals(
              Set.of("name", "description", "inputSchema"), tool.definition().members().keySet());
          assertEquals(Optional.of(name), tool.definition().string("name"));
          assertTrue(tool.inputSchema().orElseThrow().object("properties").isPresent());
        });
  }

  @Test
  void letTheDeclaredArgumentsPass() {
    for (String arguments :
        List.of(
            "{}",
            "{\"container_name\":\"vllm-server\"}",
            "{\"container_name\":\"vllm-server\",\"remove\":false,\"timeout\":30}")) {
      assertInstanceOf(Decision.Allow.class, decide("stop_vllm", arguments));
    }
    assertInstanceOf(Decision.Allow.class, decide("start_vllm", "{\"model\":\"m\"}"));
  }

  @Test
  void denyWhatStartVllmHonoursWithoutDeclaringIt() { // T24
    for (String name : List.of("docker_image", "cpu_kvcache_space")) {
      Decision decision = decide("start_vllm", "{\"model\":\"m\",\"" + name + "\":\"x\"}");
      assertEquals(ReasonCode.UndeclaredArgument, decision.reason().code());
    }
  }

  @Test
  void denyStartVllmWithoutAModel() {
    assertEquals(ReasonCode.InvalidArguments, decide("start_vllm", "{}").reason().code());
  }
}
