// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.testkit.cluster;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the API server knows when something failed: events, pods with the logs of their containers,
 * and the objects that make pods.
 */
final class ClusterLogs {
  private static final int MAX_LINES = 5_000;

  private ClusterLogs() {}

  static void collect(KubernetesClient client, Path folder) throws IOException {
    var events = new StringBuilder();
    for (var event : client.v1().events().inAnyNamespace().list().getItems()) {
      events.append(
          "%s %s/%s %s: %s%n"
              .formatted(
                  event.getMetadata().getCreationTimestamp(),
                  event.getMetadata().getNamespace(),
                  event.getInvolvedObject().getName(),
                  event.getReason(),
                  event.getMessage()));
    }
    Files.writeString(folder.resolve("events.txt"), events);
    var pods = client.pods().inAnyNamespace().list().getItems();
    write(folder, "pods", pods);
    write(folder, "deployments", client.apps().deployments().inAnyNamespace().list().getItems());
    write(folder, "services", client.services().inAnyNamespace().list().getItems());
    for (var pod : pods) {
      collect(client, folder, pod);
    }
  }

  private static void collect(KubernetesClient client, Path folder, Pod pod) throws IOException {
    var status = pod.getStatus();
    for (var container :
        Stream.concat(
                status.getInitContainerStatuses().stream(), status.getContainerStatuses().stream())
            .toList()) {
      write(client, folder, pod, container, false);
      if (container.getRestartCount() != null && container.getRestartCount() > 0) {
        write(client, folder, pod, container, true);
      }
    }
  }

  private static void write(
      KubernetesClient client, Path folder, Pod pod, ContainerStatus container, boolean previous)
      throws IOException {
    var metadata = pod.getMetadata();
    var logs =
        client
            .pods()
            .inNamespace(metadata.getNamespace())
            .withName(metadata.getName())
            .inContainer(container.getName())
            .tailingLines(MAX_LINES);
    String text;
    try {
      text =
          previous
              ? client
                  .pods()
                  .inNamespace(metadata.getNamespace())
                  .withName(metadata.getName())
                  .inContainer(container.getName())
                  .terminated()
                  .tailingLines(MAX_LINES)
                  .getLog()
              : logs.getLog();
    } catch (KubernetesClientException e) {
      text = "no log: " + e.getMessage() + "\n";
    }
    var name =
        "%s_%s_%s%s.log"
            .formatted(
                metadata.getNamespace(),
                metadata.getName(),
                container.getName(),
                previous ? "_previous" : "");
    Files.writeString(folder.resolve(name), text);
  }

  private static void write(Path folder, String name, List<? extends HasMetadata> items)
      throws IOException {
    var text = new StringBuilder();
    for (var item : items) {
      item.getMetadata().setManagedFields(List.of());
      text.append(Serialization.asYaml(item));
    }
    Files.writeString(folder.resolve(name + ".yaml"), text);
  }
}
