// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.catalogue;

import dev.mcppolicy.engine.ToolCatalogue;
import dev.mcppolicy.engine.ToolDefinition;
import dev.mcppolicy.engine.ToolLookup;
import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tools of one MCP server: what each is, and how it is misused. Immutable; for any thread.
 *
 * <p>The definitions are those that the server itself lists, so that arguments can be checked where
 * no server runs.
 */
public final class RiskCatalogue {
  private static final String VLLM_MCP_SERVER = "vllm-mcp-server-0.1.4.json";

  /** Read when it is first asked for. */
  private static final class Vllm {
    private static final RiskCatalogue CATALOGUE = load(VLLM_MCP_SERVER);
  }

  private final String server;
  private final String version;
  private final Map<String, CatalogueTool> tools;

  private RiskCatalogue(String server, String version, Map<String, CatalogueTool> tools) {
    this.server = server;
    this.version = version;
    this.tools = Collections.unmodifiableMap(tools);
  }

  /** The 12 tools of {@code vllm-mcp-server} 0.1.4. */
  public static RiskCatalogue vllm() {
    return Vllm.CATALOGUE;
  }

  /** The server's name, as its package has it. */
  public String server() {
    return server;
  }

  /** The version whose tools these are. */
  public String version() {
    return version;
  }

  public Optional<CatalogueTool> tool(String name) {
    return Optional.ofNullable(tools.get(name));
  }

  /** In the order in which the server lists them. */
  public List<CatalogueTool> tools() {
    return List.copyOf(tools.values());
  }

  /** By name, in the order in which the server lists them. */
  public Map<String, CatalogueTool> byName() {
    return tools;
  }

  /** The server's own answer to which tools it has: these and no others. */
  public ToolCatalogue asToolCatalogue() {
    var unknown = new ToolLookup.Unknown();
    Map<String, ToolLookup> lookups = new HashMap<>();
    tools
        .values()
        .forEach(tool -> lookups.put(tool.name(), new ToolLookup.Known(tool.definition())));
    return name -> lookups.getOrDefault(name, unknown);
  }

  private static RiskCatalogue load(String resource) {
    try (InputStream in = RiskCatalogue.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the jar has no " + resource);
      }
      if (!(new StrictJson(JsonLimits.REQUEST).read(in.readAllBytes()) instanceof JsonObject all)) {
        throw new IllegalStateException(resource + " is not an object");
      }
      var tools = new LinkedHashMap<String, CatalogueTool>();
      for (JsonValue element : all.array("tools").orElseThrow().elements()) {
        CatalogueTool tool = tool((JsonObject) element);
        tools.put(tool.name(), tool);
      }
      return new RiskCatalogue(
          all.string("server").orElseThrow(), all.string("version").orElseThrow(), tools);
    } catch (IOException | MalformedJsonException broken) {
      throw new IllegalStateException("the jar's " + resource + " cannot be read", broken);
    }
  }

  private static CatalogueTool tool(JsonObject tool) {
    JsonObject definition = tool.object("definition").orElseThrow();
    String name = definition.string("name").orElseThrow();
    return new CatalogueTool(
        name,
        riskClass(tool.string("class").orElseThrow()),
        level(tool.string("level").orElseThrow()),
        tool.string("does").orElseThrow(),
        tool.string("why").orElseThrow(),
        texts(tool, "attacks"),
        new ToolDefinition(name, definition),
        texts(tool, "dangerousArguments"));
  }

  private static RiskClass riskClass(String word) {
    for (RiskClass one : RiskClass.values()) {
      if (one.word().equals(word)) {
        return one;
      }
    }
    throw new IllegalStateException("`" + word + "` is not a class of risk");
  }

  private static RiskLevel level(String word) {
    for (RiskLevel one : RiskLevel.values()) {
      if (one.word().equals(word)) {
        return one;
      }
    }
    throw new IllegalStateException("`" + word + "` is not a level of risk");
  }

  private static List<String> texts(JsonObject tool, String key) {
    return tool.array(key).orElseThrow().elements().stream()
        .map(text -> ((JsonString) text).value())
        .toList();
  }
}
