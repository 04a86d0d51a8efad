// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.engine.TestResult;
import java.util.List;

/** Results of policies' tests in the XML that CI servers read of JUnit. */
final class JUnitXml {
  private JUnitXml() {}

  static String of(List<TestCommand.Suite> suites) {
    var xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    for (TestCommand.Suite suite : suites) {
      xml.append("  <testsuite name=\"").append(escaped(suite.name()));
      xml.append("\" tests=\"").append(suite.results().size());
      xml.append("\" failures=\"").append(suite.failed()).append("\">\n");
      for (TestResult result : suite.results()) {
        xml.append("    <testcase classname=\"").append(escaped(suite.name()));
        xml.append("\" name=\"").append(escaped(TestCommand.caption(result))).append('"');
        if (result.passed()) {
          xml.append("/>\n");
          continue;
        }
        xml.append(">\n      <failure message=\"expected ").append(escaped(result.expected()));
        xml.append("\">").append(escaped("got " + result.actual()));
        xml.append("</failure>\n    </testcase>\n");
      }
      xml.append("  </testsuite>\n");
    }
    return xml.append("</testsuites>\n").toString();
  }

  /** Text for an element or an attribute; what XML 1.0 cannot hold becomes a question mark. */
  private static String escaped(String text) {
    var xml = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> xml.append("&amp;");
                case '<' -> xml.append("&lt;");
                case '>' -> xml.append("&gt;");
                case '"' -> xml.append("&quot;");
                default -> {
                  boolean mayStand =
                      (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) || c >= 0x10000;
                  xml.appendCodePoint(mayStand ? c : '?');
                }
              }
            });
    return xml.toString();
  }
}
