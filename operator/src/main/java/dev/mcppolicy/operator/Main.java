// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator;

import dev.mcppolicy.operator.admission.Readiness;
import dev.mcppolicy.operator.certificate.CertificateAuthority;
import dev.mcppolicy.operator.contested.ContestedSettings;
import dev.mcppolicy.operator.rights.GrantableRights;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.logging.LogManager;

/** The operator's process: the webhook first, so that pods can start, then reconciling. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws IOException {
    try (InputStream logging = Main.class.getResourceAsStream("/logging.properties")) {
      LogManager.getLogManager().readConfiguration(logging);
    }
    ApplicationContext context = ApplicationContext.run();
    Reconciliation reconciliation =
        new Reconciliation(
            context.getBean(KubernetesClient.class),
            context.getBean(CertificateAuthority.class),
            context.getBean(OperatorSettings.class),
            context.getBean(GrantableRights.class),
            context.getBean(ContestedSettings.class),
            Reconciliation.CONTESTED_INTERVAL,
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
