// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.reference;

/** How many situations a test looks at: the property {@code numbers}. */
final class Numbers {
  private Numbers() {}

  /**
   * @param mutation under mutation testing, where every test runs hundreds of times
   * @param small in every run of the tests
   * @param full when there is time
   */
  static int of(int mutation, int small, int full) {
    return switch (System.getProperty("numbers", "small")) {
      case "mutation" -> mutation;
      case "full" -> full;
      default -> small;
    };
  }
}
