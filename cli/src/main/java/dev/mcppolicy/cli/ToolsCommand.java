// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.engine.catalogue.CatalogueTool;
import dev.mcppolicy.engine.catalogue.RiskCatalogue;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mcp-policy tools}. */
@Command(
    name = "tools",
    description = {
      "Prints what the tools of vllm-mcp-server do, and how dangerous each is.",
      "With names: all that is known of those, with arguments and known attacks."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {"", "Examples:", "  mcp-policy tools", "  mcp-policy tools start_vllm"})
final class ToolsCommand implements Callable<Integer> {
  private static final int LINE_MAX = 100;

  @Parameters(arity = "0..*", paramLabel = "TOOL", description = "names of tools")
  private List<String> names = new ArrayList<>();

  @Option(names = "--json", description = "all that is known, with definitions, as JSON")
  private boolean json;

  private final Terminal terminal;

  ToolsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws BadInputException {
    RiskCatalogue catalogue = RiskCatalogue.vllm();
    List<CatalogueTool> tools = names.isEmpty() ? catalogue.tools() : named(catalogue);
    if (json) {
      terminal.print(JsonLayout.text(json(catalogue, tools)));
    } else if (names.isEmpty()) {
      terminal.print(table(catalogue));
    } else {
      terminal.print(String.join("\n", tools.stream().map(ToolsCommand::details).toList()));
    }
    return ExitCode.DONE;
  }

  private List<CatalogueTool> named(RiskCatalogue catalogue) throws BadInputException {
    var tools = new ArrayList<CatalogueTool>();
    var problems = new ArrayList<String>();
    for (String name : names) {
      Optional<CatalogueTool> tool = catalogue.tool(name);
      tool.ifPresent(tools::add);
      if (tool.isEmpty()) {
        problems.add(
            "`"
                + name
                + "` is not a tool of "
                + catalogue.server()
                + "; use "
                + String.join(", ", catalogue.byName().keySet()));
      }
    }
    if (!problems.isEmpty()) {
      throw new BadInputException(problems);
    }
    return tools;
  }

  private static String table(RiskCatalogue catalogue) {
    var text = new StringBuilder();
    text.append(catalogue.server()).append(' ').append(catalogue.version()).append(" has ");
    text.append(Plural.of(catalogue.tools().size(), "tool")).append(":\n\n");
    String row = "%-21s %-8s %-7s %s%n".replace("%n", "\n");
    text.append(row.formatted("TOOL", "CLASS", "LEVEL", "WHAT IT DOES"));
    for (CatalogueTool tool : catalogue.tools()) {
      text.append(
          row.formatted(tool.name(), tool.riskClass().word(), tool.level().word(), tool.does()));
    }
    text.append("\nAll that is known of one: mcp-policy tools start_vllm\n");
    text.append("A policy to begin with:  mcp-policy init vllm:operations\n");
    return text.toString();
  }

  private static String details(CatalogueTool tool) {
    var text = new StringBuilder();
    text.append(tool.name()).append("  ").append(tool.riskClass().word()).append(", ");
    text.append(tool.level().word()).append(" risk\n");
    wrapped(text, "  ", "What it does: " + tool.does() + ".");
    wrapped(text, "  ", "Why a policy: " + tool.why() + ".");
    text.append("  Arguments:\n");
    JsonObject schema = tool.definition().inputSchema().orElse(JsonObject.EMPTY);
    JsonObject properties = schema.object("properties").orElse(JsonObject.EMPTY);
    List<JsonValue> required = schema.array("required").orElse(JsonArray.EMPTY).elements();
    if (properties.members().isEmpty()) {
      text.append("    none\n");
    }
    for (Map.Entry<String, JsonValue> property : properties.members().entrySet()) {
      text.append("    ").append(property.getKey());
      if (property.getValue() instanceof JsonObject of) {
        text.append("  ").append(of.string("type").orElse("any"));
        text.append(required.contains(JsonValue.of(property.getKey())) ? ", required" : "");
        of.get("default").ifPresent(value -> text.append(", ").append(JsonText.string(value)));
      }
      text.append(tool.dangerousArguments().contains(property.getKey()) ? "  (dangerous)" : "");
      text.append('\n');
    }
    for (String argument : tool.dangerousArguments()) {
      if (!properties.has(argument)) {
        text.append("    ").append(argument).append("  honoured and not declared  (dangerous)\n");
      }
    }
    text.append("  Known attacks:\n");
    for (String attack : tool.attacks()) {
      wrapped(text, "    - ", attack);
    }
    return text.toString();
  }

  /** Words in lines of bounded length; further lines stand as far in as the first. */
  private static void wrapped(StringBuilder text, String begin, String words) {
    String indent = " ".repeat(begin.length());
    int column = begin.length();
    text.append(begin);
    boolean isFirst = true;
    for (String word : words.split(" ")) {
      if (!isFirst && column + 1 + word.length() > LINE_MAX) {
        text.append('\n').append(indent);
        column = indent.length();
      } else if (!isFirst) {
        text.append(' ');
        column++;
      }
      text.append(word);
      column += word.length();
      isFirst = false;
    }
    text.append('\n');
  }

  private static JsonObject json(RiskCatalogue catalogue, List<CatalogueTool> tools) {
    return JsonObject.builder()
        .put("server", catalogue.server())
        .put("version", catalogue.version())
        .put("tools", new JsonArray(tools.stream().<JsonValue>map(ToolsCommand::json).toList()))
        .build();
  }

  private static JsonObject json(CatalogueTool tool) {
    return JsonObject.builder()
        .put("name", tool.name())
        .put("class", tool.riskClass().word())
        .put("level", tool.level().word())
        .put("does", tool.does())
        .put("why", tool.why())
        .put("attacks", texts(tool.attacks()))
        .put("dangerousArguments", texts(tool.dangerousArguments()))
        .put("definition", tool.definition().definition())
        .build();
  }

  private static JsonArray texts(List<String> texts) {
    return new JsonArray(texts.stream().<JsonValue>map(JsonValue::of).toList());
  }
}
