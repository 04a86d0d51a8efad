// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.analysis;

import dev.mcppolicy.engine.catalogue.CatalogueTool;
import dev.mcppolicy.engine.catalogue.RiskCatalogue;
import dev.mcppolicy.engine.document.PolicyDocument;
import dev.mcppolicy.engine.document.PolicyReader;
import dev.mcppolicy.engine.document.PolicyReading;
import dev.mcppolicy.engine.document.Problem;
import java.util.List;
import java.util.Map;

/** What tests of warnings are written with. */
final class Analysed {
  private Analysed() {}

  static PolicyDocument document(String text) {
    return switch (PolicyReader.read(text)) {
      case PolicyReading.Valid(PolicyDocument document) -> document;
      case PolicyReading.Invalid invalid ->
          throw new IllegalArgumentException(invalid.problems().toString());
    };
  }

  static List<String> warnings(String text, Map<String, CatalogueTool> known) {
    return PolicyAnalysis.warnings(document(text), known).stream().map(Problem::text).toList();
  }

  /** Warnings that need not know the server. */
  static List<String> warnings(String text) {
    return warnings(text, Map.of());
  }

  /** Warnings for vllm-mcp-server, but for the one on tools that no rule names. */
  static List<String> forVllm(String text) {
    return warnings(text, RiskCatalogue.vllm().byName()).stream()
        .filter(warning -> !warning.startsWith("default: "))
        .toList();
  }

  /** A document with one rule for a tool, in YAML's flow style. */
  static String rule(String tool, String rule) {
    return "{version: '1', default: deny, tools: {" + tool + ": " + rule + "}}";
  }
}
