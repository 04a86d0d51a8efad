// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

/** A member of a bundle that is not as it must be; the message has its place and no secret. */
final class WrongBundleException extends Exception {
  private static final long serialVersionUID = 1L;

  WrongBundleException(String place, String message) {
    super((place.isEmpty() ? "" : place + " ") + message, null, false, false);
  }
}
