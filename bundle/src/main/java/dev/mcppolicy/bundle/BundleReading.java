// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

/** What came of decoding a bundle. */
public sealed interface BundleReading {

  /**
   * @param digest SHA-256 of the content, as acknowledged in McpServerState: {@code sha256:} and 64
   *     hexadecimal digits
   */
  record Accepted(Bundle bundle, String digest) implements BundleReading {}

  /**
   * @param reason one bounded line for the log and the status, without a secret
   */
  record Refused(String reason) implements BundleReading {}
}
