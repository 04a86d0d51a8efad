// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission;

import dev.mcppolicy.operator.admission.inject.PodInjector;
import dev.mcppolicy.operator.check.TestRun;
import dev.mcppolicy.operator.rights.GrantableRights;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/** Wires admission. Needs a Kubernetes client, the authority and a clock from elsewhere. */
@Factory
final class AdmissionFactory {

  @Singleton
  @Bean(preDestroy = "close")
  ServerCache servers(KubernetesClient kubernetes) {
    return new ServerCache(kubernetes);
  }

  @Singleton
  WebhookConfigurations configurations(KubernetesClient kubernetes, AdmissionSettings settings) {
    return new WebhookConfigurations(
        kubernetes, settings.mutatingWebhook(), settings.validatingWebhook());
  }

  @Singleton
  @Named("pods")
  Admission pods(SidecarSettings sidecar, ServerCache servers) {
    return new PodAdmission(new PodInjector(sidecar.forInjection()), servers);
  }

  @Singleton
  @Named("resources")
  Admission resources(ServerCache servers, GrantableRights rights) {
    return new ResourceAdmission(TestRun.LIKE_THE_COMMAND, servers::mapping, rights);
  }
}
