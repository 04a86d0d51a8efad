// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

/** A bundle that does not fit into one Secret. The one in force stays. */
public final class BundleTooLargeException extends Exception {
  private static final long serialVersionUID = 1L;

  BundleTooLargeException(String message) {
    super(message);
  }
}
