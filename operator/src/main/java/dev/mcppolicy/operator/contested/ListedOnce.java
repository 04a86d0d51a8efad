// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.contested;

import dev.mcppolicy.bundle.Workload.Target;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Objects for one round of looks, by one thread: the autoscalers of a namespace are listed once for
 * all of its servers. What fails is asked for again.
 */
final class ListedOnce implements ContestedObjects {
  private final ContestedObjects objects;
  private final Map<Listed, List<GenericKubernetesResource>> lists = new HashMap<>();

  private record Listed(String resource, String namespace) {}

  ListedOnce(ContestedObjects objects) {
    this.objects = objects;
  }

  @Override
  public List<GenericKubernetesResource> list(ResourceDefinitionContext kind, String namespace) {
    return lists.computeIfAbsent(
        new Listed(kind.getGroup() + "/" + kind.getPlural(), namespace),
        _ -> objects.list(kind, namespace));
  }

  @Override
  public Optional<GenericKubernetesResource> read(
      ResourceDefinitionContext kind, String namespace, String name) {
    return objects.read(kind, namespace, name);
  }

  @Override
  public Optional<GenericKubernetesResource> target(Target target, String namespace) {
    return objects.target(target, namespace);
  }

  @Override
  public Optional<String> scalable(String apiVersion, String kind) {
    return objects.scalable(apiVersion, kind);
  }
}
