// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import java.util.OptionalInt;

/**
 * How many replicas a workload has. A single container counts as one.
 *
 * @param requested what is wanted
 * @param observed what runs, those that are ending not counted where the platform does not count
 *     them
 * @param ready what answers; empty when that is not known
 * @param ending what was told to end and has not; empty when that is not known
 */
public record WorkloadReplicas(int requested, int observed, OptionalInt ready, OptionalInt ending) {

  /** Whether nothing of it is left, as far as that can be seen. */
  public boolean isGone() {
    return observed == 0 && ending.orElse(0) == 0;
  }
}
