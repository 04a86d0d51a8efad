// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator;

import dev.mcppolicy.operator.certificate.AuthoritySecret;
import dev.mcppolicy.operator.certificate.CertificateAuthority;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Primary;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** What reconciling and admission share. */
@Factory
final class OperatorFactory {

  /** Ours before the one that the framework brings. */
  @Singleton
  @Primary
  InstantSource clock() {
    return InstantSource.system();
  }

  @Singleton
  @Bean(preDestroy = "close")
  KubernetesClient kubernetes() {
    return new KubernetesClientBuilder().build();
  }

  @Singleton
  CertificateAuthority authority(
      KubernetesClient kubernetes, OperatorSettings settings, InstantSource clock) {
    return AuthoritySecret.loadOrCreate(kubernetes, settings.namespace(), clock);
  }
}
