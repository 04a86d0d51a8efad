// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

/** What a catalogue knows of a name. */
public sealed interface ToolLookup {

  record Known(ToolDefinition definition) implements ToolLookup {}

  /** The catalogue is complete and has no such tool. */
  record Unknown() implements ToolLookup {}

  /**
   * The catalogue could not be loaded, so nothing can be said of this tool.
   *
   * @param why one sentence part for the agent, e.g. {@code the MCP server does not answer}
   */
  record NotLoaded(String why) implements ToolLookup {}
}
