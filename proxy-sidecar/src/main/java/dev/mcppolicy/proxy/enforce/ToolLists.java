// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.enforce;

import dev.mcppolicy.engine.Grant;
import dev.mcppolicy.engine.ToolDefinition;
import dev.mcppolicy.engine.document.Subject;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.mcp.Message;
import dev.mcppolicy.mcp.RpcError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers {@code tools/list}: what the grant may ever call, in the server's order, on one page. It
 * depends on grant and policy alone, never on what has been used of a limit.
 */
final class ToolLists {
  private final ToolCatalogueCache catalogue;

  ToolLists(ToolCatalogueCache catalogue) {
    this.catalogue = catalogue;
  }

  Answer answer(ActivePolicy policy, Grant grant, Message.Request request) {
    if (request.params().map(params -> params.has("cursor")).orElse(false)) {
      return Answer.error(
          request.id(),
          new RpcError(
              RpcError.INVALID_PARAMS, "the cursor is not known; the list has a single page"));
    }
    Optional<String> missing = catalogue.missing();
    if (missing.isPresent() && policy.mappedTools().isEmpty()) {
      return Answer.error(
          request.id(),
          new RpcError(
              RpcError.INTERNAL_ERROR,
              "the tools of the MCP server are not known: " + missing.get() + "; try again"));
    }
    var tools = new ArrayList<JsonValue>();
    for (ToolDefinition tool : all(policy).values()) {
      if (policy.policies().lists(Subject.tool(tool.name()), grant)) {
        tools.add(tool.definition());
      }
    }
    return Answer.result(
        request.id(), JsonObject.builder().put("tools", new JsonArray(tools)).build());
  }

  /** The server's tools in its order, ours in the place of theirs, then those it does not have. */
  private Map<String, ToolDefinition> all(ActivePolicy policy) {
    var all = new LinkedHashMap<String, ToolDefinition>();
    for (ToolDefinition tool : catalogue.all().orElse(List.of())) {
      all.put(tool.name(), tool);
    }
    all.putAll(policy.mappedTools());
    return all;
  }
}
