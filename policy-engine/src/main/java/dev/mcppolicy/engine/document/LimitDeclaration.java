// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * One limit as a document declares it.
 *
 * @param counter the counter's name, the same in every rule of the policy that shares it; 1 to 64
 *     of {@code [A-Za-z0-9_.-]}, or generated for a {@code rate_limit}
 * @param max calls that pass in one window, 0 or more
 * @param scope what is counted apart; not empty, in the order of {@link Scope}
 */
public record LimitDeclaration(String counter, Window window, long max, Set<Scope> scope) {

  /** How the counter of a {@code rate_limit} begins; no declared name can, as it has a slash. */
  static final String GENERATED = "rate_limit/";

  public LimitDeclaration {
    if (max < 0 || scope.isEmpty() || counter.isEmpty()) {
      throw new IllegalArgumentException("a limit has a counter, a max of 0 or more and a scope");
    }
    scope = Collections.unmodifiableSet(EnumSet.copyOf(scope));
  }
}
