// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.http;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLException;

/** The certificate that a front shows, with TLS 1.2 and 1.3. */
public final class FrontTls {
  private FrontTls() {}

  /**
   * @param certificatePem the chain, leaf first
   * @param privateKeyPem PKCS #8
   * @throws IllegalArgumentException if they are not that, or do not belong together; the message
   *     holds nothing of the key
   */
  public static SslContext of(String certificatePem, String privateKeyPem) {
    try {
      return SslContextBuilder.forServer(stream(certificatePem), stream(privateKeyPem))
          .sslProvider(SslProvider.JDK)
          .protocols("TLSv1.3", "TLSv1.2")
          .build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new IllegalArgumentException("the certificate or its key cannot be used", e);
    }
  }

  private static ByteArrayInputStream stream(String pem) {
    return new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
  }
}
