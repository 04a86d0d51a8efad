// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * One limit as a document declares it.
 *
 * @param counter the counter's name, the same in every rule of the policy that shares it; 1 to 64
 *     of {@code [A-Za-z0-9_.-]}, or generated for a {@code rate_limit}
 * @param max units that pass in one window, 0 or more
 * @param scope what is counted apart; not empty, in the order of {@link Scope}
 * @param timeZone in which a fixed window of the calendar begins; UTC for all others
 */
public record LimitDeclaration(
    String counter,
    Window window,
    long max,
    Set<Scope> scope,
    Algorithm algorithm,
    ZoneId timeZone,
    Cost cost,
    ChargedOn chargedOn) {

  /** How the counter of a {@code rate_limit} begins; no declared name can, as it has a slash. */
  public static final String GENERATED = "rate_limit/";

  /**
   * The counter of a subject's {@code rate_limit}: {@code rate_limit/TOOL}, {@code
   * rate_limit/resources/URI} or {@code rate_limit/prompts/NAME}. No two subjects share one, as no
   * tool's name has a slash.
   */
  public static String generatedCounter(Subject subject) {
    return switch (subject.kind()) {
      case TOOL -> GENERATED + subject.name();
      case RESOURCE, PROMPT -> GENERATED + subject.kind().key() + "/" + subject.name();
    };
  }

  public LimitDeclaration {
    if (max < 0 || scope.isEmpty() || counter.isEmpty()) {
      throw new IllegalArgumentException("a limit has a counter, a max of 0 or more and a scope");
    }
    scope = Collections.unmodifiableSet(EnumSet.copyOf(scope));
  }

  /** A fixed window in UTC, one unit for each attempt. */
  public LimitDeclaration(String counter, Window window, long max, Set<Scope> scope) {
    this(counter, window, max, scope, Algorithm.FIXED, ZoneOffset.UTC, Cost.ONE, ChargedOn.ATTEMPT);
  }
}
