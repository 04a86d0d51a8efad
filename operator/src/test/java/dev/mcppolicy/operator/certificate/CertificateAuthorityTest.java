// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class CertificateAuthorityTest {
  private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");
  private static final List<String> NAMES =
      List.of("vllm-mcp", "vllm-mcp.inference.svc", "localhost", "127.0.0.1", "::1");

  private final CertificateAuthority authority =
      CertificateAuthority.create(InstantSource.fixed(NOW));

  @Test
  void issuesAServerCertificateForTheNames() throws Exception {
    Certificate issued = authority.issue(NAMES);
    List<X509Certificate> chain = X509.certificates(issued.certificatePem());
    assertEquals(2, chain.size());
    chain.getFirst().verify(chain.get(1).getPublicKey());
    assertEquals(Set.copyOf(NAMES), X509.names(chain.getFirst()));
    assertEquals(-1, chain.getFirst().getBasicConstraints(), "not an authority");
    assertEquals(List.of("1.3.6.1.5.5.7.3.1"), chain.getFirst().getExtendedKeyUsage());
    assertEquals(0, chain.get(1).getBasicConstraints(), "signs leaves only");
    assertEquals(NOW.minus(Duration.ofMinutes(5)), issued.notBefore());
    assertEquals(issued.notBefore().plus(Duration.ofDays(90)), issued.notAfter());
  }

  @Test
  void keepsACertificateForTwoThirdsOfItsLife() throws Exception {
    Certificate issued = authority.issue(NAMES);
    assertEquals(issued.notBefore().plus(Duration.ofDays(60)), issued.renewAt());
    assertTrue(stillGoodAt(issued, issued.renewAt().minusSeconds(1), NAMES));
    assertFalse(stillGoodAt(issued, issued.renewAt(), NAMES));
  }

  @Test
  void replacesACertificateOfOtherNamesOrOfAnotherAuthority() throws Exception {
    Certificate issued = authority.issue(NAMES);
    assertFalse(stillGoodAt(issued, NOW, List.of("vllm-mcp")));
    CertificateAuthority other = CertificateAuthority.create(InstantSource.fixed(NOW));
    assertFalse(
        other.stillGood(issued.certificatePem(), issued.privateKeyPem(), NAMES).isPresent());
    assertFalse(authority.stillGood("", "", NAMES).isPresent());
    assertFalse(
        authority
            .stillGood(issued.certificatePem(), authority.issue(NAMES).privateKeyPem(), NAMES)
            .isPresent());
  }

  @Test
  void refusesAKeyThatIsNotTheCertificates() {
    CertificateAuthority other = CertificateAuthority.create(InstantSource.fixed(NOW));
    assertThrows(
        GeneralSecurityException.class,
        () ->
            CertificateAuthority.read(
                authority.certificatePem(), other.privateKeyPem(), InstantSource.fixed(NOW)));
  }

  @Test
  void neverPrintsAKey() {
    assertFalse(authority.issue(NAMES).toString().contains("PRIVATE"));
  }

  private boolean stillGoodAt(Certificate issued, Instant at, List<String> names)
      throws GeneralSecurityException {
    return CertificateAuthority.read(
            authority.certificatePem(), authority.privateKeyPem(), InstantSource.fixed(at))
        .stillGood(issued.certificatePem(), issued.privateKeyPem(), names)
        .isPresent();
  }
}
