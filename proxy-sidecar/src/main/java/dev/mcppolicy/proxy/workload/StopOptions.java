// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import java.time.Duration;

/**
 * How a workload shall be stopped.
 *
 * @param grace zero or more: how long a container may take before it is killed, and in a cluster,
 *     where pods have a grace period of their own, how long the stop waits for them
 */
public record StopOptions(Duration grace, Removal removal) {

  /** What the caller said of removing a container. */
  public enum Removal {
    /** Nothing: the tool's own default, which is to remove, is not enough to destroy anything. */
    UNSAID,
    ASKED,
    DECLINED
  }
}
