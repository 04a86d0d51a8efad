// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.contested;

import dev.mcppolicy.bundle.Workload.Target;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Objects of a cluster, written as YAML. */
final class FakeObjects implements ContestedObjects {
  private static final KubernetesSerialization YAML = new KubernetesSerialization();
  private final List<GenericKubernetesResource> all = new ArrayList<>();
  private final Map<String, String> scalable = new HashMap<>();

  /** Adds an object, in the place of one of its kind and name. */
  FakeObjects with(String yaml) {
    GenericKubernetesResource added = YAML.unmarshal(yaml, GenericKubernetesResource.class);
    all.removeIf(
        old ->
            old.getKind().equals(added.getKind())
                && old.getMetadata().getName().equals(added.getMetadata().getName()));
    all.add(added);
    return this;
  }

  @Override
  public List<GenericKubernetesResource> list(ResourceDefinitionContext kind, String namespace) {
    return all.stream()
        .filter(object -> object.getKind().equals(kind.getKind()))
        .filter(object -> object.getMetadata().getNamespace().equals(namespace))
        .toList();
  }

  @Override
  public Optional<GenericKubernetesResource> read(
      ResourceDefinitionContext kind, String namespace, String name) {
    return list(kind, namespace).stream()
        .filter(object -> object.getMetadata().getName().equals(name))
        .findFirst();
  }

  @Override
  public Optional<GenericKubernetesResource> target(Target target, String namespace) {
    return all.stream()
        .filter(object -> object.getKind().equals(target.kind()))
        .filter(object -> object.getMetadata().getNamespace().equals(namespace))
        .filter(object -> object.getMetadata().getName().equals(target.name()))
        .findFirst();
  }

  FakeObjects withScalable(String apiVersion, String kind, String plural) {
    scalable.put(apiVersion + " " + kind, plural);
    return this;
  }

  @Override
  public Optional<String> scalable(String apiVersion, String kind) {
    return Optional.ofNullable(scalable.get(apiVersion + " " + kind));
  }
}
