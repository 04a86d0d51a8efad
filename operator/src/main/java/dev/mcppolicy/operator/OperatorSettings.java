// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.util.List;

/**
 * What the installation decides about reconciling.
 *
 * @param namespace the operator's own, where the authority's Secret is
 * @param watchedNamespaces empty means all
 * @param clusterDomain what the names of Services end in
 */
@ConfigurationProperties("mcp-policy.operator")
public record OperatorSettings(
    String namespace,
    @Bindable(defaultValue = "") List<String> watchedNamespaces,
    @Bindable(defaultValue = "cluster.local") String clusterDomain) {

  public OperatorSettings {
    watchedNamespaces = watchedNamespaces.stream().filter(name -> !name.isBlank()).toList();
  }
}
