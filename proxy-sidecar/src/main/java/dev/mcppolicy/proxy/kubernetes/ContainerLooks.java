// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.proxy.workload.Deadline;
import dev.mcppolicy.proxy.workload.WorkloadControl;
import dev.mcppolicy.proxy.workload.WorkloadLook;
import dev.mcppolicy.proxy.workload.WorkloadReplicas;
import java.time.Duration;

/**
 * What safeguards know of a container: whether it runs and is ready. Its requests are not counted.
 */
record ContainerLooks(WorkloadControl engine) implements Guarded {
  /** An engine that does not answer must not take the time of the whole act. */
  private static final Duration LOOK_ONCE = Duration.ofSeconds(4);

  @Override
  public Readiness readiness(Workload workload, Deadline deadline) {
    return switch (engine.look(workload, deadline.within(LOOK_ONCE).left())) {
      case WorkloadLook.Seen(WorkloadReplicas now, String _) ->
          now.requested() == 0
              ? new Readiness.Stopped()
              : Readiness.Ready.of(now.ready().orElse(0), now.requested());
      case WorkloadLook.Unseen(String why, String whatToDo) ->
          new Readiness.NotKnown(why, whatToDo);
    };
  }

  @Override
  public PodRequests.Seen requests(Workload workload, int port, String path, Deadline deadline) {
    return new PodRequests.Seen.NotKnown("a container is asked for none");
  }
}
