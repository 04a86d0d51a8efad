// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Drain;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.workload.Deadline;
import dev.mcppolicy.proxy.workload.WorkloadPreview;
import dev.mcppolicy.proxy.workload.WorkloadReplicas;
import java.util.Optional;
import java.util.OptionalInt;

/** What an act on a workload with a scale would meet. */
final class ScaledPreview {
  private final ApiServer api;
  private final KeptReplicas kept;
  private final PodRequests requests;

  ScaledPreview(ApiServer api, KeptReplicas kept, PodRequests requests) {
    this.api = api;
    this.kept = kept;
    this.requests = requests;
  }

  /** Empty when it cannot be read. */
  Optional<WorkloadPreview> of(ScaleTarget target, Deadline deadline) {
    return api.get(target.object(), api.within(deadline.left()))
            instanceof ApiAnswer.Ok(JsonObject object)
        ? Optional.of(of(target, object, deadline))
        : Optional.empty();
  }

  private WorkloadPreview of(ScaleTarget target, JsonObject object, Deadline deadline) {
    var replicas =
        new WorkloadReplicas(
            ScaleChange.count(object, "spec", "replicas").orElse(target.isKnownKind() ? 1 : 0),
            ScaleChange.count(object, "status", "replicas").orElse(0),
            OptionalInt.empty(),
            OptionalInt.empty());
    return new WorkloadPreview(
        replicas,
        replicas.requested() == 0 ? kept.of(target, deadline) : OptionalInt.empty(),
        PodGpus.of(object),
        replicas.requested() == 0 ? OptionalInt.empty() : running(target, object, deadline));
  }

  private OptionalInt running(ScaleTarget target, JsonObject object, Deadline deadline) {
    Optional<Drain> drain = target.workload().safeguards().drain();
    return requests.mayBeSeen()
            && requests.look(
                    target,
                    object,
                    drain.map(Drain::port).orElse(Drain.PORT),
                    drain.map(Drain::path).orElse(Drain.PATH),
                    deadline)
                instanceof PodRequests.Seen.Counted counted
            && counted.pods() > 0
        ? OptionalInt.of(counted.all())
        : OptionalInt.empty();
  }
}
