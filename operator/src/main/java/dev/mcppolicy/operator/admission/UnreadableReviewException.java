// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission;

/** A body that is no AdmissionReview; the message says what is not as it must be. */
final class UnreadableReviewException extends Exception {
  private static final long serialVersionUID = 1L;

  UnreadableReviewException(String message) {
    super(message);
  }
}
