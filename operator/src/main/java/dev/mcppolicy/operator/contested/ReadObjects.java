// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.contested;

import dev.mcppolicy.bundle.Workload.Target;
import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The objects as the API server has them at this moment. */
final class ReadObjects implements ContestedObjects {
  private static final int NOT_FOUND = 404;
  private static final long LISTED_MAX = 1_000;

  static final ResourceDefinitionContext AUTOSCALERS =
      kind("autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers");
  static final ResourceDefinitionContext SCALED_OBJECTS =
      kind("keda.sh/v1alpha1", "ScaledObject", "scaledobjects");
  static final ResourceDefinitionContext KUSTOMIZATIONS =
      kind("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "kustomizations");
  static final ResourceDefinitionContext HELM_RELEASES =
      kind("helm.toolkit.fluxcd.io/v2", "HelmRelease", "helmreleases");
  static final ResourceDefinitionContext APPLICATIONS =
      kind("argoproj.io/v1alpha1", "Application", "applications");
  private static final Map<String, String> RESOURCES =
      Map.of("apps/v1 Deployment", "deployments", "apps/v1 StatefulSet", "statefulsets");

  private final KubernetesClient client;

  ReadObjects(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public List<GenericKubernetesResource> list(ResourceDefinitionContext kind, String namespace) {
    try {
      GenericKubernetesResourceList list =
          client
              .genericKubernetesResources(kind)
              .inNamespace(namespace)
              .list(new ListOptionsBuilder().withLimit(LISTED_MAX).build());
      String more = list.getMetadata() == null ? null : list.getMetadata().getContinue();
      if (more != null && !more.isEmpty()) {
        throw new KubernetesClientException(
            "namespace `%s` has more than %d of %s"
                .formatted(namespace, LISTED_MAX, kind.getPlural()));
      }
      return list.getItems();
    } catch (KubernetesClientException e) {
      if (e.getCode() == NOT_FOUND) {
        return List.of();
      }
      throw e;
    }
  }

  @Override
  public Optional<GenericKubernetesResource> read(
      ResourceDefinitionContext kind, String namespace, String name) {
    return Optional.ofNullable(
        client.genericKubernetesResources(kind).inNamespace(namespace).withName(name).get());
  }

  @Override
  public Optional<GenericKubernetesResource> target(Target target, String namespace) {
    return Optional.ofNullable(RESOURCES.get(target.apiVersion() + " " + target.kind()))
        .flatMap(
            plural ->
                read(kind(target.apiVersion(), target.kind(), plural), namespace, target.name()));
  }

  @Override
  public Optional<String> scalable(String apiVersion, String kind) {
    APIResourceList known = client.getApiResources(apiVersion);
    if (known == null) {
      return Optional.empty();
    }
    Set<String> names =
        known.getResources().stream().map(APIResource::getName).collect(Collectors.toSet());
    return known.getResources().stream()
        .filter(resource -> resource.getKind().equals(kind))
        .map(APIResource::getName)
        .filter(plural -> names.contains(plural + "/scale"))
        .findFirst();
  }

  private static ResourceDefinitionContext kind(String apiVersion, String kind, String plural) {
    int slash = apiVersion.indexOf('/');
    return new ResourceDefinitionContext.Builder()
        .withGroup(slash < 0 ? "" : apiVersion.substring(0, slash))
        .withVersion(apiVersion.substring(slash + 1))
        .withKind(kind)
        .withPlural(plural)
        .withNamespaced(true)
        .build();
  }
}
