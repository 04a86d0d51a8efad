// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.http;

/**
 * A request that is not read any further. Its connection is closed after the answer: where the next
 * request begins is no longer certain.
 */
final class RefusedRequestException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  RefusedRequestException(int status, String text) {
    super(text, null, false, false); // input we do not trust: no stack trace to pay for
    this.status = status;
  }

  int status() {
    return status;
  }

  String text() {
    return String.valueOf(getMessage());
  }
}
