// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.sidecar;

/** Log lines go to standard error, one line each: standard output belongs to the audit record. */
final class Logging {
  private Logging() {}

  /** Called before anything logs. */
  static void toStandardError() {
    System.setProperty(
        "java.util.logging.SimpleFormatter.format", "%1$tFT%1$tT.%1$tL%1$tz %4$s %3$s: %5$s%6$s%n");
  }
}
