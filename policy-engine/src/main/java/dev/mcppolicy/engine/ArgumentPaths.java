// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.ValuePath;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The ways into the arguments that conditions about one tool, resource or prompt take, each with a
 * number: many conditions look at one argument, and it is looked for once per call.
 *
 * <p>Written while policies are compiled, and not changed after.
 */
final class ArgumentPaths {
  private final Map<ValuePath.Argument, Integer> slots = new LinkedHashMap<>();

  int slot(ValuePath.Argument path) {
    return slots.computeIfAbsent(path, _ -> slots.size());
  }

  /** All of them, at the places of their numbers. */
  ArgumentPath[] all() {
    return slots.keySet().stream().map(ArgumentPath::new).toArray(ArgumentPath[]::new);
  }
}
