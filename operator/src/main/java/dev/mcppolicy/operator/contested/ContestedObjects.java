// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.contested;

import dev.mcppolicy.bundle.Workload.Target;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.List;
import java.util.Optional;

/**
 * Objects of kinds that a cluster may have or not: one that it does not know has no objects.
 *
 * <p>Each method throws {@link KubernetesClientException} for whatever else goes wrong.
 */
interface ContestedObjects {

  List<GenericKubernetesResource> list(ResourceDefinitionContext kind, String namespace);

  Optional<GenericKubernetesResource> read(
      ResourceDefinitionContext kind, String namespace, String name);

  /** A Deployment or a StatefulSet; empty when it is not there, or is of another kind. */
  Optional<GenericKubernetesResource> target(Target target, String namespace);

  /** The plural of a kind whose objects have a scale; empty when they have none. */
  Optional<String> scalable(String apiVersion, String kind);
}
