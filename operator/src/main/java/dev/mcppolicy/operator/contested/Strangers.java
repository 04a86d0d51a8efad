// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.contested;

import dev.mcppolicy.bundle.Workload;
import java.util.List;

/** Managers of which nothing is known: neither tools of people, nor found by other means. */
final class Strangers {
  /** Beginnings of names. People use these, and what scales through them is found otherwise. */
  private static final List<String> KNOWN =
      List.of(
          "kubectl",
          "helm",
          "k9s",
          "before-first-apply",
          "kube-controller-manager", // autoscalers, which are listed
          "keda",
          "mcp-policy-operator",
          Workload.FIELD_MANAGER);

  private Strangers() {}

  static boolean isStranger(String manager) {
    return KNOWN.stream().noneMatch(manager::startsWith) && Tool.of(manager).isEmpty();
  }
}
