// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.Optional;
import java.util.Set;

/**
 * A policy as it is handed over: its document is read again by whoever activates it.
 *
 * @param uid metadata.uid of the McpPolicy
 * @param grants names of the grants it applies to; empty means every grant of the server
 * @param document the policy document alone, without the keys that only an McpPolicy's spec has
 */
public record BundledPolicy(
    String uid, PolicyId id, Optional<Set<String>> grants, JsonObject document) {
  public BundledPolicy {
    grants = grants.map(Set::copyOf);
  }
}
