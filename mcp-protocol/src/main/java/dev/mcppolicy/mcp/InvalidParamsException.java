// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.mcp;

/**
 * Params that their method does not take. Answered with {@link RpcError#INVALID_PARAMS}, over HTTP
 * with status 200: the message itself was one.
 */
public final class InvalidParamsException extends Exception {
  private static final long serialVersionUID = 1L;

  public InvalidParamsException(String text) {
    super(text, null, false, false); // input we do not trust: no stack trace to pay for
  }

  public RpcError error() {
    return new RpcError(RpcError.INVALID_PARAMS, String.valueOf(getMessage()));
  }
}
