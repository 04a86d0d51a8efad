// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

/**
 * Somebody else who sets the replicas of a workload, as the operator found it, and what follows for
 * whoever wants to stop it.
 */
public sealed interface Contested {

  /**
   * It rests while there are no replicas: a stop holds, and a start returns to its minimum at
   * least.
   *
   * @param by what it is, for people, such as {@code HorizontalPodAutoscaler `vllm`}
   * @param minReplicas 0 or more
   */
  record Rests(String by, int minReplicas) implements Contested {}

  /**
   * It is paused with a stop and released with a start, which was declared.
   *
   * @param scaledObject the name of the KEDA ScaledObject
   * @param minReplicas 0 or more
   */
  record Paused(String scaledObject, int minReplicas) implements Contested {}

  /**
   * It would undo a stop: nothing may be scaled.
   *
   * @param by what it is, for people
   * @param remedy one clause with what to do
   */
  record Refused(String by, String remedy) implements Contested {}
}
