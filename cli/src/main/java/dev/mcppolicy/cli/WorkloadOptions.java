// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.proxy.docker.DockerSettings;
import dev.mcppolicy.proxy.docker.DockerWorkloads;
import dev.mcppolicy.proxy.docker.socket.SocketTransport;
import dev.mcppolicy.proxy.local.LocalWorkloads;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which containers of this machine the container tools act on. */
final class WorkloadOptions {
  @Option(
      names = "--workload",
      paramLabel = "ENGINE:NAME[=MODEL]",
      description = {
        "a container that stop_vllm and the other container tools may act on, and the one model that",
        "start_vllm may ask for; ENGINE is docker or podman; repeatable. Then these tools are carried",
        "out here, on declared containers alone; without it they go to the server"
      })
  private List<String> workloads = new ArrayList<>();

  @Option(
      names = "--workload-label",
      paramLabel = "KEY[=VALUE]",
      description = "leave a container alone that does not carry this label; repeatable")
  private List<String> labels = new ArrayList<>();

  @Option(
      names = "--engine-socket",
      paramLabel = "PATH",
      description = "the engine's socket, when it is not found by itself")
  private @Nullable Path socket;

  @Option(
      names = "--allow-remove",
      description = "let stop_vllm remove a container for an explicit remove: true")
  private boolean mayRemove;

  /** What is wrong with the options; none when nothing is. */
  List<String> problems() {
    var problems = new ArrayList<String>();
    if (workloads.isEmpty()) {
      if (!labels.isEmpty() || socket != null || mayRemove) {
        problems.add(
            "--workload: none is given, so --workload-label, --engine-socket and --allow-remove say"
                + " nothing; add one or leave them out");
      }
      return problems;
    }
    var engines = new HashSet<String>();
    var names = new HashSet<String>();
    for (String text : workloads) {
      Optional<ContainerWorkload> workload = ContainerWorkload.parse(text);
      if (workload.isEmpty()) {
        problems.add(
            "--workload: `"
                + text
                + "` is not a container such as docker:vllm or podman:vllm=MODEL");
      } else {
        engines.add(workload.get().engine());
        if (!names.add(workload.get().container())) {
          problems.add("--workload: `" + workload.get().container() + "` is given twice");
        }
      }
    }
    if (engines.size() > 1) {
      problems.add("--workload: docker and podman are both named; give one of them");
    }
    for (String label : labels) {
      if (label.isEmpty() || label.startsWith("=")) {
        problems.add("--workload-label: `" + label + "` is not KEY or KEY=VALUE");
      }
    }
    if (problems.isEmpty()) {
      EngineSocket.problem(engines.iterator().next(), Optional.ofNullable(socket), System.getenv())
          .ifPresent(problems::add);
    }
    return problems;
  }

  /** What they say, without problems. */
  LocalWorkloads open() {
    List<ContainerWorkload> containers =
        workloads.stream().flatMap(text -> ContainerWorkload.parse(text).stream()).toList();
    if (containers.isEmpty()) {
      return LocalWorkloads.NONE;
    }
    String engine = containers.getFirst().engine();
    var settings =
        new DockerSettings(
            engine.equals("podman") ? "Podman" : "Docker",
            required(labels),
            mayRemove,
            "--allow-remove");
    var transport =
        new SocketTransport(
            EngineSocket.of(engine, Optional.ofNullable(socket), System.getenv()).orElseThrow());
    List<Workload> declared =
        containers.stream()
            .map(
                container ->
                    new Workload(
                        container.container(),
                        containers.size() == 1, // with several, a caller has to say which
                        Workload.Target.container(container.container()),
                        container.model()))
            .toList();
    return new LocalWorkloads(Optional.of(new DockerWorkloads(settings, transport)), declared);
  }

  private static Map<String, String> required(List<String> labels) {
    var required = new LinkedHashMap<String, String>();
    for (String label : labels) {
      int equals = label.indexOf('=');
      required.put(
          equals < 0 ? label : label.substring(0, equals),
          equals < 0 ? "" : label.substring(equals + 1));
    }
    return required;
  }
}
