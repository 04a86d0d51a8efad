// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.PolicyDocument;
import java.util.Optional;
import java.util.Set;

/**
 * A policy and the grants it applies to.
 *
 * @param grants names of grants; empty means every grant of the server
 */
public record BoundPolicy(PolicyId id, Optional<Set<String>> grants, PolicyDocument document) {
  public BoundPolicy {
    grants = grants.map(Set::copyOf);
  }

  boolean appliesTo(String grant) {
    return grants.isEmpty() || grants.get().contains(grant);
  }
}
