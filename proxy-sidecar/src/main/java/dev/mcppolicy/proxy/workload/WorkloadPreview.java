// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import java.util.Collections;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What an act on a workload would meet now.
 *
 * @param kept the replicas that a start returns to; empty when none were kept
 * @param gpus of all that is wanted, or that a start returns to, by name of the resource, such as
 *     {@code nvidia.com/gpu}; empty where none are stated or that cannot be seen
 * @param requests that run or wait; empty when they cannot be seen
 */
public record WorkloadPreview(
    WorkloadReplicas now, OptionalInt kept, Map<String, Long> gpus, OptionalInt requests) {
  public WorkloadPreview {
    gpus = Collections.unmodifiableMap(new TreeMap<>(gpus));
  }

  /** One of which nothing but the replicas can be seen. */
  public static WorkloadPreview of(WorkloadReplicas now) {
    return new WorkloadPreview(now, OptionalInt.empty(), Map.of(), OptionalInt.empty());
  }
}
