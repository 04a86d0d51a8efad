// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker.tls;

import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a private key as PEM holds it (RFC 7468). Messages hold nothing of it. */
final class PemKey {
  private static final String BEGIN = "-----BEGIN ";
  private static final Pattern LABEL =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]{0,40}PRIVATE KEY)-----");

  /** Writes every form of a key as PKCS #8, and asks for the password of one that has one. */
  private static final String CONVERT = "convert it with `openssl pkey -in tls.key -out pkcs8.key`";

  private PemKey() {}

  /**
   * @param algorithm of the key in the certificate: RSA or EC
   */
  static PrivateKey read(String pem, String algorithm) throws UnusableCertificateException {
    Matcher label = LABEL.matcher(pem);
    if (!label.find()) {
      throw wrong(
          pem.contains(BEGIN)
              ? "holds no private key, but something else in PEM"
              : "holds no private key in PEM, which begins with -----BEGIN PRIVATE KEY-----");
    }
    String form = label.group(1);
    if (form.equals("ENCRYPTED PRIVATE KEY") || pem.contains("Proc-Type: 4,ENCRYPTED")) {
      throw wrong("is encrypted, and nobody is here to give the password; " + CONVERT);
    }
    if (!form.equals("PRIVATE KEY")) {
      throw wrong(
          "has the form %s%s and not PKCS #8; %s"
              .formatted(form, form.startsWith("RSA") ? " (PKCS #1)" : "", CONVERT));
    }
    String end = "-----END PRIVATE KEY-----";
    int to = pem.indexOf(end, label.end());
    if (to < 0) {
      throw wrong("is not whole: it has no line " + end);
    }
    return key(pem.substring(label.end(), to), algorithm);
  }

  private static PrivateKey key(String base64, String algorithm)
      throws UnusableCertificateException {
    try {
      byte[] der = Base64.getMimeDecoder().decode(base64);
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (IllegalArgumentException | InvalidKeySpecException notThis) {
      throw wrong("holds no key of the kind " + algorithm + ", which is that of tls.crt");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has RSA and EC", impossible);
    }
  }

  private static UnusableCertificateException wrong(String what) {
    return new UnusableCertificateException("tls.key " + what);
  }
}
