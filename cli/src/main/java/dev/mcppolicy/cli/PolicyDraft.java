// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.engine.catalogue.CatalogueTool;
import dev.mcppolicy.engine.catalogue.RiskCatalogue;
import dev.mcppolicy.engine.catalogue.RiskClass;
import dev.mcppolicy.engine.catalogue.RiskLevel;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A policy written for the tools that a server lists, with a comment on each: what only reads is
 * allowed, what can do harm has a limit, fixed arguments and a person who agrees.
 *
 * <p>Names and descriptions are the server's words: they are quoted where they are values, and made
 * one bounded line of plain characters where they are comments.
 */
final class PolicyDraft {
  private static final Pattern PLAIN_KEY = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*");
  private static final Set<String> YAML_WORDS =
      Set.of("y", "n", "yes", "no", "on", "off", "true", "false", "null");
  private static final int COMMENT_CHARS_MAX = 110;

  /**
   * A text that begins like a name: not with a dash, a slash or a dot, and without a line's end.
   */
  private static final String NAME_LIKE = "[A-Za-z0-9][A-Za-z0-9 ._:/@-]{0,199}";

  private final StringBuilder text = new StringBuilder();

  private PolicyDraft() {}

  /**
   * @param source how the server was reached, for the first comment
   */
  static String of(LiveTools live, String source) {
    var draft = new PolicyDraft();
    draft.head(live, source);
    if (live.tools().isEmpty()) {
      draft.text.append("tools: {}\n");
      return draft.text.toString();
    }
    draft.text.append("tools:\n");
    for (var tool : live.tools()) {
      draft.tool(ToolRisk.of(tool), ToolRisk.isCatalogued(tool));
    }
    return draft.text.toString();
  }

  private void head(LiveTools live, String source) {
    comment("", "The " + Plural.of(live.tools().size(), "tool") + " that `" + source + "` lists.");
    live.server().ifPresent(name -> comment("", "It calls itself `" + name + "`."));
    text.append("# A beginning, to be read and changed: each rule says what it assumes.\n");
    text.append("version: \"1\"\n\n");
    text.append("# What is not named may not be called; that includes tools added later.\n");
    text.append("default: deny\n\n");
  }

  private void tool(CatalogueTool tool, boolean isCatalogued) {
    String risk = tool.riskClass().word() + ", " + tool.level().word() + " risk";
    if (isCatalogued) {
      comment("  ", risk + ": " + tool.does() + ".");
    } else {
      boolean isAnother = RiskCatalogue.vllm().tool(tool.name()).isPresent();
      comment(
          "  ",
          risk
              + ": "
              + (isAnother ? "not the tool of that name in the catalogue" : tool.why())
              + ".");
      comment("  ", "The server says: " + tool.does());
    }
    boolean isHarmless = tool.riskClass() == RiskClass.READ && tool.level() == RiskLevel.LOW;
    text.append("  ").append(key(tool.name())).append(':');
    if (isHarmless) {
      text.append(" {}\n\n");
      return;
    }
    text.append('\n');
    conditions(tool);
    if (tool.riskClass() == RiskClass.READ || tool.level() != RiskLevel.HIGH) {
      text.append("    rate_limit: 30/minute\n\n");
      return;
    }
    text.append("    # all tools of high risk count together\n");
    text.append("    limits: [{counter: high_risk, window: hour, max: 10, scope: server}]\n");
    text.append(
        "    # who may agree: {approvers: {groups: [NAME]}}; as it is, whoever the cluster lets\n");
    text.append("    approval: {ttl: 10m}\n\n");
  }

  private void conditions(CatalogueTool tool) {
    JsonObject schema = tool.definition().inputSchema().orElse(JsonObject.EMPTY);
    JsonObject properties = schema.object("properties").orElse(JsonObject.EMPTY);
    List<JsonValue> required = schema.array("required").orElse(JsonArray.EMPTY).elements();
    List<String> require = new ArrayList<>();
    List<String> denyIf = new ArrayList<>();
    for (String argument : tool.dangerousArguments()) {
      Optional<JsonObject> property = properties.object(argument);
      if (!properties.has(argument)) {
        continue; // not declared, so strict arguments deny it
      }
      String path = path(argument);
      boolean isRequired = required.contains(JsonValue.of(argument));
      Optional<JsonNumber> number = property.flatMap(PolicyDraft::numberByDefault);
      if (isRequired && isFreeText(property)) {
        require.add("{path: " + path + ", op: regex, value: \"" + NAME_LIKE + "\"}");
      } else if (!isRequired && number.isPresent() && tool.level() != RiskLevel.HIGH) {
        require.add(
            "{path: " + path + ", op: lte, value: " + number.get().text() + ", optional: true}");
      } else if (!isRequired) {
        denyIf.add("{path: " + path + ", op: exists}");
      }
    }
    list("require", "", require);
    list("deny_if", "arguments to leave to the server; take out those that may be given", denyIf);
  }

  private void list(String key, String comment, List<String> conditions) {
    if (conditions.isEmpty()) {
      return;
    }
    if (!comment.isEmpty()) {
      comment("    ", comment);
    }
    text.append("    ").append(key).append(":\n");
    conditions.forEach(condition -> text.append("    - ").append(condition).append('\n'));
  }

  private static Optional<JsonNumber> numberByDefault(JsonObject property) {
    return property.get("default").filter(JsonNumber.class::isInstance).map(JsonNumber.class::cast);
  }

  private static boolean isFreeText(Optional<JsonObject> property) {
    return property
        .filter(of -> of.string("type").equals(Optional.of("string")) && !of.has("enum"))
        .isPresent();
  }

  private static String key(String name) {
    boolean isPlain =
        PLAIN_KEY.matcher(name).matches()
            && !YAML_WORDS.contains(name.toLowerCase(java.util.Locale.ROOT));
    return isPlain ? name : JsonText.string(JsonValue.of(name));
  }

  private static String path(String argument) {
    return PLAIN_KEY.matcher(argument).matches()
        ? "args." + argument
        : JsonText.string(JsonValue.of("/" + argument.replace("~", "~0").replace("/", "~1")));
  }

  private void comment(String indent, String words) {
    var line = new StringBuilder();
    words
        .strip()
        .codePoints()
        .limit(COMMENT_CHARS_MAX)
        .forEach(c -> line.append(c >= 0x20 && c < 0x7F ? (char) c : ' '));
    text.append(indent).append("# ").append(line.toString().stripTrailing()).append('\n');
  }
}
