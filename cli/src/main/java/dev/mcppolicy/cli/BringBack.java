// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.json.JsonValue.JsonObject;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How a stopped target is brought back. The one place that knows kinds of targets: each kind that a
 * workload may have is one implementation, found by {@link #of}.
 */
sealed interface BringBack permits BringBackByScale, BringBackByAnnotation {
  /** What may stand in a path; an McpServer has been checked for it already. */
  Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

  /** How a target stands. */
  sealed interface Found {

    /**
     * @param version that a change must still find
     */
    record Stopped(String uid, String version) implements Found {}

    /**
     * @param how a clause about the target
     */
    record Runs(String how) implements Found {}

    /**
     * @param why a clause with the cause and what to do
     */
    record Unseen(String why) implements Found {}
  }

  /**
   * @param target as an McpServer declares it
   * @return empty for a kind that nothing here knows
   */
  static Optional<BringBack> of(JsonObject target, String namespace) {
    return BringBackByAnnotation.of(target, namespace)
        .<BringBack>map(back -> back)
        .or(() -> BringBackByScale.of(target, namespace));
  }

  /** The object, as Kubernetes refers to one. */
  Reference reference();

  Found look(ClusterApi api) throws IOException;

  /** What {@link #start} does, such as {@code scaled 0 -> 2}. */
  String does(int replicas);

  /** Brings it back if it still stands as it was found; a conflict otherwise. */
  ClusterApi.Reply start(ClusterApi api, Found.Stopped found, int replicas) throws IOException;

  /** The right that {@link #start} needs, such as {@code patch on deployments/scale}. */
  String right();

  /** An object of the API. */
  record Reference(String apiVersion, String kind, String name) {
    /** For people. */
    String display() {
      return kind + " `" + name + "`";
    }
  }
}
