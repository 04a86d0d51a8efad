// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

/** A request to the guarded server whose reply has not arrived. */
public interface PendingCall {

  /**
   * Tells the server that the answer is no longer wanted, and fails the call. Without effect when
   * the reply has arrived.
   *
   * @param reason for the server and in the failure
   */
  void cancel(String reason);
}
