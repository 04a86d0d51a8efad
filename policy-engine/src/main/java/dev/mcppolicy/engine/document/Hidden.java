// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The tools that are treated as if the server did not have them.
 *
 * @param all whether {@code "*"} stands in the list
 * @param names exact names of tools, in the order of the document
 */
public record Hidden(boolean all, Set<String> names) {
  public static final Hidden NOTHING = new Hidden(false, Set.of());

  public Hidden {
    names = Collections.unmodifiableSet(new LinkedHashSet<>(names));
  }

  public boolean hides(String tool) {
    return all || names.contains(tool);
  }
}
