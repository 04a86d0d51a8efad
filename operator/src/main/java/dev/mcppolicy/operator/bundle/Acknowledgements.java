// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.bundle;

import dev.mcppolicy.api.v1alpha1.McpServerState;
import dev.mcppolicy.api.v1alpha1.McpServerStateSpec.PodState;
import dev.mcppolicy.bundle.Bundle;
import dev.mcppolicy.operator.watch.PodView;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Which bundle each pod of a server decides by, as its sidecar said.
 *
 * @param pods by name of the pod
 */
public record Acknowledgements(Map<String, PodState> pods) {
  public Acknowledgements {
    pods = Map.copyOf(pods);
  }

  /** Those that a server's state holds; none when there is no state. */
  public static Acknowledgements of(Optional<McpServerState> state) {
    return new Acknowledgements(
        state.map(s -> s.getSpec()).map(spec -> spec.pods()).orElse(Map.of()));
  }

  /** Whether this very pod acknowledged any bundle. */
  public boolean hasAny(PodView pod) {
    return of(pod).isPresent();
  }

  /**
   * Whether a pod decides by one of the bundles from a sequence up to the published one. A pod that
   * claims a newer one than is published, or other content under its sequence, does not.
   */
  public boolean isWithin(PodView pod, long since, Published published) {
    long current = published.bundle().map(Bundle::sequence).orElse(0L);
    return of(pod)
        .filter(state -> state.sequence() >= since && state.sequence() <= current)
        .filter(
            state ->
                state.sequence() < current || Objects.equals(state.digest(), published.digest()))
        .isPresent();
  }

  private Optional<PodState> of(PodView pod) {
    return Optional.ofNullable(pods.get(pod.name()))
        .filter(state -> Objects.equals(state.uid(), pod.uid()) && state.sequence() != null);
  }
}
