// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

import java.util.List;
import java.util.Optional;

/**
 * What a stop of a workload has to respect, whatever the policy says of the call.
 *
 * @param minReadyReplicas how many ready replicas of the same model a stop must leave among the
 *     server's declared workloads, 0 or more; a workload without a model counts alone
 * @param drain empty when a stop waits for no requests
 * @param budgets names of the PodDisruptionBudgets that select its pods, at most {@link
 *     #BUDGETS_MAX}
 * @param hasMoreBudgets whether there are more than these, so that no stop can respect them all
 * @param contested empty when nobody else sets its replicas
 */
public record Safeguards(
    int minReadyReplicas,
    Optional<Drain> drain,
    List<String> budgets,
    boolean hasMoreBudgets,
    Optional<Contested> contested) {
  public static final int BUDGETS_MAX = 64;

  /** Nothing to respect. */
  public static final Safeguards NONE =
      new Safeguards(0, Optional.empty(), List.of(), Optional.empty());

  public Safeguards {
    budgets = List.copyOf(budgets);
  }

  /** With all budgets that there are. */
  public Safeguards(
      int minReadyReplicas,
      Optional<Drain> drain,
      List<String> budgets,
      Optional<Contested> contested) {
    this(minReadyReplicas, drain, budgets, false, contested);
  }

  /** The same with what is known of others who set the replicas. */
  public Safeguards withContested(Optional<Contested> found) {
    return new Safeguards(minReadyReplicas, drain, budgets, hasMoreBudgets, found);
  }
}
