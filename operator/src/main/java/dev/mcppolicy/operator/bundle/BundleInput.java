// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.bundle;

import dev.mcppolicy.api.v1alpha1.McpGrant;
import dev.mcppolicy.api.v1alpha1.McpPolicy;
import dev.mcppolicy.api.v1alpha1.McpServer;
import dev.mcppolicy.bundle.AcceptedHosts;
import dev.mcppolicy.bundle.Bundle;
import dev.mcppolicy.bundle.Safeguards;
import dev.mcppolicy.bundle.SessionKeys;
import dev.mcppolicy.bundle.Tls;
import dev.mcppolicy.operator.check.PolicyCheck;
import dev.mcppolicy.operator.rights.GrantableRights;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a bundle follows from.
 *
 * @param policies those that name the server, and those that its last bundle holds; in any order
 * @param grants the grants of the server that have a token; in any order
 * @param safeguards of workloads, by name; one that is not there has none
 * @param rights what this installation may give to a sidecar
 * @param pods how many pods of the server are neither finished nor being deleted
 * @param previous the last bundle of this very server
 * @param acknowledged the highest sequence that a sidecar of the server acknowledged, 0 for none
 */
public record BundleInput(
    McpServer server,
    List<CheckedPolicy> policies,
    List<ProvenGrant> grants,
    Map<String, Safeguards> safeguards,
    GrantableRights rights,
    int pods,
    AcceptedHosts accepted,
    Tls tls,
    SessionKeys sessionKeys,
    Optional<Bundle> previous,
    long acknowledged,
    Instant now) {

  public BundleInput {
    policies = List.copyOf(policies);
    grants = List.copyOf(grants);
    safeguards = Map.copyOf(safeguards);
  }

  /** A policy and whether its present generation can be used. */
  public record CheckedPolicy(McpPolicy policy, PolicyCheck check) {}

  /**
   * A grant and what proves it.
   *
   * @param tokenSha256 64 lower-case hexadecimal digits
   */
  public record ProvenGrant(McpGrant grant, String tokenSha256) {}
}
