// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.server;

import dev.mcppolicy.bundle.Contested;
import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.operator.status.Conditions;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The condition that says who else sets the replicas of a server's workloads (T123). */
final class ContestedCondition {
  private static final String TYPE = "ScaleContested";

  private ContestedCondition() {}

  /** Empty when nobody does. Its reason is that of the worst case. */
  static Optional<Condition> of(long generation, List<Workload> workloads) {
    List<Workload> contested =
        workloads.stream().filter(w -> w.safeguards().contested().isPresent()).toList();
    if (contested.isEmpty()) {
      return Optional.empty();
    }
    String reason =
        has(contested, Contested.Refused.class)
            ? "ChangesRefused"
            : has(contested, Contested.Paused.class) ? "PausedWithAStop" : "RestsAtZero";
    String message =
        contested.stream()
            .map(w -> "workload `" + w.name() + "`: " + text(w.safeguards().contested().get()))
            .collect(Collectors.joining("\n"));
    return Optional.of(Conditions.isTrue(TYPE, generation, reason, message));
  }

  private static boolean has(List<Workload> workloads, Class<? extends Contested> kind) {
    return workloads.stream().anyMatch(w -> kind.isInstance(w.safeguards().contested().get()));
  }

  private static String text(Contested contested) {
    return switch (contested) {
      case Contested.Refused(String by, String remedy) ->
          "its replicas are set by "
              + by
              + ", so stop_vllm, start_vllm and restart_vllm are refused; what to do: "
              + remedy;
      case Contested.Paused(String scaledObject, int _) ->
          "ScaledObject `" + scaledObject + "` is paused by a stop and released by a start";
      case Contested.Rests(String by, int minReplicas) ->
          by
              + " rests while it is stopped; a start returns to "
              + minReplicas
              + " or more, from where it scales again";
    };
  }
}
