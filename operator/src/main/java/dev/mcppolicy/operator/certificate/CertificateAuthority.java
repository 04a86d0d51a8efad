// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.certificate;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The authority that signs the certificates of sidecars and of the webhook: ECDSA on P-256,
 * SHA-256. Any thread may call.
 */
public final class CertificateAuthority {
  public static final Duration OWN_LIFE = Duration.ofDays(3650);
  public static final Duration LEAF_LIFE = Duration.ofDays(90);

  /** Clocks of clients may be behind. */
  static final Duration BACKDATED = Duration.ofMinutes(5);

  private final X509Certificate certificate;
  private final KeyPair keys;
  private final InstantSource clock;

  private CertificateAuthority(X509Certificate certificate, KeyPair keys, InstantSource clock) {
    this.certificate = certificate;
    this.keys = keys;
    this.clock = clock;
  }

  /** A new authority, valid for ten years. */
  public static CertificateAuthority create(InstantSource clock) {
    KeyPair keys = X509.newKeys();
    return new CertificateAuthority(X509.selfSigned(keys, clock.instant(), OWN_LIFE), keys, clock);
  }

  /**
   * The authority that was kept as two PEM texts.
   *
   * @throws GeneralSecurityException when they cannot be read or do not belong together
   */
  public static CertificateAuthority read(
      String certificatePem, String privateKeyPem, InstantSource clock)
      throws GeneralSecurityException {
    X509Certificate certificate = X509.certificates(certificatePem).getFirst();
    KeyPair keys = new KeyPair(certificate.getPublicKey(), X509.privateKey(privateKeyPem));
    X509.checkPair(keys);
    return new CertificateAuthority(certificate, keys, clock);
  }

  /** What clients trust: the {@code ca.crt} of grants, the {@code caBundle} of webhooks. */
  public String certificatePem() {
    return X509.pem("CERTIFICATE", X509.encoded(certificate));
  }

  /** Secret. */
  String privateKeyPem() {
    return X509.pem("PRIVATE KEY", keys.getPrivate().getEncoded());
  }

  /**
   * A new certificate for a TLS server, valid for 90 days.
   *
   * @param names DNS names, and IP addresses in their usual form; the first DNS name is the subject
   */
  public Certificate issue(List<String> names) {
    KeyPair leaf = X509.newKeys();
    Instant now = clock.instant();
    X509Certificate issued =
        X509.signed(leaf, names, now, LEAF_LIFE, keys.getPrivate(), certificate);
    return new Certificate(
        X509.pem("CERTIFICATE", X509.encoded(issued)) + certificatePem(),
        X509.pem("PRIVATE KEY", leaf.getPrivate().getEncoded()),
        issued.getNotBefore().toInstant(),
        issued.getNotAfter().toInstant());
  }

  /**
   * A kept certificate, if it still serves: issued by this authority, for exactly these names, not
   * yet due for renewal.
   */
  public Optional<Certificate> stillGood(
      String certificatePem, String privateKeyPem, List<String> names) {
    try {
      X509Certificate leaf = X509.certificates(certificatePem).getFirst();
      leaf.verify(certificate.getPublicKey());
      X509.checkPair(new KeyPair(leaf.getPublicKey(), X509.privateKey(privateKeyPem)));
      Certificate kept =
          new Certificate(
              certificatePem,
              privateKeyPem,
              leaf.getNotBefore().toInstant(),
              leaf.getNotAfter().toInstant());
      boolean current =
          X509.names(leaf).equals(new TreeSet<>(names)) && clock.instant().isBefore(kept.renewAt());
      return current ? Optional.of(kept) : Optional.empty();
    } catch (GeneralSecurityException e) {
      return Optional.empty(); // not ours or not readable: a new one takes its place
    }
  }
}
