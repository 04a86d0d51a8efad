// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

/** The tools that a server has. Asked on the data path: answers from memory, from any thread. */
@FunctionalInterface
public interface ToolCatalogue {
  ToolLookup find(String name);
}
