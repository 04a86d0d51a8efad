// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.contested;

import java.util.Optional;
import java.util.stream.Stream;

/** A deployment tool that brings back what it applied, by the name under which it owns fields. */
enum Tool {
  KUSTOMIZE_CONTROLLER("kustomize-controller"),
  HELM_CONTROLLER("helm-controller"),
  /** {@code argocd-controller}; before 2.5 {@code argocd-application-controller}. */
  ARGO_CD("argocd-");

  private final String manager;

  Tool(String manager) {
    this.manager = manager;
  }

  static Optional<Tool> of(String manager) {
    return Stream.of(values())
        .filter(
            tool ->
                tool.manager.endsWith("-")
                    ? manager.startsWith(tool.manager)
                    : manager.equals(tool.manager))
        .findFirst();
  }
}
