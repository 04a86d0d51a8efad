// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.mcp;

import java.util.Optional;

/**
 * A JSON value that is not a message which may be sent here. Over HTTP it is answered with status
 * 400.
 */
public final class InvalidMessageException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient RpcError error;
  private final transient Optional<RequestId> id;

  public InvalidMessageException(int code, String text, Optional<RequestId> id) {
    super(text, null, false, false); // input we do not trust: no stack trace to pay for
    this.error = new RpcError(code, text);
    this.id = id;
  }

  public RpcError error() {
    return error;
  }

  /** The id that an answer should carry: present when the message had a valid one. */
  public Optional<RequestId> id() {
    return id;
  }
}
