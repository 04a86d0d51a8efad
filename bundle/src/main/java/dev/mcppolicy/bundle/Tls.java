// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

/**
 * The certificate that the front shows.
 *
 * @param certificatePem the chain, leaf first
 * @param privateKeyPem PKCS #8; secret
 */
public record Tls(String certificatePem, String privateKeyPem) {
  @Override
  public String toString() {
    return "Tls[secret]";
  }
}
