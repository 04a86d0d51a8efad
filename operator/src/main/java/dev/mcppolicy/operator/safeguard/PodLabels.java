// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.safeguard;

import dev.mcppolicy.api.v1alpha1.TargetSpec;
import dev.mcppolicy.bundle.Workload;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The labels that the pods of a workload get, or have where nothing says what they get. */
final class PodLabels {
  private static final String KSERVE = "serving.kserve.io/inferenceservice";
  private static final long PODS_MAX = 500;

  private final KubernetesClient client;

  PodLabels(KubernetesClient client) {
    this.client = client;
  }

  /**
   * What is known of them.
   *
   * @param seen of each template or pod
   * @param unseen what any other pod carries at least; empty when there is no other
   */
  record Known(List<Map<String, String>> seen, Optional<Map<String, String>> unseen) {

    /** Whether one of the pods is selected, or may be as far as is known. */
    boolean mayBeOf(LabelSelector selector) {
      return seen.stream().anyMatch(labels -> Selectors.matches(selector, labels))
          || unseen.filter(atLeast -> Selectors.mayMatch(selector, atLeast)).isPresent();
    }
  }

  /**
   * Reads them; none when there is no such Deployment or StatefulSet.
   *
   * @throws KubernetesClientException when the API server does not say
   */
  Known of(String namespace, TargetSpec target) {
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
          ofPods(namespace, KSERVE + "=" + name, Map.of(KSERVE, name), _ -> true);
      case "Pods" -> {
        Map<String, String> labels =
            target.selector() == null ? Map.of() : target.selector().matchLabels();
        yield ofPods(namespace, text(labels), labels, _ -> true);
      }
      case Workload.Target.CONTAINER -> ofTemplate(Optional.empty());
      default ->
          selector(namespace, target)
              .map(selector -> ofPods(namespace, selector, equal(selector), _ -> true))
              .orElseGet(() -> ofPods(namespace, "", Map.of(), pod -> isRuledBy(pod, name)));
    };
  }

  private static Known ofTemplate(Optional<PodTemplateSpec> template) {
    return new Known(
        template.stream()
            .map(
                found ->
                    Optional.ofNullable(found.getMetadata())
                        .flatMap(meta -> Optional.ofNullable(meta.getLabels()))
                        .orElse(Map.of()))
            .toList(),
        Optional.empty());
  }

  /** Those that are there tell of the others; while none is, or not all are read, nothing does. */
  private Known ofPods(
      String namespace, String selector, Map<String, String> atLeast, Predicate<Pod> isOwn) {
    PodList list =
        client
            .pods()
            .inNamespace(namespace)
            .list(
                new ListOptionsBuilder()
                    .withLabelSelector(selector.isEmpty() ? null : selector)
                    .withLimit(PODS_MAX)
                    .build());
    List<Map<String, String>> seen =
        list.getItems().stream()
            .filter(isOwn)
            .map(pod -> Optional.ofNullable(pod.getMetadata().getLabels()).orElse(Map.of()))
            .distinct()
            .toList();
    String more = list.getMetadata() == null ? null : list.getMetadata().getContinue();
    boolean isAll = more == null || more.isEmpty();
    return new Known(seen, isAll && !seen.isEmpty() ? Optional.empty() : Optional.of(atLeast));
  }

  /** As the sidecar tells a pod of a kind that is not known. */
  private static boolean isRuledBy(Pod pod, String name) {
    return pod.getMetadata().getOwnerReferences().stream()
        .filter(owner -> Boolean.TRUE.equals(owner.getController()))
        .map(OwnerReference::getName)
        .anyMatch(owner -> owner.equals(name) || owner.startsWith(name + "-"));
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

  /** What a selector as text demands to be equal; other demands are left out. */
  private static Map<String, String> equal(String selector) {
    return Arrays.stream(selector.split(","))
        .map(demand -> demand.split("==?", 2))
        .filter(parts -> parts.length == 2 && parts[0].matches("[-A-Za-z0-9_./]+"))
        .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1], (first, _) -> first));
  }

  private static String text(Map<String, String> labels) {
    return String.join(
        ",",
        labels.entrySet().stream().map(label -> label.getKey() + "=" + label.getValue()).toList());
  }
}
