// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

/** How many units a call takes from a limit. */
public sealed interface Cost {
  Cost ONE = new Units(1);

  /**
   * The same for every call.
   *
   * @param units 0 or more
   */
  record Units(long units) implements Cost {}

  /**
   * What an argument says: an integer from 0 to {@code max}; anything else denies the call.
   *
   * @param max 1 or more
   */
  record Argument(ValuePath.Argument path, long max) implements Cost {}
}
