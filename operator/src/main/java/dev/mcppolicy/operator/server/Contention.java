// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.server;

import dev.mcppolicy.api.v1alpha1.McpServer;
import dev.mcppolicy.api.v1alpha1.TargetSpec;
import dev.mcppolicy.api.v1alpha1.WorkloadSpec;
import dev.mcppolicy.bundle.Bundle;
import dev.mcppolicy.bundle.Contested;
import dev.mcppolicy.bundle.Safeguards;
import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.operator.bundle.BundleCompiler;
import dev.mcppolicy.operator.contested.ContestedWorkloads;
import dev.mcppolicy.operator.contested.Declared;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Brings who contests the workloads of a server into their safeguards. */
final class Contention {
  private Contention() {}

  /**
   * @param safeguards by name of the workload
   */
  static Map<String, Safeguards> into(
      Map<String, Safeguards> safeguards,
      McpServer server,
      ContestedWorkloads contested,
      Optional<Bundle> previous) {
    List<Declared> declared = declared(server);
    Map<String, Safeguards> all = new HashMap<>(safeguards);
    contested
        .of(server, declared, last(declared, previous))
        .forEach(
            (workload, by) -> {
              Safeguards others = all.getOrDefault(workload, Safeguards.NONE);
              all.put(workload, others.withContested(Optional.of(by)));
            });
    return all;
  }

  private static List<Declared> declared(McpServer server) {
    List<WorkloadSpec> workloads = server.getSpec().workloads();
    return IntStream.range(0, workloads.size())
        .filter(
            i -> workloads.get(i).target().way() != TargetSpec.Way.ENGINE) // not of this cluster
        .mapToObj(
            i ->
                new Declared(
                    workloads.get(i).name(),
                    i,
                    BundleCompiler.target(workloads.get(i).target()),
                    Optional.ofNullable(workloads.get(i).pauseScaledObject())))
        .toList();
  }

  /** What the last bundle says of workloads that still mean the same. */
  private static Map<String, Contested> last(List<Declared> declared, Optional<Bundle> previous) {
    Map<String, Workload.Target> targets = new HashMap<>();
    declared.forEach(workload -> targets.put(workload.workload(), workload.target()));
    Map<String, Contested> contested = new HashMap<>();
    previous.stream()
        .flatMap(bundle -> bundle.workloads().stream())
        .filter(workload -> workload.target().equals(targets.get(workload.name())))
        .forEach(
            workload ->
                workload
                    .safeguards()
                    .contested()
                    .ifPresent(found -> contested.put(workload.name(), found)));
    return contested;
  }
}
