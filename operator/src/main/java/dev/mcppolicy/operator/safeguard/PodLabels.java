// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.safeguard;

import dev.mcppolicy.api.v1alpha1.TargetSpec;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The labels that the pods of a workload get, or have where nothing says what they get. */
final class PodLabels {
  private static final long PODS_MAX = 500;

  private final KubernetesClient client;

  PodLabels(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Reads them; empty when there is no such workload, or no pod of it.
   *
   * @throws KubernetesClientException when the API server does not say
   */
  List<Map<String, String>> of(String namespace, TargetSpec target) {
    String name = String.valueOf(target.name());
    return switch (target.kind()) {
      case "Deployment" ->
          ofTemplate(
              Optional.ofNullable(
                      client.apps().deployments().inNamespace(namespace).withName(name).get())
                  .map(found -> found.getSpec().getTemplate()));
      case "StatefulSet" ->
          ofTemplate(
              Optional.ofNullable(
                      client.apps().statefulSets().inNamespace(namespace).withName(name).get())
                  .map(found -> found.getSpec().getTemplate()));
      case "InferenceService" ->
          ofPods(namespace, "serving.kserve.io/inferenceservice=" + name).toList();
      case "Pods" ->
          target.selector() == null
              ? List.of()
              : ofPods(namespace, text(target.selector().matchLabels())).toList();
      case "Container" -> List.of();
      default ->
          selector(namespace, target).stream()
              .flatMap(selector -> ofPods(namespace, selector))
              .toList();
    };
  }

  private static List<Map<String, String>> ofTemplate(Optional<PodTemplateSpec> template) {
    return template.stream()
        .map(
            found ->
                Optional.ofNullable(found.getMetadata())
                    .flatMap(meta -> Optional.ofNullable(meta.getLabels()))
                    .orElse(Map.of()))
        .toList();
  }

  private Stream<Map<String, String>> ofPods(String namespace, String selector) {
    return client
        .pods()
        .inNamespace(namespace)
        .list(new ListOptionsBuilder().withLabelSelector(selector).withLimit(PODS_MAX).build())
        .getItems()
        .stream()
        .map(Pod::getMetadata)
        .flatMap(meta -> Optional.ofNullable(meta.getLabels()).stream());
  }

  /** What the scale of a kind that is not known says of its pods. */
  private Optional<String> selector(String namespace, TargetSpec target) {
    String scale =
        client.raw(
            "/apis/%s/namespaces/%s/%s/%s/scale"
                .formatted(target.apiVersion(), namespace, target.plural(), target.name()));
    return Optional.ofNullable(scale)
        .map(text -> client.getKubernetesSerialization().unmarshal(text, Scale.class))
        .flatMap(read -> Optional.ofNullable(read.getStatus()))
        .flatMap(status -> Optional.ofNullable(status.getSelector()))
        .filter(text -> !text.isBlank());
  }

  private static String text(Map<String, String> labels) {
    return String.join(
        ",",
        labels.entrySet().stream().map(label -> label.getKey() + "=" + label.getValue()).toList());
  }
}
