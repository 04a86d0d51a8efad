// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.Optional;

/**
 * What the last stop of a workload by a tool left in the McpServerState.
 *
 * @param replicas that it had, at least 1
 * @param stoppedAt as the sidecar wrote it; may be empty
 * @param decision the id of the decision that let it be stopped; may be empty
 * @param undoneAt when it was brought back since; empty as long as that stop stands
 */
record KeptWorkload(int replicas, String stoppedAt, String decision, String undoneAt) {

  /** Empty when nothing sensible was kept of the workload. */
  static Optional<KeptWorkload> of(JsonObject state, String workload) {
    return state
        .object("spec")
        .flatMap(spec -> spec.object("workloads"))
        .flatMap(workloads -> workloads.object(workload))
        .flatMap(
            entry ->
                entry
                    .get("previousReplicas")
                    .filter(JsonNumber.class::isInstance)
                    .map(JsonNumber.class::cast)
                    .flatMap(JsonNumber::integer)
                    .filter(replicas -> replicas > 0 && replicas <= Integer.MAX_VALUE)
                    .map(
                        replicas ->
                            new KeptWorkload(
                                replicas.intValue(),
                                entry.string("stoppedAt").orElse(""),
                                entry.string("decision").orElse(""),
                                entry.string("undoneAt").orElse(""))));
  }

  /** Whether that stop is why the workload is stopped, if it is. */
  boolean stands() {
    return undoneAt.isEmpty();
  }

  /** For people. One that was undone is not named as the cause of anything. */
  String display() {
    return stands()
        ? "what it had"
            + (stoppedAt.isEmpty() ? "" : " when it was stopped at " + stoppedAt)
            + (decision.isEmpty() ? "" : ", decision " + decision)
        : "what it had when a tool last stopped it, which was undone at " + undoneAt;
  }
}
