// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class DocumentLinesTest {
  private static final String YAML =
      """
      # a comment
      version: "1"
      tools:
        stop_vllm:
          denyIf:
          - {path: args.a, op: exists}
          -
            any:
            - {path: args.b, op: exists}
        "a b": {}
      tools.x: 1
      """;

  @Test
  void findsKeysAndElements() {
    DocumentLines lines = DocumentLines.of(YAML);
    assertEquals(2, lines.line("version"));
    assertEquals(4, lines.line("tools.stop_vllm"));
    assertEquals(6, lines.line("tools.stop_vllm.denyIf[0].op"));
    assertEquals(9, lines.line("tools.stop_vllm.denyIf[1].any[0]"));
    assertEquals(10, lines.line("tools[\"a b\"]"));
    assertEquals(11, lines.line("[\"tools.x\"]"));
  }

  @Test
  void findsAKeyByItsOtherSpelling() {
    assertEquals(6, DocumentLines.of(YAML).line("tools.stop_vllm.deny_if[0].op"));
    assertEquals(2, DocumentLines.of("tools:\n  a: {rate_limit: 1}").line("tools.a.rateLimit"));
  }

  @Test
  void answersWithWhatSurroundsAPlaceThatIsNotThere() {
    DocumentLines lines = DocumentLines.of(YAML);
    assertEquals(4, lines.line("tools.stop_vllm.limits[0].window"));
    assertEquals(2, lines.line(""));
    assertEquals(2, lines.line("nothing.of[3].it"));
  }

  @Test
  void countsOnInJson() {
    assertEquals(
        3,
        DocumentLines.of("{\n  \"tools\": {\n    \"a\": {\"limits\": []}}}")
            .line("tools.a.limits"));
  }

  @Test
  void keepsWhatComesBeforeAFault() {
    DocumentLines lines = DocumentLines.of("version: \"1\"\ntools:\n  a: [\n");
    assertEquals(2, lines.line("tools"));
    assertEquals(1, DocumentLines.of("").line("tools"));
    assertEquals(1, DocumentLines.of("\t").line(""));
    assertEquals(1, DocumentLines.of("{".repeat(200)).line("a"));
    assertEquals(1, DocumentLines.of("? [a]\n: 1\nb: 2\n").line("b"));
  }
}
