// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.watch;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Set;

/**
 * What matters of a pod of a server.
 *
 * @param mayDecide it has the sidecar, and that may be running: what the kubelet reports of it
 *     comes later than the first call that it decides, so having been given to a node is enough
 */
public record PodView(String name, String uid, boolean mayDecide) {
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
                    pod.getMetadata().getName(), pod.getMetadata().getUid(), mayDecide(pod)))
        .toList();
  }

  private static String phase(Pod pod) {
    String phase = pod.getStatus().getPhase();
    return phase == null ? "" : phase;
  }

  /** A sidecar that starts only after we looked finds the bundle that was published before. */
  private static boolean mayDecide(Pod pod) {
    boolean hasSidecar =
        pod.getSpec().getInitContainers().stream()
            .anyMatch(container -> SIDECAR.equals(container.getName()));
    return hasSidecar && (hasNode(pod) || isReported(pod));
  }

  private static boolean hasNode(Pod pod) {
    String node = pod.getSpec().getNodeName();
    return node != null && !node.isEmpty();
  }

  private static boolean isReported(Pod pod) {
    return pod.getStatus() != null
        && pod.getStatus().getInitContainerStatuses().stream()
            .anyMatch(container -> SIDECAR.equals(container.getName()));
  }
}
