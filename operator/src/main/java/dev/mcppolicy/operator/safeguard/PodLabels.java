// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.safeguard;

import dev.mcppolicy.api.v1alpha1.WorkloadSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Map;
import java.util.Optional;

/** The labels that the pods of a workload get. */
final class PodLabels {
  private final KubernetesClient client;

  PodLabels(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Reads them; empty when there is no such workload.
   *
   * @throws KubernetesClientException when the API server does not say
   */
  Optional<Map<String, String>> of(String namespace, WorkloadSpec.TargetSpec target) {
    Optional<PodTemplateSpec> template =
        switch (target.kind()) {
          case DEPLOYMENT ->
              Optional.ofNullable(
                      client
                          .apps()
                          .deployments()
                          .inNamespace(namespace)
                          .withName(target.name())
                          .get())
                  .map(found -> found.getSpec().getTemplate());
          case STATEFUL_SET ->
              Optional.ofNullable(
                      client
                          .apps()
                          .statefulSets()
                          .inNamespace(namespace)
                          .withName(target.name())
                          .get())
                  .map(found -> found.getSpec().getTemplate());
        };
    return template.map(
        found ->
            Optional.ofNullable(found.getMetadata())
                .flatMap(meta -> Optional.ofNullable(meta.getLabels()))
                .orElse(Map.of()));
  }
}
