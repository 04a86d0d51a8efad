// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.server;

import dev.mcppolicy.api.v1alpha1.Api;
import dev.mcppolicy.api.v1alpha1.DeploymentSpec;
import dev.mcppolicy.api.v1alpha1.EnvSpec;
import dev.mcppolicy.api.v1alpha1.McpServer;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.Map;

/**
 * The Deployment that the operator runs an MCP server in. The pod only gets the label: the sidecar
 * comes the same way as into a pod of somebody else's, by the webhook. There is no free pod
 * template, and what is here is within the restricted Pod Security Standard (T118).
 */
final class ManagedDeployment {
  private ManagedDeployment() {}

  static Deployment of(McpServer server, DeploymentSpec spec) {
    Map<String, String> label = Map.of(Api.SERVER_LABEL, server.getMetadata().getName());
    return new DeploymentBuilder()
        .withMetadata(OwnedObjects.meta(server, Api.objectName(server.getMetadata().getName())))
        .withNewSpec()
        .withReplicas(spec.replicas())
        .withNewStrategy()
        .withType("Recreate") // never two pods at once: counters are in the pod
        .endStrategy()
        .withNewSelector()
        .withMatchLabels(label)
        .endSelector()
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(label)
        .endMetadata()
        .withNewSpec()
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withNewSecurityContext()
        .withRunAsNonRoot(true)
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext()
        .withContainers(container(server.getSpec().transport().stdio().container(), spec))
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  private static Container container(String name, DeploymentSpec spec) {
    return new ContainerBuilder()
        .withName(name)
        .withImage(spec.image())
        .withEnv(spec.env().stream().map(ManagedDeployment::variable).toList())
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .build();
  }

  private static EnvVar variable(EnvSpec spec) {
    EnvVarBuilder variable = new EnvVarBuilder().withName(spec.name());
    EnvSpec.ValueFrom from = spec.valueFrom();
    if (from != null) {
      return variable
          .withNewValueFrom()
          .withNewSecretKeyRef(from.secretKeyRef().key(), from.secretKeyRef().name(), false)
          .endValueFrom()
          .build();
    }
    return spec.value() == null ? variable.build() : variable.withValue(spec.value()).build();
  }
}
