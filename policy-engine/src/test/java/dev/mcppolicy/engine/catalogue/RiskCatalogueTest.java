// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.engine.ToolLookup;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** That the definitions are the server's own is for {@code CatalogueIT} to say. */
final class RiskCatalogueTest {
  private static final RiskCatalogue CATALOGUE = RiskCatalogue.vllm();

  /** What the server honours without declaring it. */
  private static final Set<String> UNDECLARED = Set.of("docker_image", "cpu_kvcache_space");

  @Test
  void hasTheTwelveToolsInTheOrderOfTheServer() {
    assertEquals("vllm-mcp-server", CATALOGUE.server());
    assertEquals("0.1.4", CATALOGUE.version());
    assertEquals(
        List.of(
            "vllm_chat",
            "vllm_complete",
            "list_models",
            "get_model_info",
            "vllm_status",
            "start_vllm",
            "stop_vllm",
            "restart_vllm",
            "list_vllm_containers",
            "get_vllm_logs",
            "get_platform_status",
            "run_benchmark"),
        CATALOGUE.tools().stream().map(CatalogueTool::name).toList());
  }

  @Test
  void saysOfEachToolWhatItDoesAndHowItIsMisused() {
    for (CatalogueTool tool : CATALOGUE.tools()) {
      assertFalse(tool.does().isBlank(), tool.name());
      assertFalse(tool.why().isBlank(), tool.name());
      assertFalse(tool.attacks().isEmpty(), tool.name());
      for (String text : tool.attacks()) {
        assertFalse(text.endsWith("."), text);
      }
    }
  }

  @Test
  void countsWhateverStartsOrStopsAsDangerous() {
    Set<String> dangerous =
        CATALOGUE.tools().stream()
            .filter(tool -> tool.riskClass().isDangerous())
            .map(CatalogueTool::name)
            .collect(Collectors.toSet());
    assertEquals(
        Set.of(
            "vllm_chat",
            "vllm_complete",
            "start_vllm",
            "stop_vllm",
            "restart_vllm",
            "run_benchmark"),
        dangerous);
    for (String name : List.of("start_vllm", "stop_vllm", "restart_vllm", "run_benchmark")) {
      assertEquals(RiskLevel.HIGH, CATALOGUE.tool(name).orElseThrow().level());
    }
  }

  @Test
  void namesOnlyArgumentsThatTheToolDeclaresOrIsKnownToHonour() {
    for (CatalogueTool tool : CATALOGUE.tools()) {
      JsonObject properties =
          tool.definition().inputSchema().orElseThrow().object("properties").orElseThrow();
      for (String argument : tool.dangerousArguments()) {
        assertTrue(
            properties.has(argument)
                || (tool.name().equals("start_vllm") && UNDECLARED.contains(argument)),
            tool.name() + " " + argument);
      }
    }
    assertTrue(
        CATALOGUE.tool("start_vllm").orElseThrow().dangerousArguments().containsAll(UNDECLARED));
  }

  @Test
  void isACompleteCatalogue() {
    assertInstanceOf(ToolLookup.Known.class, CATALOGUE.asToolCatalogue().find("stop_vllm"));
    assertInstanceOf(ToolLookup.Unknown.class, CATALOGUE.asToolCatalogue().find("stop"));
    assertEquals(Optional.empty(), CATALOGUE.tool("stop"));
  }
}
