// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.contested;

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
          "mcp-policy-"); // of ours, and of the remedy for Flux

  private Strangers() {}

  static boolean isStranger(String manager) {
    return KNOWN.stream().noneMatch(manager::startsWith) && Tool.of(manager).isEmpty();
  }
}
