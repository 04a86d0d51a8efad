// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/**
 * TLS 1.2 or 1.3 as a client that always shows a certificate, and trusts nobody but the authorities
 * that came with it.
 */
final class ClientTls {
  private static final int CERTIFICATES_MAX = 16;
  private static final char[] NO_PASSWORD = new char[0];

  private ClientTls() {}

  /** The name in the certificate must be that of the host. */
  static SSLParameters parameters() {
    var parameters = new SSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    return parameters;
  }

  static SSLContext context(ClientCertificate client, Instant now)
      throws UnusableCertificateException {
    List<X509Certificate> authorities = certificates("ca.crt", client.authorities());
    List<X509Certificate> chain = certificates("tls.crt", client.chain());
    X509Certificate own = chain.getFirst();
    if (now.isAfter(own.getNotAfter().toInstant())) {
      throw new UnusableCertificateException(
          "tls.crt expired at %s; renew it".formatted(own.getNotAfter().toInstant()));
    }
    String algorithm = own.getPublicKey().getAlgorithm();
    if (!algorithm.equals("RSA") && !algorithm.equals("EC")) {
      throw new UnusableCertificateException(
          "tls.crt is for a key of the kind %s; make one for RSA or EC".formatted(algorithm));
    }
    PrivateKey key = PemKey.read(client.key(), algorithm);
    if (!belong(key, own.getPublicKey())) {
      throw new UnusableCertificateException("tls.key is not the key of tls.crt");
    }
    try {
      KeyStore keys = empty();
      keys.setKeyEntry("client", key, NO_PASSWORD, chain.toArray(Certificate[]::new));
      KeyManagerFactory shown =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      shown.init(keys, NO_PASSWORD);
      KeyStore trusted = empty();
      for (int i = 0; i < authorities.size(); i++) {
        trusted.setCertificateEntry("ca-" + i, authorities.get(i));
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(shown.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new UnusableCertificateException(
          "tls.crt is no chain: its own certificate comes first, then each that signed the one before");
    }
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }

  private static List<X509Certificate> certificates(String entry, String pem)
      throws UnusableCertificateException {
    try {
      Collection<? extends Certificate> found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(pem.getBytes(StandardCharsets.ISO_8859_1)));
      if (!found.isEmpty() && found.size() <= CERTIFICATES_MAX) {
        return found.stream().map(X509Certificate.class::cast).toList();
      }
      throw new UnusableCertificateException(
          "%s holds %d certificates in PEM; 1 to %d are allowed"
              .formatted(entry, found.size(), CERTIFICATES_MAX));
    } catch (CertificateException e) {
      throw new UnusableCertificateException(entry + " holds no certificate in PEM");
    }
  }

  /** Whether what the one signs the other verifies. */
  private static boolean belong(PrivateKey key, PublicKey certified) {
    byte[] text = {1, 2, 3, 4, 5, 6, 7, 8};
    try {
      Signature signature =
          Signature.getInstance("SHA256with" + (key.getAlgorithm().equals("EC") ? "ECDSA" : "RSA"));
      signature.initSign(key);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(certified);
      signature.update(text);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
