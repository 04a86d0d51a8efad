// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker;

/** What an engine said to one request. */
sealed interface EngineReply<T> {

  /** Status 200 to 299, or 304, which means that nothing had to be changed. */
  record Done<T>(int status, T body) implements EngineReply<T> {}

  /**
   * Any other status.
   *
   * @param message the engine's own, printable and bounded
   */
  record Denied<T>(int status, String message) implements EngineReply<T> {}

  /**
   * No answer, or none that can be read; whether the request had an effect is not known.
   *
   * @param why one bounded line
   */
  record NoAnswer<T>(String why) implements EngineReply<T> {}

  /**
   * The engine has seen nothing of it.
   *
   * @param why one bounded line
   */
  record NotSent<T>(String why) implements EngineReply<T> {}
}
