// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class StrictJsonProperties {
  private final StrictJson json = new StrictJson(JsonLimits.REQUEST);

  @Property
  void readingWhatWasWrittenGivesTheSameValue(@ForAll("values") JsonValue value)
      throws MalformedJsonException {
    assertEquals(value, json.read(JsonText.bytes(value)));
  }

  @Property
  void whatIsWrittenIsOneLineOfAscii(@ForAll("values") JsonValue value) {
    for (byte b : JsonText.bytes(value)) {
      assertTrue(b >= 0x20 && b < 0x7F, () -> "byte " + b);
    }
  }

  /** Any bytes give a value or a refusal, never another exception. */
  @Property
  void noInputThrowsAnythingElse(@ForAll byte[] bytes) {
    try {
      json.read(bytes);
    } catch (MalformedJsonException refused) {
      assertTrue(refused.getMessage() != null);
    }
  }

  @Provide
  Arbitrary<JsonValue> values() {
    return values(4);
  }

  private static Arbitrary<JsonValue> values(int depth) {
    Arbitrary<String> strings =
        Arbitraries.strings()
            .ofMaxLength(20)
            .filter(s -> s.codePoints().noneMatch(c -> c >= 0xD800 && c <= 0xDFFF));
    Arbitrary<JsonValue> leaves =
        Arbitraries.oneOf(
            strings.map(JsonValue::of),
            Arbitraries.longs().map(JsonValue::of),
            Arbitraries.bigDecimals()
                .ofScale(6)
                .map(d -> new JsonNumber(d.toPlainString()))
                .filter(n -> n.text().length() <= 64),
            Arbitraries.of(
                JsonValue.JsonBoolean.TRUE, JsonValue.JsonBoolean.FALSE, JsonValue.JsonNull.NULL));
    if (depth == 0) {
      return leaves;
    }
    return Arbitraries.oneOf(
        leaves,
        values(depth - 1).list().ofMaxSize(4).map(JsonArray::new),
        Arbitraries.maps(strings, values(depth - 1)).ofMaxSize(4).map(JsonObject::new));
  }
}
