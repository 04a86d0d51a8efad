// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

/** Numbers of things, as people write them. */
final class Plural {
  private Plural() {}

  /** {@code 1 rule}, {@code 2 rules}. */
  static String of(long count, String thing) {
    return count + " " + thing + (count == 1 ? "" : "s");
  }
}
