// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.contested;

import dev.mcppolicy.bundle.Workload.Target;
import java.util.Optional;

/**
 * A workload as an McpServer declares it.
 *
 * @param index its place in {@code spec.workloads}
 * @param pauseScaledObject the ScaledObject that a stop may pause
 */
public record Declared(
    String workload, int index, Target target, Optional<String> pauseScaledObject) {

  /** For people. */
  String display() {
    return target.kind() + " `" + target.name() + "`";
  }

  String group() {
    int slash = target.apiVersion().indexOf('/');
    return slash < 0 ? "" : target.apiVersion().substring(0, slash);
  }
}
