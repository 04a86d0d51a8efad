// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class PolicyReaderProperties {
  private static final JsonValue LIST_OF_LIST = JsonArray.of(JsonArray.of(new JsonNumber("5")));

  @Property(tries = 1_000)
  void neverThrowsOnAnyText(@ForAll String text) {
    assertNotNull(PolicyReader.read(text));
  }

  @Property(tries = 1_000)
  void neverThrowsOnPiecesOfPolicies(@ForAll("pieces") String text) {
    assertNotNull(PolicyReader.read(text));
  }

  @Property(tries = 500)
  void readsWhatItPrints(@ForAll("documents") PolicyDocument document) {
    JsonObject printed = PolicyPrinter.print(document);
    var expected = new PolicyReading.Valid(document);
    assertEquals(expected, PolicyReader.read(printed));
    assertEquals(expected, PolicyReader.read(JsonText.string(printed)));
    assertEquals(printed, PolicyPrinter.print(valid(printed)));
  }

  @Property(tries = 300)
  void readsYamlAsTheSameDocumentAsJson(@ForAll("documents") PolicyDocument document) {
    JsonObject printed = PolicyPrinter.print(document);
    var expected = new PolicyReading.Valid(document);
    // the same text read as YAML, which the comment makes it
    assertEquals(expected, PolicyReader.read("# yaml\n" + JsonText.string(printed)));
    String blocks = BlockYaml.write(printed);
    assertEquals(expected, PolicyReader.read(blocks), blocks);
  }

  @Property(tries = 300)
  void readsBothSpellingsAsTheSameDocument(@ForAll("documents") PolicyDocument document) {
    assertEquals(document, valid(Respelt.inCamelCase(PolicyPrinter.print(document))));
  }

  @Property(tries = 300)
  void readsKeysInAnyOrderAsTheSameDocument(
      @ForAll("documents") PolicyDocument document, @ForAll Random random) {
    assertEquals(document, valid(Respelt.shuffled(PolicyPrinter.print(document), random)));
  }

  /** A key that is not understood is never ignored, in whichever object of the language. */
  @Property(tries = 300)
  void refusesAnUnknownKeyAnywhere(
      @ForAll("documents") PolicyDocument document, @ForAll Random random) {
    JsonObject printed = PolicyPrinter.print(document);
    List<List<Object>> objects = Respelt.objectsOfTheLanguage(printed);
    List<Object> steps = objects.get(random.nextInt(objects.size()));
    JsonValue wrong =
        Edit.at(
            printed,
            steps,
            object -> object.map(o -> ((JsonObject) o).with("unkown", JsonValue.of(true))));
    var invalid =
        assertInstanceOf(
            PolicyReading.Invalid.class, PolicyReader.read((JsonObject) wrong), wrong::toString);
    assertEquals(1, invalid.problems().size());
    assertTrue(
        invalid.problems().getFirst().message().startsWith("`unkown` is not a key of "),
        invalid::toString);
  }

  /** Types are never made to fit, in whichever field of the language. */
  @Property(tries = 300)
  void refusesAWrongTypeAnywhere(
      @ForAll("documents") PolicyDocument document, @ForAll Random random) {
    JsonObject printed = PolicyPrinter.print(document);
    List<List<Object>> fields = Respelt.fieldsOfTheLanguage(printed);
    List<Object> field = fields.get(random.nextInt(fields.size()));
    for (JsonValue wrong : List.of(LIST_OF_LIST, JsonValue.JsonNull.NULL, new JsonNumber("0.5"))) {
      JsonValue changed = Edit.at(printed, field, _ -> Optional.of(wrong));
      assertInstanceOf(
          PolicyReading.Invalid.class,
          PolicyReader.read((JsonObject) changed),
          () -> field + " in " + changed);
    }
  }

  private static PolicyDocument valid(JsonObject printed) {
    PolicyReading reading = PolicyReader.read(printed);
    return assertInstanceOf(PolicyReading.Valid.class, reading, () -> reading + " " + printed)
        .document();
  }

  /** A changed character makes another document or an error, never an exception. */
  @Property(tries = 1_000)
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
            "require",
            "deny_if",
            "denyIf",
            "all",
            "not",
            "path",
            "args.a",
            "/a~1",
            "op",
            "regex",
            "in",
            "value",
            "(a{9}",
            "approval",
            "ttl",
            "schedule",
            "from",
            "22:00",
            "except",
            "2026-02-30",
            "tests",
            "call",
            "expect",
            "all_tools",
            "resources",
            "prompts",
            "hide",
            "cost",
            "timeZone",
            "Europe/Berlin",
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
