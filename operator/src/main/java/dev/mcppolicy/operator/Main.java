// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator;

import dev.mcppolicy.operator.admission.Readiness;
import dev.mcppolicy.operator.certificate.CertificateAuthority;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.time.InstantSource;

/** The operator's process: the webhook first, so that pods can start, then reconciling. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    ApplicationContext context = ApplicationContext.run();
    Reconciliation reconciliation =
        new Reconciliation(
            context.getBean(KubernetesClient.class),
            context.getBean(CertificateAuthority.class),
            context.getBean(OperatorSettings.class),
            context.getBean(InstantSource.class));
    context.registerSingleton(Readiness.class, reconciliation);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  reconciliation.close();
                  context.close();
                },
                "shutdown"));
    context.getBean(EmbeddedServer.class).start();
    reconciliation.start();
  }
}
