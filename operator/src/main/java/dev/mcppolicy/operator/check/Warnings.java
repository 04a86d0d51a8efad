// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.check;

import dev.mcppolicy.api.v1alpha1.McpPolicyStatus;
import dev.mcppolicy.engine.analysis.PolicyAnalysis;
import dev.mcppolicy.engine.catalogue.CatalogueTool;
import dev.mcppolicy.engine.document.PolicyDocument;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What may be a mistake in a policy that can be read, one line each that begins with its place. */
public final class Warnings {
  private static final int CHARS_MAX = 512;

  private Warnings() {}

  /** All of them. */
  public static List<String> of(PolicyDocument document, Map<String, CatalogueTool> known) {
    return PolicyAnalysis.warnings(document, known).stream()
        .map(warning -> PolicyCheck.place(warning.path()) + warning.message())
        .map(line -> shortened(line, CHARS_MAX))
        .toList();
  }

  /** For the status: bounded, with the number of those that are left out. */
  public static List<String> of(PolicyCheck check, Map<String, CatalogueTool> known) {
    return switch (check) {
      case PolicyCheck.Valid(_, var read) -> bounded(of(read, known), McpPolicyStatus.WARNINGS_MAX);
      case PolicyCheck.TestsFailed(var read, _) ->
          bounded(of(read, known), McpPolicyStatus.WARNINGS_MAX);
      case PolicyCheck.Invalid _ -> List.of();
    };
  }

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
