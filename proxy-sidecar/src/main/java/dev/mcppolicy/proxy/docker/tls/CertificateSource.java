// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker.tls;

/** Where the client's certificate is kept. Safe for use by many threads; blocks for seconds. */
public interface CertificateSource {
  Reading read(String secretName);

  /** What was found. */
  sealed interface Reading {
    record Read(ClientCertificate certificate) implements Reading {}

    /**
     * @param why one clause with what to do; nothing of what it holds
     */
    record Not(String why) implements Reading {}
  }
}
