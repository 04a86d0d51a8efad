// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.proxy.workload.VllmMetrics;
import java.net.InetSocketAddress;
import java.time.Duration;

/** Asks one pod how many requests it has. Safe for use by many threads; blocks. */
interface PodMetrics {

  /** Never throws for anything that the pod does. */
  VllmMetrics read(InetSocketAddress pod, String path, Duration timeout);
}
