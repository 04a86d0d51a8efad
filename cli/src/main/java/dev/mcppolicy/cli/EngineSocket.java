// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Where an engine of this machine listens: only a socket of this machine is ever used. */
final class EngineSocket {
  private static final String UNIX = "unix://";

  private EngineSocket() {}

  /** What keeps a socket from being found; empty when nothing does. */
  static Optional<String> problem(
      String engine, Optional<Path> given, Map<String, String> environment) {
    if (given.isPresent()) {
      return Files.exists(given.get())
          ? Optional.empty()
          : Optional.of("--engine-socket: there is no `" + given.get() + "`");
    }
    String variable = variable(engine);
    String host = environment.getOrDefault(variable, "");
    if (!host.isEmpty() && !host.startsWith(UNIX)) {
      return Optional.of(
          "--workload: %s names another machine, and only a socket of this one is used; give --engine-socket PATH"
              .formatted(variable));
    }
    return of(engine, given, environment).isPresent()
        ? Optional.empty()
        : Optional.of(
            "--workload: no socket of %s is found at %s; start it, or give --engine-socket PATH"
                .formatted(
                    engine,
                    places(engine, environment).stream()
                        .map(Path::toString)
                        .collect(Collectors.joining(", "))));
  }

  /** The one that was given, else the one that the engine's own command would take. */
  static Optional<Path> of(String engine, Optional<Path> given, Map<String, String> environment) {
    return given.or(() -> places(engine, environment).stream().filter(Files::exists).findFirst());
  }

  private static String variable(String engine) {
    return engine.equals("podman") ? "CONTAINER_HOST" : "DOCKER_HOST";
  }

  private static List<Path> places(String engine, Map<String, String> environment) {
    String host = environment.getOrDefault(variable(engine), "");
    if (host.startsWith(UNIX)) {
      return List.of(Path.of(host.substring(UNIX.length())));
    }
    var places = new ArrayList<Path>();
    Optional<Path> runtime =
        Optional.ofNullable(environment.get("XDG_RUNTIME_DIR"))
            .filter(text -> !text.isEmpty())
            .map(Path::of);
    if (engine.equals("podman")) {
      runtime.ifPresent(folder -> places.add(folder.resolve("podman/podman.sock")));
      places.add(Path.of("/run/podman/podman.sock"));
    } else {
      places.add(Path.of("/var/run/docker.sock"));
      runtime.ifPresent(folder -> places.add(folder.resolve("docker.sock")));
      Optional.ofNullable(environment.get("HOME"))
          .filter(text -> !text.isEmpty())
          .ifPresent(home -> places.add(Path.of(home, ".docker/run/docker.sock")));
    }
    return places;
  }
}
