// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.enforce;

import dev.mcppolicy.engine.ToolCatalogue;
import dev.mcppolicy.engine.ToolDefinition;
import dev.mcppolicy.engine.ToolLookup;
import java.util.Map;

/**
 * The tools a call may name: the ones that the proxy carries out itself, by the definitions that
 * are shipped and so even while the server is dead, then the server's own.
 */
record CallTools(Map<String, ToolDefinition> mapped, ToolCatalogue live) implements ToolCatalogue {

  @Override
  public ToolLookup find(String name) {
    ToolDefinition own = mapped.get(name);
    return own == null ? live.find(name) : new ToolLookup.Known(own);
  }
}
