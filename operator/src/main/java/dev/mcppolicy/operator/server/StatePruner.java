// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.server;

import dev.mcppolicy.api.v1alpha1.McpServer;
import dev.mcppolicy.api.v1alpha1.McpServerState;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue.JsonNull;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.operator.watch.Cluster;
import dev.mcppolicy.operator.watch.PodView;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Takes pods that are gone out of a server's state, so that it stays bounded. */
final class StatePruner {
  private static final PatchContext MERGE =
      new PatchContext.Builder()
          .withPatchType(PatchType.JSON_MERGE)
          .withFieldManager(ObjectWriter.FIELD_MANAGER)
          .build();

  private static final Pattern POD_NAME = Pattern.compile("[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?");

  private final KubernetesClient client;
  private final Cluster cluster;

  StatePruner(KubernetesClient client, Cluster cluster) {
    this.client = client;
    this.cluster = cluster;
  }

  void prune(McpServer server) {
    cluster
        .states()
        .find(server.getMetadata().getNamespace(), server.getMetadata().getName())
        .filter(state -> ObjectWriter.isOwned(server, state))
        .ifPresent(this::prune);
  }

  private void prune(McpServerState state) {
    String namespace = state.getMetadata().getNamespace();
    Set<String> known =
        PodView.living(cluster.podsOf(namespace, state.getMetadata().getName())).stream()
            .map(PodView::uid)
            .collect(Collectors.toSet());
    Set<String> gone = new TreeSet<>();
    state
        .getSpec()
        .pods()
        .forEach(
            (pod, entry) -> {
              if (!known.contains(entry.uid()) && isGone(namespace, pod, entry.uid())) {
                gone.add(pod);
              }
            });
    if (!gone.isEmpty()) {
      client
          .resources(McpServerState.class)
          .inNamespace(namespace)
          .withName(state.getMetadata().getName())
          .patch(MERGE, removal(state, gone));
    }
  }

  /** Asked of the API server: a sidecar may acknowledge before our informer knows its pod. */
  private boolean isGone(String namespace, String name, String uid) {
    if (!POD_NAME.matcher(name).matches()) {
      return true; // sidecars write what they like; no pod has this name
    }
    Pod pod = client.pods().inNamespace(namespace).withName(name).get();
    return pod == null || !Objects.equals(pod.getMetadata().getUid(), uid);
  }

  /** Fails with a conflict when a sidecar wrote in between: then the next look decides anew. */
  static String removal(McpServerState state, Set<String> gone) {
    var pods = JsonObject.builder();
    gone.forEach(pod -> pods.put(pod, JsonNull.NULL));
    return JsonText.string(
        JsonObject.builder()
            .put(
                "metadata",
                JsonObject.builder()
                    .put("resourceVersion", state.getMetadata().getResourceVersion())
                    .build())
            .put("spec", JsonObject.builder().put("pods", pods.build()).build())
            .build());
  }
}
