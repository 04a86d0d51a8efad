// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mcppolicy.engine.ToolDefinition;
import dev.mcppolicy.engine.catalogue.CatalogueTool;
import dev.mcppolicy.engine.catalogue.RiskCatalogue;
import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.StrictJson;
import dev.mcppolicy.testkit.cluster.Artefacts;
import dev.mcppolicy.testkit.mcp.RecordingUpstream;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The catalogue of risks beside the real server's own answer to {@code tools/list}. */
final class CatalogueIT {

  static LiveTools live() throws Exception {
    return LiveTools.read(
        Upstreams.of(List.of(Artefacts.pythonBin().resolve("vllm-mcp-server").toString())));
  }

  @Test
  void definitionsAreExactlyThoseOfTheRealServer() throws Exception {
    List<ToolDefinition> catalogued =
        RiskCatalogue.vllm().tools().stream().map(CatalogueTool::definition).toList();
    assertEquals(live().tools(), catalogued);
  }

  @Test
  void recordingUpstreamOfTestsListsTheSame() throws Exception {
    try (var in = RecordingUpstream.class.getResourceAsStream("vllm-mcp-server-0.1.4-tools.json")) {
      var recorded =
          (JsonObject)
              new StrictJson(JsonLimits.RESPONSE).read(Objects.requireNonNull(in).readAllBytes());
      List<JsonValue> catalogued =
          RiskCatalogue.vllm().tools().stream()
              .<JsonValue>map(tool -> tool.definition().definition())
              .toList();
      assertEquals(catalogued, recorded.array("tools").orElseThrow().elements());
    }
  }
}
