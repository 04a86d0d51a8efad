// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.kubernetes.PodRequests.Seen;
import java.util.List;

/**
 * The requests that a stop cuts, as they were seen just before it.
 *
 * @param remarks whole sentences for the caller; none where nothing is to be said
 * @param facts the same for machines
 */
record Cut(List<String> remarks, JsonObject facts) {
  /** Nothing is known, and nothing has to be said. */
  static final Cut NOTHING = new Cut(List.of(), JsonObject.EMPTY);

  static Cut of(Seen.Counted counted) {
    String remark =
        counted.all() == 0
            ? "No request ran just before."
            : "This cut %s: %d ran and %d waited just before."
                .formatted(
                    counted.all() == 1 ? "1 request" : counted.all() + " requests",
                    counted.running(),
                    counted.waiting());
    return new Cut(
        List.of(remark),
        JsonObject.builder()
            .put("requestsRunning", counted.running())
            .put("requestsWaiting", counted.waiting())
            .build());
  }

  static Cut notKnown(String why) {
    return new Cut(
        List.of("How many requests this cut is not known: " + why + "."), JsonObject.EMPTY);
  }
}
