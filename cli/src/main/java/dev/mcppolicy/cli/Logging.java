// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

/** Log lines go to standard error, one line each: standard output belongs to messages. */
final class Logging {
  private static final String FORMAT = "java.util.logging.SimpleFormatter.format";

  private Logging() {}

  /** Called before anything logs. */
  static void toStandardError() {
    if (System.getProperty(FORMAT) == null) {
      System.setProperty(FORMAT, "%1$tT %4$s %5$s%6$s%n");
    }
  }
}
