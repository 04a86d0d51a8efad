// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import java.util.Map;

/**
 * The grant under which a call is made.
 *
 * @param name unique for a server
 * @param labels for conditions to look at
 */
public record Grant(String name, Map<String, String> labels) {
  public Grant {
    labels = Map.copyOf(labels);
  }

  public Grant(String name) {
    this(name, Map.of());
  }
}
