// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.engine.ToolCatalogue;
import dev.mcppolicy.engine.ToolDefinition;
import dev.mcppolicy.engine.ToolLookup;
import dev.mcppolicy.engine.catalogue.CatalogueTool;
import dev.mcppolicy.engine.catalogue.RiskCatalogue;
import dev.mcppolicy.engine.document.DocumentText;
import dev.mcppolicy.engine.document.PolicyDocument;
import dev.mcppolicy.engine.document.PolicyReader;
import dev.mcppolicy.engine.document.Problem;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tools of the server that a policy is for, as far as they are known without the server. */
final class KnownTools {
  private final Optional<Map<String, ToolDefinition>> given;

  private KnownTools(Optional<Map<String, ToolDefinition>> given) {
    this.given = given;
  }

  /** The catalogue, and nothing of other servers. */
  static KnownTools catalogued() {
    return new KnownTools(Optional.empty());
  }

  /**
   * Reads a file with the tools of a server: its answer to {@code tools/list}, {@code {"tools":
   * […]}}, or the list alone.
   */
  static KnownTools read(InputFile file) throws BadInputException {
    DocumentText read = DocumentText.read(file.text());
    List<Problem> problems = new ArrayList<>(read.problems());
    var tools = new LinkedHashMap<String, ToolDefinition>();
    Optional<JsonArray> list =
        read.value()
            .flatMap(
                value ->
                    value instanceof JsonObject object
                        ? object.array("tools")
                        : value instanceof JsonArray array ? Optional.of(array) : Optional.empty());
    if (list.isEmpty() && problems.isEmpty()) {
      problems.add(
          new Problem("", "this is no list of tools; use a server's answer to tools/list"));
    }
    int index = 0;
    for (JsonValue element : list.orElse(JsonArray.EMPTY).elements()) {
      String place = "tools[" + index++ + "]";
      Optional<String> name =
          element instanceof JsonObject tool ? tool.string("name") : Optional.empty();
      if (name.filter(PolicyReader::isToolName).isEmpty()) {
        problems.add(new Problem(place, "use an object with the tool's `name`, `inputSchema`"));
      } else {
        tools.putIfAbsent(name.get(), new ToolDefinition(name.get(), (JsonObject) element));
      }
    }
    if (!problems.isEmpty()) {
      throw new BadInputException(
          problems.stream().map(problem -> file.name() + ": " + problem.text()).toList());
    }
    return new KnownTools(Optional.of(tools));
  }

  /**
   * For decisions: the tools given, then those of the catalogue; every other name is a tool without
   * a schema.
   */
  ToolCatalogue catalogue() {
    return name -> {
      ToolDefinition found = given.map(tools -> tools.get(name)).orElse(null);
      if (found != null) {
        return new ToolLookup.Known(found);
      }
      return RiskCatalogue.vllm()
          .tool(name)
          .map(tool -> new ToolLookup.Known(tool.definition()))
          .orElseGet(
              () ->
                  new ToolLookup.Known(
                      new ToolDefinition(name, JsonObject.builder().put("name", name).build())));
    };
  }

  /**
   * For warnings: the tools given, else those of the catalogue when the policy names one of them or
   * names none at all; else the server is another one, and nothing is known of it.
   */
  Map<String, CatalogueTool> of(PolicyDocument policy) {
    if (given.isPresent()) {
      var tools = new LinkedHashMap<String, CatalogueTool>();
      given.get().values().forEach(tool -> tools.put(tool.name(), ToolRisk.of(tool)));
      return tools;
    }
    Map<String, CatalogueTool> catalogued = RiskCatalogue.vllm().byName();
    Collection<String> named = policy.tools().keySet();
    boolean isForVllm = named.isEmpty() || named.stream().anyMatch(catalogued::containsKey);
    return isForVllm ? catalogued : Map.of();
  }
}
