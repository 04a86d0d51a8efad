// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import java.util.List;
import java.util.Locale;

/** What {@code mcp-policy check} found, file by file in the order in which they were given. */
record CheckReport(List<Finding> findings, List<Checked> checked) {
  CheckReport {
    findings = List.copyOf(findings);
    checked = List.copyOf(checked);
  }

  enum Severity {
    ERROR,
    WARNING,
    /** Something was not looked at. */
    NOTE;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * @param line from 1; 0 when the file itself cannot be read
   * @param path the place in the document; empty for the whole
   */
  record Finding(Severity severity, String file, int line, String path, String message) {

    /** Place and message in one line. */
    String text() {
      return path.isEmpty() ? message : path + ": " + message;
    }
  }

  /**
   * A policy that was read.
   *
   * @param policy how it is called in decisions
   */
  record Checked(String file, String policy, int rules, int tests, boolean isValid) {}

  long count(Severity severity) {
    return findings.stream().filter(finding -> finding.severity() == severity).count();
  }
}
