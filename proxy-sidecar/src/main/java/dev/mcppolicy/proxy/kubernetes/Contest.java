// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Contested;
import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What follows from somebody else who sets the replicas of a workload, as the operator found it
 * (T123). Nothing is fought over: a stop scales once, and says so when it sees itself undone.
 */
final class Contest {
  private Contest() {}

  /** Why a workload cannot be stopped, started or restarted at all, and what to do. */
  static Optional<String> refusal(Workload workload) {
    return workload.safeguards().contested().stream()
        .flatMap(
            contested ->
                contested instanceof Contested.Refused(String by, String remedy)
                    ? Stream.of(
                        "the replicas of `%s` are set by %s, which would undo it; nothing was tried.\nWhat to do: %s"
                            .formatted(workload.name(), by, remedy))
                    : Stream.empty())
        .findFirst();
  }

  /** The fewest replicas that a start returns to. */
  static int least(Workload workload) {
    return workload
        .safeguards()
        .contested()
        .map(
            contested ->
                switch (contested) {
                  case Contested.Rests(String _, int minReplicas) -> minReplicas;
                  case Contested.Paused(String _, int minReplicas) -> minReplicas;
                  case Contested.Refused _ -> 0;
                })
        .map(min -> Math.max(1, min))
        .orElse(1);
  }

  /** What to know of a stopped workload. */
  static List<String> whileStopped(Workload workload) {
    return workload
        .safeguards()
        .contested()
        .map(
            contested ->
                switch (contested) {
                  case Contested.Rests(String by, int minReplicas) ->
                      List.of(
                          by
                              + " rests while there are no replicas, so it stays stopped; start_vllm"
                              + " returns to "
                              + minReplicas
                              + " or more, from where that scales again.");
                  case Contested.Paused(String scaledObject, int _) ->
                      List.of(
                          "ScaledObject `"
                              + scaledObject
                              + "` is paused at 0 for it; start_vllm releases it.");
                  case Contested.Refused _ -> List.<String>of();
                })
        .orElse(List.of());
  }

  /** What to know of a started workload. */
  static List<String> whileStarted(Workload workload) {
    return workload
        .safeguards()
        .contested()
        .map(
            contested ->
                switch (contested) {
                  case Contested.Rests(String by, int _) ->
                      List.of(by + " scales it from here on.");
                  case Contested.Paused(String scaledObject, int _) ->
                      List.of(
                          "ScaledObject `"
                              + scaledObject
                              + "` is no longer paused and scales it from here on.");
                  case Contested.Refused _ -> List.<String>of();
                })
        .orElse(List.of());
  }

  /** Who scaled an object up again, as its managed fields say; empty when they do not. */
  static Optional<String> undoneBy(JsonObject object) {
    return object
        .object("metadata")
        .flatMap(metadata -> metadata.array("managedFields"))
        .orElse(JsonArray.EMPTY)
        .elements()
        .stream()
        .filter(JsonObject.class::isInstance)
        .map(JsonObject.class::cast)
        .filter(Contest::holdsReplicas)
        .max(Comparator.comparing(Contest::time))
        .flatMap(entry -> entry.string("manager"))
        .filter(manager -> !manager.equals(Workload.FIELD_MANAGER))
        .map(
            manager ->
                "Its replicas were set by the field manager `"
                    + ApiServer.Printable.of(manager)
                    + "` after this stop, which is not repeated; see the condition ScaleContested of"
                    + " the McpServer.");
  }

  private static boolean holdsReplicas(JsonObject entry) {
    return entry
        .object("fieldsV1")
        .flatMap(fields -> fields.object("f:spec"))
        .filter(spec -> spec.has("f:replicas"))
        .isPresent();
  }

  private static Instant time(JsonObject entry) {
    try {
      return entry.string("time").map(Instant::parse).orElse(Instant.EPOCH);
    } catch (DateTimeParseException e) {
      return Instant.EPOCH;
    }
  }
}
