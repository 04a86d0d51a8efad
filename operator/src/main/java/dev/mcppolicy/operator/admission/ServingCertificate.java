// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission;

import dev.mcppolicy.operator.certificate.Certificate;
import dev.mcppolicy.operator.certificate.CertificateAuthority;
import io.micronaut.http.ssl.CertificateProvider;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Sinks;

/**
 * The certificate that the webhook serves TLS with: issued by the operator's own authority, kept in
 * memory, one per replica. A renewed one is taken by the HTTP server without a restart; connections
 * that are open keep theirs.
 */
@Singleton
@Named(ServingCertificate.NAME)
final class ServingCertificate implements CertificateProvider {
  /** As {@code micronaut.server.ssl.key-name} names it. */
  static final String NAME = "webhook";

  private final CertificateAuthority authority;
  private final List<String> hosts;
  private final InstantSource clock;
  private final Sinks.Many<KeyStore> served = Sinks.many().replay().latest();
  private volatile Instant renewAt;

  ServingCertificate(
      CertificateAuthority authority, AdmissionSettings settings, InstantSource clock) {
    this.authority = authority;
    this.hosts = settings.hosts();
    this.clock = clock;
    this.renewAt = serveAnother();
  }

  /** Serves a new certificate when the one in use is due. Called by one thread. */
  void renewWhenDue() {
    if (!clock.instant().isBefore(renewAt)) {
      renewAt = serveAnother();
    }
  }

  @Override
  public String getName() {
    return NAME;
  }

  @Override
  public Publisher<KeyStore> getKeyStore() {
    return served.asFlux();
  }

  private Instant serveAnother() {
    Certificate issued = authority.issue(hosts);
    served.emitNext(keyStore(issued), Sinks.EmitFailureHandler.FAIL_FAST);
    return issued.renewAt();
  }

  private static KeyStore keyStore(Certificate issued) {
    try {
      var keyStore = KeyStore.getInstance("PKCS12");
      keyStore.load(null, null);
      keyStore.setKeyEntry(
          NAME,
          privateKey(issued.privateKeyPem()),
          new char[0],
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(
                      issued.certificatePem().getBytes(StandardCharsets.US_ASCII)))
              .toArray(java.security.cert.Certificate[]::new));
      return keyStore;
    } catch (GeneralSecurityException | IOException impossible) {
      throw new IllegalStateException("the certificate just issued is unusable", impossible);
    }
  }

  private static PrivateKey privateKey(String pem) throws GeneralSecurityException {
    String base64 = pem.replaceAll("-----[A-Z ]+-----", "");
    return KeyFactory.getInstance("EC")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64)));
  }
}
