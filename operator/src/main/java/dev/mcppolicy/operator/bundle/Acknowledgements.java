// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.bundle;

import dev.mcppolicy.api.v1alpha1.McpServerState;
import dev.mcppolicy.api.v1alpha1.McpServerStateSpec.PodState;
import dev.mcppolicy.bundle.Bundle;
import dev.mcppolicy.operator.watch.PodView;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Which bundle each pod of a server decides by, as its sidecar said.
 *
 * <p>A sidecar that somebody else controls can say anything. One that names a sequence that was
 * never published acknowledges nothing.
 *
 * @param pods what is believed, by name of the pod
 * @param forged what is not, by name of the pod
 */
public record Acknowledgements(Map<String, PodState> pods, Map<String, PodState> forged) {
  /**
   * How far a sequence, which is a time, may be ahead of our clock: the operator before us may have
   * had another.
   */
  private static final Duration CLOCK_TOLERANCE = Duration.ofDays(1);

  public Acknowledgements {
    pods = Map.copyOf(pods);
    forged = Map.copyOf(forged);
  }

  /**
   * Those that a server's state holds; none when there is no state.
   *
   * @param published the last bundle that is known
   */
  public static Acknowledgements of(
      Optional<McpServerState> state, Optional<Bundle> published, Instant now) {
    long sequenceMax =
        Math.max(
            published.map(Bundle::sequence).orElse(0L), now.plus(CLOCK_TOLERANCE).toEpochMilli());
    Map<String, PodState> pods = new HashMap<>();
    Map<String, PodState> forged = new HashMap<>();
    state
        .map(s -> s.getSpec())
        .map(spec -> spec.pods())
        .orElse(Map.of())
        .forEach(
            (name, pod) -> {
              boolean isPossible = pod.sequence() == null || pod.sequence() <= sequenceMax;
              (isPossible ? pods : forged).put(name, pod);
            });
    return new Acknowledgements(pods, forged);
  }

  /** Whether this very pod acknowledged any bundle. */
  public boolean hasAny(PodView pod) {
    return of(pod, pods).isPresent();
  }

  /**
   * Whether a pod decides by one of the bundles from a sequence up to the published one. A pod that
   * claims a newer one than is published, or other content under its sequence, does not.
   */
  public boolean isWithin(PodView pod, long since, Published published) {
    long current = published.bundle().map(Bundle::sequence).orElse(0L);
    return of(pod, pods)
        .filter(state -> state.sequence() >= since && state.sequence() <= current)
        .filter(
            state ->
                state.sequence() < current || Objects.equals(state.digest(), published.digest()))
        .isPresent();
  }

  /** The highest sequence, also of a pod that is gone; 0 for none. */
  public long highest() {
    return pods.values().stream()
        .map(PodState::sequence)
        .filter(Objects::nonNull)
        .mapToLong(Long::longValue)
        .max()
        .orElse(0);
  }

  /** What is to be said of those pods that acknowledge what was never published. */
  public Optional<String> forgedBy(List<PodView> among) {
    List<PodView> pods = among.stream().filter(pod -> of(pod, forged).isPresent()).toList();
    return pods.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "pod `"
                + pods.getFirst().name()
                + "` acknowledges bundle "
                + of(pods.getFirst(), forged).orElseThrow().sequence()
                + ", which was never published"
                + (pods.size() == 1 ? "" : ", and so do " + (pods.size() - 1) + " more")
                + "; do not trust its sidecar: find out who wrote that, then delete the pod");
  }

  private static Optional<PodState> of(PodView pod, Map<String, PodState> states) {
    return Optional.ofNullable(states.get(pod.name()))
        .filter(state -> Objects.equals(state.uid(), pod.uid()) && state.sequence() != null);
  }
}
