// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.json;

/**
 * A document that the strict reader refuses. The message says what and where, is one line of
 * bounded length, and holds no control character of the document.
 */
public final class MalformedJsonException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedJsonException(String message) {
    super(message, null, false, false); // input we do not trust: no stack trace to pay for
  }
}
