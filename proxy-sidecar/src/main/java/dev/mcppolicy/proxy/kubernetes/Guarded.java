// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Drain;
import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.proxy.workload.Deadline;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the safeguards of a stop have to know of a workload, found for each kind in its own way.
 * Safe for use by many threads; blocks; never throws for anything that the other side does.
 */
interface Guarded {
  Readiness readiness(Workload workload, Deadline deadline);

  /** The requests of the pods that serve its model, asked once. */
  PodRequests.Seen requests(Workload workload, int port, String path, Deadline deadline);

  /** How many run or wait, where its drain would look; empty when that cannot be seen. */
  default OptionalInt running(Workload workload, Deadline deadline) {
    Optional<Drain> drain = workload.safeguards().drain();
    PodRequests.Seen seen =
        requests(
            workload,
            drain.map(Drain::port).orElse(Drain.PORT),
            drain.map(Drain::path).orElse(Drain.PATH),
            deadline);
    return seen instanceof PodRequests.Seen.Counted counted && counted.pods() > 0
        ? OptionalInt.of(counted.all())
        : OptionalInt.empty();
  }
}
