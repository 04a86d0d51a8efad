// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.workload.WorkloadReplicas;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * A container as the engine describes it.
 *
 * @param id the whole one: the only thing that acts are addressed to
 * @param name without the slash before it
 * @param labels of it
 * @param status in the engine's word, such as running, exited, paused
 * @param exitCode of the last run
 * @param health empty where no check is declared
 * @param removesItself whether its end is its removal ({@code --rm})
 * @param hasTerminal whether it writes one stream instead of two
 */
record Container(
    String id,
    String name,
    JsonObject labels,
    String status,
    long exitCode,
    Optional<String> health,
    boolean removesItself,
    boolean hasTerminal) {
  private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

  /** Empty when the description lacks what it must have. */
  static Optional<Container> of(JsonObject inspected) {
    JsonObject state = inspected.object("State").orElse(JsonObject.EMPTY);
    JsonObject config = inspected.object("Config").orElse(JsonObject.EMPTY);
    Optional<String> id = inspected.string("Id").filter(text -> ID.matcher(text).matches());
    Optional<String> name = inspected.string("Name");
    Optional<String> status = state.string("Status");
    if (id.isEmpty() || name.isEmpty() || status.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Container(
            id.get(),
            name.get().startsWith("/") ? name.get().substring(1) : name.get(),
            config.object("Labels").orElse(JsonObject.EMPTY),
            Engine.Printable.of(status.get()),
            exitCode(state),
            state.object("Health").flatMap(health -> health.string("Status")),
            isTrue(inspected.object("HostConfig").orElse(JsonObject.EMPTY), "AutoRemove"),
            isTrue(config, "Tty")));
  }

  private static long exitCode(JsonObject state) {
    return state
        .get("ExitCode")
        .filter(JsonNumber.class::isInstance)
        .flatMap(code -> ((JsonNumber) code).integer())
        .orElse(-1L);
  }

  private static boolean isTrue(JsonObject object, String name) {
    return object.get(name).equals(Optional.of(JsonValue.of(true)));
  }

  boolean isRunning() {
    return switch (status) {
      case "running", "restarting", "paused", "stopping" -> true;
      default -> false;
    };
  }

  /** Without a check it is ready once it runs, as a pod is. */
  WorkloadReplicas replicas() {
    int count = isRunning() ? 1 : 0;
    boolean isReady = status.equals("running") && health.map("healthy"::equals).orElse(true);
    return new WorkloadReplicas(count, count, OptionalInt.of(isReady ? 1 : 0), OptionalInt.of(0));
  }

  /** What the numbers do not say; may be empty. */
  String state() {
    return switch (status) {
      case "running" -> health.map(word -> "health " + Engine.Printable.of(word)).orElse("");
      case "exited" -> "it ended with code " + exitCode;
      default -> status;
    };
  }
}
