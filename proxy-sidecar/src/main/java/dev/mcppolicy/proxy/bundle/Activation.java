// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.bundle;

/** What became of an offered bundle. */
public sealed interface Activation {

  /**
   * Every call that begins from now on is decided by this bundle.
   *
   * @param digest as acknowledged in McpServerState
   */
  record Activated(long sequence, String digest) implements Activation {}

  /**
   * The bundle before stays, or there is still none and every call is denied.
   *
   * @param why one bounded line for the log, without a secret
   */
  record Refused(String why) implements Activation {}
}
