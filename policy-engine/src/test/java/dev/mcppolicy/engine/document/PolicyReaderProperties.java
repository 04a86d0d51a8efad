// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue.JsonObject;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class PolicyReaderProperties {

  @Property(tries = 2_000)
  void neverThrowsOnAnyText(@ForAll String text) {
    assertNotNull(PolicyReader.read(text));
  }

  @Property(tries = 3_000)
  void neverThrowsOnPiecesOfPolicies(@ForAll("pieces") String text) {
    assertNotNull(PolicyReader.read(text));
  }

  @Property(tries = 1_000)
  void readsWhatItPrints(@ForAll("documents") PolicyDocument document) {
    JsonObject printed = PolicyPrinter.print(document);
    var expected = new PolicyReading.Valid(document);
    assertEquals(expected, PolicyReader.read(printed));
    assertEquals(expected, PolicyReader.read(JsonText.string(printed)));
    // the same text read as YAML, which the comment makes it
    assertEquals(expected, PolicyReader.read("# yaml\n" + JsonText.string(printed)));
  }

  /** A changed character makes another document or an error, never an exception. */
  @Property(tries = 2_000)
  void neverThrowsOnADamagedPolicy(
      @ForAll("documents") PolicyDocument document, @ForAll int at, @ForAll char c) {
    var text = new StringBuilder(JsonText.string(PolicyPrinter.print(document)));
    text.setCharAt(Math.floorMod(at, text.length()), c);
    assertNotNull(PolicyReader.read(text.toString()));
  }

  @Provide
  Arbitrary<PolicyDocument> documents() {
    return DocumentArbitraries.documents();
  }

  @Provide
  Arbitrary<String> pieces() {
    return Arbitraries.of(
            "version",
            "default",
            "tools",
            "limits",
            "rate_limit",
            "rateLimit",
            "max",
            "window",
            "counter",
            "scope",
            "action",
            "reason",
            ": ",
            ":",
            "\n",
            "\n  ",
            "\n    ",
            "- ",
            "{",
            "}",
            "[",
            "]",
            ",",
            "\"1\"",
            "1",
            "deny",
            "allow",
            "minute",
            "10/minute",
            "grant",
            "no",
            "~",
            "&a ",
            "*a",
            "!!str ",
            "|\n",
            ">\n",
            "? ",
            "---\n",
            "...\n",
            "%YAML 1.1\n",
            "\t",
            "#",
            "'",
            "\"",
            "\\u0000",
            "\\ud800",
            "\ud800",
            "\u0000",
            "\u2028",
            "\ufeff",
            "<<",
            "1e999",
            "0x1",
            "1:1",
            "@",
            "`")
        .list()
        .ofMaxSize(40)
        .map(pieces -> String.join("", pieces));
  }
}
