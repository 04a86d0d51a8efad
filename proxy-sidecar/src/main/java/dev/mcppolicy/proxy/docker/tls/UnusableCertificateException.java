// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker.tls;

/** A certificate or key that cannot be used; the message says which entry, why and what to do. */
final class UnusableCertificateException extends Exception {
  private static final long serialVersionUID = 1L;

  UnusableCertificateException(String message) {
    super(message);
  }
}
