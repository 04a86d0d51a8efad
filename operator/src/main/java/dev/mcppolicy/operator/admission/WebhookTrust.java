// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission;

import dev.mcppolicy.operator.certificate.CertificateAuthority;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the API server's trust in the webhook: once the webhook serves, and again and again, it
 * renews a certificate that is due and writes the authority into the webhook configurations where
 * it is not there (T110).
 */
@Singleton
final class WebhookTrust implements ApplicationEventListener<ServerStartupEvent>, Readiness {
  private static final Logger LOG = LoggerFactory.getLogger(WebhookTrust.class);
  private static final Duration ONCE_TRUSTED = Duration.ofSeconds(30);
  private static final Duration UNTIL_TRUSTED = Duration.ofSeconds(1);

  private final WebhookConfigurations configurations;
  private final CertificateAuthority authority;
  private final ServingCertificate certificate;
  private final ServerCache servers;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile boolean trusted;

  WebhookTrust(
      WebhookConfigurations configurations,
      CertificateAuthority authority,
      ServingCertificate certificate,
      ServerCache servers) {
    this.configurations = configurations;
    this.authority = authority;
    this.certificate = certificate;
    this.servers = servers;
  }

  @Override
  public void onApplicationEvent(ServerStartupEvent started) {
    servers.start();
    Thread.ofVirtual().name("webhook-trust").start(this::keep);
  }

  @Override
  public Optional<String> missing() {
    return trusted
        ? Optional.empty()
        : Optional.of("the webhook configurations do not have the operator's authority yet");
  }

  private void keep() {
    try {
      Duration pause = Duration.ZERO;
      while (!stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        pause = keptOnce() ? ONCE_TRUSTED : UNTIL_TRUSTED;
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean keptOnce() {
    try {
      certificate.renewWhenDue();
      trusted = configurations.trust(authority.certificatePem());
    } catch (RuntimeException failure) { // the next round tries again
      trusted = false;
      LOG.warn("the webhook configurations could not be given the operator's authority", failure);
    }
    return trusted;
  }

  @PreDestroy
  void stop() {
    stopped.countDown();
  }
}
