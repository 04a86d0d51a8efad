// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A policy document that was read and found right.
 *
 * @param version always {@code "1"}
 * @param defaultAction for tools that no rule names
 * @param tools rules by exact tool name, in the order of the document
 */
public record PolicyDocument(String version, Action defaultAction, Map<String, ToolRule> tools) {
  public PolicyDocument {
    tools = Collections.unmodifiableMap(new LinkedHashMap<>(tools));
  }

  /** The rule that names this tool. */
  public Optional<ToolRule> rule(String tool) {
    return Optional.ofNullable(tools.get(tool));
  }
}
