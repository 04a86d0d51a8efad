// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

/** What could be seen of a workload. */
public sealed interface WorkloadLook {

  /**
   * @param state in a few words what the numbers do not say, such as a rollout; may be empty
   */
  record Seen(WorkloadReplicas replicas, String state) implements WorkloadLook {}

  /**
   * @param why one sentence with the cause
   * @param whatToDo one sentence for whoever can mend it
   */
  record Unseen(String why, String whatToDo) implements WorkloadLook {}
}
