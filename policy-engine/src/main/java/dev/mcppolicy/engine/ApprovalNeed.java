// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * One approval that a call needs before it may pass.
 *
 * @param groups groups of which a member may agree
 * @param users who may agree besides; with no group and no user: whoever the cluster gives the
 *     right to
 * @param ttl how long the request waits
 * @param reason what the person is told
 * @param rule JSON Pointer of the declaration
 */
public record ApprovalNeed(
    PolicyId policy,
    String rule,
    Set<String> groups,
    Set<String> users,
    Duration ttl,
    Optional<String> reason) {
  public ApprovalNeed {
    groups = Set.copyOf(groups);
    users = Set.copyOf(users);
  }
}
