// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class ClientTlsTest {
  private static TestAuthority authority;
  private static ClientCertificate good;

  @BeforeAll
  static void sign() throws GeneralSecurityException {
    authority = new TestAuthority("authority");
    good = authority.client();
  }

  private static String refusal(ClientCertificate client) {
    return refusal(client, Instant.now());
  }

  private static String refusal(ClientCertificate client, Instant now) {
    String why =
        String.valueOf(
            assertThrows(UnusableCertificateException.class, () -> ClientTls.context(client, now))
                .getMessage());
    for (String line : good.key().split("\n", -1)) {
      assertFalse(line.length() > 20 && !line.startsWith("-") && why.contains(line), why);
    }
    return why;
  }

  private static ClientCertificate withKey(String key) {
    return new ClientCertificate(good.authorities(), good.chain(), key);
  }

  @Test
  void saysWhatFormAKeyHasAndHowToConvertIt() {
    String convert = "convert it with `openssl pkey -in tls.key -out pkcs8.key`";
    assertEquals(
        "tls.key has the form RSA PRIVATE KEY (PKCS #1) and not PKCS #8; " + convert,
        refusal(withKey(TestAuthority.pem("RSA PRIVATE KEY", new byte[200]))));
    assertEquals(
        "tls.key has the form EC PRIVATE KEY and not PKCS #8; " + convert,
        refusal(
            withKey(
                TestAuthority.pem("EC PARAMETERS", new byte[8])
                    + TestAuthority.pem("EC PRIVATE KEY", new byte[100]))));
    assertEquals(
        "tls.key is encrypted, and nobody is here to give the password; " + convert,
        refusal(withKey(TestAuthority.pem("ENCRYPTED PRIVATE KEY", new byte[200]))));
    assertEquals(
        "tls.key is encrypted, and nobody is here to give the password; " + convert,
        refusal(
            withKey(
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES\n\nAAAA\n")));
  }

  @Test
  void saysThatAKeyIsNone() throws GeneralSecurityException {
    assertEquals(
        "tls.key holds no private key in PEM, which begins with -----BEGIN PRIVATE KEY-----",
        refusal(withKey("")));
    assertEquals(
        "tls.key holds no private key, but something else in PEM", refusal(withKey(good.chain())));
    assertEquals(
        "tls.key is not whole: it has no line -----END PRIVATE KEY-----",
        refusal(withKey(good.key().substring(0, 60))));
    assertEquals(
        "tls.key holds no key of the kind EC, which is that of tls.crt",
        refusal(withKey(TestAuthority.pem("PRIVATE KEY", new byte[50]))));
    assertEquals(
        "tls.key is not the key of tls.crt", refusal(withKey(authority.server("localhost").key())));
  }

  @Test
  void saysWhatIsWrongWithCertificates() throws GeneralSecurityException {
    assertEquals(
        "ca.crt holds no certificate in PEM",
        refusal(new ClientCertificate("nothing", good.chain(), good.key())));
    assertEquals(
        "tls.crt holds no certificate in PEM",
        refusal(
            new ClientCertificate(
                good.authorities(), TestAuthority.pem("CERTIFICATE", new byte[50]), good.key())));
    assertEquals(
        "ca.crt holds 17 certificates in PEM; 1 to 16 are allowed",
        refusal(new ClientCertificate(good.authorities().repeat(17), good.chain(), good.key())));
    assertTrue(
        refusal(
                new ClientCertificate(
                    good.authorities(),
                    good.chain() + authority.server("x").certificate(),
                    good.key()))
            .startsWith("tls.crt is no chain: "));
    assertTrue(
        refusal(good, Instant.now().plus(Duration.ofDays(2))).startsWith("tls.crt expired at "));
  }

  @Test
  void asksForTls12AtTheLeastAndForTheNameOfTheHost() {
    SSLParameters parameters = ClientTls.parameters();
    assertArrayEquals(new String[] {"TLSv1.3", "TLSv1.2"}, parameters.getProtocols());
    assertEquals("HTTPS", parameters.getEndpointIdentificationAlgorithm());
  }

  @Test
  void showsNoKeyInItsText() {
    assertEquals("ClientCertificate[secret]", good.toString());
  }
}
