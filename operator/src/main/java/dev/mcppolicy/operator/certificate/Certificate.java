// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.certificate;

import java.time.Duration;
import java.time.Instant;

/**
 * A certificate that the authority issued, with its key.
 *
 * @param certificatePem the chain, leaf first, then the authority
 * @param privateKeyPem PKCS #8; secret
 */
public record Certificate(
    String certificatePem, String privateKeyPem, Instant notBefore, Instant notAfter) {

  /** When to replace it: two thirds into its life, so that a third is left for failures. */
  public Instant renewAt() {
    return notBefore.plus(Duration.between(notBefore, notAfter).multipliedBy(2).dividedBy(3));
  }

  @Override
  public String toString() {
    return "Certificate[until " + notAfter + "]";
  }
}
