// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * That a person must agree to a call.
 *
 * @param groups groups of which a member may agree; with {@code users} empty: whoever the cluster
 *     gives the right to
 * @param ttl how long a request waits for its decision, 1 s to 7 d
 * @param reason what the person is told
 * @param unless no approval is needed when there are conditions here and all are true
 */
public record Approval(
    Set<String> groups,
    Set<String> users,
    Duration ttl,
    Optional<String> reason,
    List<Condition> unless) {
  public static final Duration DEFAULT_TTL = Duration.ofMinutes(10);
  public static final Duration TTL_MAX = Duration.ofDays(7);

  /** Names in one of the lists. */
  static final int NAMES_MAX = 64;

  /** Characters in a name. */
  static final int NAME_CHARS_MAX = 256;

  public Approval {
    groups = Collections.unmodifiableSet(new LinkedHashSet<>(groups));
    users = Collections.unmodifiableSet(new LinkedHashSet<>(users));
    unless = List.copyOf(unless);
  }
}
