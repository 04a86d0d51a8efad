// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.util.List;

/**
 * What the installation decides about reconciling.
 *
 * @param namespace the operator's own, where the authority's Secret and the lease are
 * @param watchedNamespaces empty means all
 * @param clusterDomain what the names of Services end in
 * @param leaderElection needed with more than one replica: all answer webhooks, one reconciles
 */
@ConfigurationProperties("mcp-policy.operator")
public record OperatorSettings(
    String namespace,
    @Bindable(defaultValue = "") List<String> watchedNamespaces,
    @Bindable(defaultValue = "cluster.local") String clusterDomain,
    @Bindable(defaultValue = "false") boolean leaderElection) {

  public OperatorSettings {
    watchedNamespaces = watchedNamespaces.stream().filter(name -> !name.isBlank()).toList();
  }
}
