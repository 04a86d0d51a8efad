// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.workload.Deadline;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the container of a declared workload. An engine takes a beginning of an id for a name, so
 * what it returns is a declared container only if it bears the name exactly, and the labels that
 * are asked for. What is done after that is addressed to its whole id, so that nothing else is met
 * when the name changes hands in between.
 */
final class DeclaredContainers {
  private static final int NOT_FOUND = 404;

  private final Engine engine;
  private final DockerSettings settings;

  DeclaredContainers(Engine engine, DockerSettings settings) {
    this.engine = engine;
    this.settings = settings;
  }

  sealed interface Found {
    record One(Container container) implements Found {}

    /**
     * @param why a clause with what to do
     */
    record NotDeclared(String why) implements Found {}

    /** The engine did not say. Nothing was done. */
    record NotKnown(String why) implements Found {}
  }

  Found find(Workload workload, Deadline deadline) {
    return found(workload, workload.target().name(), deadline);
  }

  /** The same container again, after an act. */
  Found again(Workload workload, Container container, Deadline deadline) {
    Found found = found(workload, container.id(), deadline);
    return found instanceof Found.One(Container now) && !now.id().equals(container.id())
        ? new Found.NotKnown(
            settings.engine() + " describes another container than the one asked for")
        : found;
  }

  private Found found(Workload workload, String nameOrId, Deadline deadline) {
    String name = workload.target().name();
    EngineReply<Optional<JsonObject>> reply =
        engine.json("GET", "/containers/" + nameOrId + "/json", deadline.left());
    return switch (reply) {
      case EngineReply.Denied<?>(int status, String message) ->
          status == NOT_FOUND
              ? absent(name)
              : new Found.NotKnown(settings.engine() + " says: " + message);
      case EngineReply.NoAnswer<?>(String why) -> unreachable(why);
      case EngineReply.NotSent<?>(String why) -> unreachable(why);
      case EngineReply.Done<Optional<JsonObject>>(int _, Optional<JsonObject> body) ->
          body.flatMap(Container::of)
              .<Found>map(container -> checked(name, container))
              .orElseGet(
                  () ->
                      new Found.NotKnown(
                          settings.engine()
                              + " describes the container in a way that is not known"));
    };
  }

  private Found unreachable(String why) {
    return new Found.NotKnown(
        "%s cannot be reached at %s: %s".formatted(settings.engine(), engine.where(), why));
  }

  private Found checked(String name, Container container) {
    if (!container.name().equals(name)) {
      return absent(name);
    }
    for (Map.Entry<String, String> label : settings.requiredLabels().entrySet()) {
      Optional<String> value = container.labels().string(label.getKey());
      if (value.isEmpty()
          || !(label.getValue().isEmpty() || value.get().equals(label.getValue()))) {
        return new Found.NotDeclared(
            "container `%s` does not carry the label `%s` that this proxy was told to ask for, so it is left alone"
                .formatted(
                    name,
                    label.getValue().isEmpty()
                        ? label.getKey()
                        : label.getKey() + "=" + label.getValue()));
      }
    }
    return new Found.One(container);
  }

  private static Found absent(String name) {
    return new Found.NotDeclared(
        "there is no container named `%s`; whoever owns the machine has to create it"
            .formatted(name));
  }
}
