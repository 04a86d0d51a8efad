// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker.tls;

/**
 * What a client of an engine shows, and whom it trusts. The bytes are as they were found.
 *
 * @param authorities PEM: who may have signed the engine's certificate
 * @param chain PEM: the client's own certificate first
 * @param key PEM, PKCS #8, not encrypted; secret
 */
public record ClientCertificate(String authorities, String chain, String key) {
  @Override
  public String toString() {
    return "ClientCertificate[secret]";
  }
}
