// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The measured differences between parsers (threat model, the table before T1): each is refused, or
 * written in the one form that all read alike.
 */
final class StrictJsonTest {
  private final StrictJson json = new StrictJson(JsonLimits.REQUEST);

  private String refusal(byte[] document) {
    return String.valueOf(
        assertThrows(MalformedJsonException.class, () -> json.read(document)).getMessage());
  }

  private String refusal(String document) {
    return refusal(document.getBytes(StandardCharsets.UTF_8));
  }

  private String rewritten(String document) throws MalformedJsonException {
    return JsonText.string(json.read(document.getBytes(StandardCharsets.UTF_8)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"name\":\"a\",\"name\":\"b\"}",
        "{\"name\":\"a\",\"\\u006eame\":\"b\"}",
        "{\"p\":{\"q\":[{\"x\":1,\"x\":1}]}}"
      })
  void refusesDuplicateNamesAtEveryDepth(String document) {
    assertTrue(refusal(document).contains("stands twice"), () -> refusal(document));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":1}{\"b\":2}", "{\"a\":1} xyz", "{\"a\":1}\0", "[] ]", "1 2"})
  void refusesAnythingAfterTheDocument(String document) {
    refusal(document);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "\n",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "'a'",
        "// c\n1",
        "{\"a\":\"\u0001\"}",
        "\"a\nb\""
      })
  void refusesWhatIsNotJson(String document) {
    refusal(document);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NaN",
        "Infinity",
        "-Infinity",
        "1e400",
        "-1e400",
        "1e-400",
        "01",
        ".5",
        "+1",
        "0x10",
        "1.",
        "--1"
      })
  void refusesNumbersThatParsersDifferOn(String document) {
    refusal(document);
  }

  @Test
  void refusesNumbersOfManyDigits() {
    refusal("1".repeat(65));
    refusal("1".repeat(4301));
  }

  @ParameterizedTest
  @CsvSource({
    "overlong slash, 22C0AF22",
    "overlong n in a name, 7BC1AE616D653A317D",
    "surrogate bytes, 22EDA08022",
    "beyond U+10FFFF, 22F490808022",
    "byte order mark, EFBBBF7B7D",
    "cut short, 22E282"
  })
  void refusesWhatIsNotUtf8(String name, String hex) {
    refusal(HexFormat.of().parseHex(hex));
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32"})
  void refusesOtherEncodings(String charset) {
    refusal("{\"a\":1}".getBytes(Charset.forName(charset)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\\ud800\"", "\"\\udc00\\ud800\"", "{\"\\ud800\":1}", "\"\\ud800x\""})
  void refusesHalfSurrogatePairs(String document) {
    assertTrue(refusal(document).contains("surrogate"));
  }

  @Test
  void refusesMoreThan64Levels() throws MalformedJsonException {
    rewritten("[".repeat(64) + "]".repeat(64));
    refusal("[".repeat(65) + "]".repeat(65));
  }

  @Test
  void refusesTooManyTokensAndLongNames() {
    refusal("[" + "1,".repeat(200_000) + "1]");
    refusal("{\"" + "n".repeat(257) + "\":1}");
  }

  @Test
  void refusesDocumentsOverTheLimitBeforeDecoding() {
    assertTrue(refusal(new byte[(4 << 20) + 1]).contains("the most allowed is 4194304"));
  }

  @Test
  void keepsOrderNumbersAndEscapes() throws MalformedJsonException {
    assertEquals(
        "{\"b\":1.0,\"a\":[1E+4,9007199254740993,-0,\"\\r\\n\\u2028\\u0085\\u00E9\\uD83D\\uDE00\",true,null]}",
        rewritten(
            "{ \"b\" : 1.0,\r\"a\":[1E+4,9007199254740993,-0,\"\\r\\n\u2028\u0085\u00e9\ud83d\ude00\",true,null]}\r"));
  }

  /** A name goes another way through the generator than a text. */
  @Test
  void escapesTheControlCharacterDeleteInNamesAndTexts() throws MalformedJsonException {
    assertEquals(
        "{\"a\\u007F\":\"b\\u007F\\u00E9\\n\"}", rewritten("{\"a\u007f\":\"b\u007f\u00e9\\n\"}"));
  }

  @Test
  void messagesHoldNoControlCharactersOfTheDocument() {
    String message = refusal("{\"a\\u001b[31m\\n\":1,\"a\\u001b[31m\\n\":1}");
    assertTrue(message.chars().allMatch(c -> c >= 0x20 && c < 0x7F), message);
  }
}
