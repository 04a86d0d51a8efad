// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.watch;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Set;

/**
 * What matters of a pod of a server.
 *
 * @param sidecarStarted the kubelet saw the sidecar's startup probe succeed
 */
public record PodView(String name, String uid, boolean sidecarStarted) {
  /** The container that the webhook injects. */
  public static final String SIDECAR = "mcp-policy-proxy";

  private static final Set<String> FINISHED = Set.of("Succeeded", "Failed");

  /** The pods that are neither finished nor being deleted. */
  public static List<PodView> living(List<Pod> pods) {
    return pods.stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .filter(pod -> pod.getStatus() == null || !FINISHED.contains(phase(pod)))
        .map(
            pod ->
                new PodView(
                    pod.getMetadata().getName(), pod.getMetadata().getUid(), sidecarStarted(pod)))
        .toList();
  }

  private static String phase(Pod pod) {
    String phase = pod.getStatus().getPhase();
    return phase == null ? "" : phase;
  }

  private static boolean sidecarStarted(Pod pod) {
    return pod.getStatus() != null
        && pod.getStatus().getInitContainerStatuses().stream()
            .anyMatch(
                container ->
                    SIDECAR.equals(container.getName())
                        && Boolean.TRUE.equals(container.getStarted()));
  }
}
