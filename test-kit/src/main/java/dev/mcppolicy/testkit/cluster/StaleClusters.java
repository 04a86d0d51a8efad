// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.testkit.cluster;

import com.github.dockerjava.api.exception.NotFoundException;
import java.util.List;

/**
 * Clusters whose owner was killed before it could remove them. The owner is a process of this
 * machine, {@code PID:START_MILLIS}, so that a number that was given to another process does not
 * keep a container alive; {@link #KEPT} is never stale.
 */
final class StaleClusters {
  static final String KEPT = "kept";

  private StaleClusters() {}

  static String owner(ProcessHandle process) {
    return process.pid()
        + ":"
        + process.info().startInstant().map(start -> start.toEpochMilli()).orElse(0L);
  }

  static void remove() {
    var docker = ContainerCluster.docker();
    for (var container :
        docker
            .listContainersCmd()
            .withShowAll(true)
            .withLabelFilter(List.of(ContainerCluster.OWNER_LABEL))
            .exec()) {
      var owner = container.getLabels().getOrDefault(ContainerCluster.OWNER_LABEL, KEPT);
      if (isStale(owner)) {
        System.err.println(
            "removing a cluster that an earlier run left behind (container "
                + container.getId().substring(0, 12)
                + ")");
        try {
          new NodeContainer(docker, container.getId()).remove();
        } catch (NotFoundException e) {
          // Another run removed it.
        }
      }
    }
  }

  static boolean isStale(String owner) {
    if (owner.equals(KEPT)) {
      return false;
    }
    var pid = Long.parseLong(owner.substring(0, owner.indexOf(':')));
    return ProcessHandle.of(pid).map(process -> !owner(process).equals(owner)).orElse(true);
  }
}
