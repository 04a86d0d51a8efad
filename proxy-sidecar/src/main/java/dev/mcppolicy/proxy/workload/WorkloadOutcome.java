// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import java.util.OptionalInt;

/** What became of stopping or starting a workload. */
public sealed interface WorkloadOutcome {

  /**
   * The new scale was accepted.
   *
   * @param requestedReplicas what is wanted from now on
   * @param previousReplicas what was wanted before
   * @param observedReplicas what runs at this moment, terminating ones not counted
   */
  record Scaled(int requestedReplicas, int previousReplicas, int observedReplicas)
      implements WorkloadOutcome {}

  /**
   * Nothing was changed: the workload was already wanted stopped, or already wanted running.
   *
   * @param requestedReplicas what is wanted
   * @param observedReplicas what runs at this moment
   * @param keptReplicas what a start returns to, when a stop has kept it
   */
  record AlreadyThere(int requestedReplicas, int observedReplicas, OptionalInt keptReplicas)
      implements WorkloadOutcome {}

  /**
   * @param why one sentence with the cause
   * @param whatToDo one sentence for whoever can mend it
   */
  record Failed(String why, String whatToDo) implements WorkloadOutcome {}
}
