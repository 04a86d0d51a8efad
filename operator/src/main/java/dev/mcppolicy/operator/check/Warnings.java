// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.check;

import java.util.List;
import java.util.stream.Stream;

/** What may be a mistake in a policy that can be read, one line each that begins with its place. */
public final class Warnings {
  private Warnings() {}

  /** The first ones, and in place of the others how many they are. */
  public static List<String> bounded(List<String> warnings, int max) {
    return warnings.size() <= max
        ? warnings
        : Stream.concat(
                warnings.stream().limit(max - 1L),
                Stream.of("and " + (warnings.size() - max + 1) + " more warnings"))
            .toList();
  }

  /** The beginning of a line. */
  public static String shortened(String line, int charsMax) {
    return line.length() <= charsMax ? line : line.substring(0, charsMax - 1) + "…";
  }
}
