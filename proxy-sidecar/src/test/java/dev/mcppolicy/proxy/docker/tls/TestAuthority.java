// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker.tls;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** Signs certificates, as DER by hand (RFC 5280): it is quicker than a program for each. */
final class TestAuthority {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private static final byte[] ECDSA_WITH_SHA256 = hex("300a06082a8648ce3d040302");

  private final String name;
  private final KeyPair keys;
  private final String pem;
  private long serial = 1;

  TestAuthority(String name) throws GeneralSecurityException {
    this.name = name;
    this.keys = keys("EC");
    byte[] isAuthority = extension("551d13", der(0x30, der(0x01, new byte[] {-1})));
    this.pem = signed(name, keys, isAuthority, Instant.now().plus(Duration.ofDays(1)));
  }

  /** PEM, with its key in PKCS #8. */
  record Identity(String certificate, String key, KeyPair keys) {}

  String pem() {
    return pem;
  }

  /** What a client of this authority's engines has. */
  ClientCertificate client() throws GeneralSecurityException {
    Identity client = identity("client", "EC", Instant.now().plus(Duration.ofDays(1)));
    return new ClientCertificate(pem, client.certificate(), client.key());
  }

  Identity server(String host) throws GeneralSecurityException {
    return identity(host, "EC", Instant.now().plus(Duration.ofDays(1)));
  }

  Identity identity(String host, String algorithm, Instant end) throws GeneralSecurityException {
    KeyPair own = keys(algorithm);
    byte[] dnsName = der(0x82, host.getBytes(StandardCharsets.US_ASCII));
    String certificate = signed(host, own, extension("551d11", der(0x30, dnsName)), end);
    return new Identity(certificate, pem("PRIVATE KEY", own.getPrivate().getEncoded()), own);
  }

  private static KeyPair keys(String algorithm) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(algorithm.equals("EC") ? 256 : 2048);
    return generator.generateKeyPair();
  }

  private String signed(String subject, KeyPair own, byte[] extension, Instant end)
      throws GeneralSecurityException {
    byte[] validity = der(0x30, time(end.minus(Duration.ofDays(2))), time(end));
    byte[] content =
        der(
            0x30,
            der(0xA0, hex("020102")),
            der(0x02, BigInteger.valueOf(serial++).toByteArray()),
            ECDSA_WITH_SHA256,
            named(name),
            validity,
            named(subject),
            own.getPublic().getEncoded(),
            der(0xA3, der(0x30, extension)));
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(keys.getPrivate());
    signature.update(content);
    byte[] bits = concat(new byte[] {0}, signature.sign());
    return pem("CERTIFICATE", der(0x30, content, ECDSA_WITH_SHA256, der(0x03, bits)));
  }

  private static byte[] named(String name) {
    byte[] text = der(0x0C, name.getBytes(StandardCharsets.UTF_8));
    return der(0x30, der(0x31, der(0x30, hex("0603550403"), text)));
  }

  private static byte[] extension(String oid, byte[] value) {
    return der(0x30, der(0x06, hex(oid)), der(0x04, value));
  }

  private static byte[] time(Instant instant) {
    return der(0x18, TIME.format(instant).getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] der(int tag, byte[]... contents) {
    byte[] content = concat(contents);
    int length = content.length;
    byte[] head =
        length < 0x80
            ? new byte[] {(byte) tag, (byte) length}
            : length < 0x100
                ? new byte[] {(byte) tag, (byte) 0x81, (byte) length}
                : new byte[] {(byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length};
    return concat(head, content);
  }

  private static byte[] concat(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    Arrays.stream(parts).forEach(all::writeBytes);
    return all.toByteArray();
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  static String pem(String what, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(what, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), what);
  }
}
