// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.catalogue;

import dev.mcppolicy.engine.ToolDefinition;
import java.util.List;

/**
 * A tool, and what a policy's author should know of it.
 *
 * @param does what a call does, as the rest of a sentence that begins with the tool's name
 * @param why a policy should say something of it
 * @param attacks ways in which it was or can be misused, a sentence part each, at least one
 * @param definition exactly as the server lists it
 * @param dangerousArguments names of arguments that a policy should fix or refuse, the worst first;
 *     also such that the server honours without declaring them
 */
public record CatalogueTool(
    String name,
    RiskClass riskClass,
    RiskLevel level,
    String does,
    String why,
    List<String> attacks,
    ToolDefinition definition,
    List<String> dangerousArguments) {
  public CatalogueTool {
    attacks = List.copyOf(attacks);
    dangerousArguments = List.copyOf(dangerousArguments);
  }
}
