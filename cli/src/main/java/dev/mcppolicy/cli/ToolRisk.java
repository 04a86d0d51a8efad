// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.engine.ToolDefinition;
import dev.mcppolicy.engine.catalogue.CatalogueTool;
import dev.mcppolicy.engine.catalogue.RiskCatalogue;
import dev.mcppolicy.engine.catalogue.RiskClass;
import dev.mcppolicy.engine.catalogue.RiskLevel;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * The risk of a tool that a server lists: the catalogue's word where it has one for a tool with the
 * same arguments, else the server's own annotations, else the worst.
 */
final class ToolRisk {
  private ToolRisk() {}

  /** Whether class and level come from the catalogue. */
  static boolean isCatalogued(ToolDefinition tool) {
    return catalogued(tool).isPresent();
  }

  static CatalogueTool of(ToolDefinition tool) {
    Optional<CatalogueTool> known = catalogued(tool);
    if (known.isPresent()) {
      CatalogueTool found = known.get();
      return new CatalogueTool(
          found.name(),
          found.riskClass(),
          found.level(),
          found.does(),
          found.why(),
          found.attacks(),
          tool,
          found.dangerousArguments());
    }
    Optional<JsonObject> annotations = tool.definition().object("annotations");
    boolean readsOnly = says(annotations, "readOnlyHint");
    boolean destroys = says(annotations, "destructiveHint");
    RiskClass riskClass =
        readsOnly
            ? RiskClass.READ
            : destroys ? RiskClass.DESTRUCTIVE : RiskClass.EXECUTE; // unknown is not harmless
    return new CatalogueTool(
        tool.name(),
        riskClass,
        readsOnly ? RiskLevel.MEDIUM : RiskLevel.HIGH,
        tool.definition().string("description").orElse("has no description"),
        readsOnly ? "the server alone says that it only reads" : "nothing is known of what it does",
        List.of(),
        tool,
        arguments(tool));
  }

  private static Optional<CatalogueTool> catalogued(ToolDefinition tool) {
    return RiskCatalogue.vllm()
        .tool(tool.name())
        .filter(known -> known.definition().inputSchema().equals(tool.inputSchema()));
  }

  private static boolean says(Optional<JsonObject> annotations, String hint) {
    return annotations.flatMap(found -> found.get(hint)).equals(Optional.of(JsonValue.of(true)));
  }

  /** Of an unknown tool every argument may be dangerous. */
  private static List<String> arguments(ToolDefinition tool) {
    return tool.inputSchema()
        .flatMap(schema -> schema.object("properties"))
        .map(properties -> List.copyOf(properties.members().keySet()))
        .orElse(List.of());
  }
}
