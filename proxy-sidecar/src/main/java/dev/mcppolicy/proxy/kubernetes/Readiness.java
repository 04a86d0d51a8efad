// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import java.util.Set;

/** How much of a workload is ready, as floor and budgets count it. */
sealed interface Readiness {

  /** Nothing of it is wanted: a stop takes nothing, and it counts for nothing. */
  record Stopped() implements Readiness {}

  /**
   * It is wanted.
   *
   * @param replicas ready at the least: what may serve instead of another workload
   * @param pods ready: what a stop takes
   * @param shared the uids of those that serve, where another workload may count them, too; else
   *     empty
   */
  record Ready(int replicas, int pods, Set<String> shared) implements Readiness {

    /** One whose replicas are a pod each, and nobody else's. */
    static Ready of(int replicas, int wanted) {
      // those that are told to end no longer count, though they may still be ready
      return new Ready(Math.min(replicas, wanted), replicas, Set.of());
    }
  }

  /**
   * @param why a clause with the cause
   * @param whatToDo a clause for whoever can mend it
   */
  record NotKnown(String why, String whatToDo) implements Readiness {}
}
