// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;

/**
 * Reads one JSON document so that no other parser can read it differently.
 *
 * <p>Refused, beyond what RFC 8259 forbids: anything but UTF-8 (overlong forms, surrogates, a byte
 * order mark, UTF-16 and UTF-32 included), duplicate member names at any depth, anything after the
 * document, lone surrogates written as escapes, numbers outside the range of a double or that a
 * double would turn into zero, and whatever is over the limits. Bytes are decoded by a decoder that
 * reports every error before they are parsed, because the parser's own decoder is lenient.
 *
 * <p>Safe for use by many threads.
 */
public final class StrictJson {
  private final JsonLimits limits;
  private final JsonFactory factory;

  public StrictJson(JsonLimits limits) {
    this.limits = limits;
    this.factory =
        JsonFactory.builder()
            .disable(
                JsonFactory.Feature
                    .CANONICALIZE_FIELD_NAMES) // no shared table that a caller's names could fill
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxDocumentLength(limits.documentBytesMax())
                    .maxNestingDepth(limits.depthMax())
                    .maxNameLength(limits.nameCharsMax())
                    .maxStringLength(limits.stringCharsMax())
                    .maxNumberLength(limits.numberCharsMax())
                    .maxTokenCount(limits.tokensMax())
                    .build())
            .build();
  }

  /** Reads a whole document of UTF-8 bytes. */
  public JsonValue read(byte[] bytes) throws MalformedJsonException {
    return read(ByteBuffer.wrap(bytes));
  }

  /** Reads a whole document: the remaining bytes of the buffer, which are consumed. */
  public JsonValue read(ByteBuffer bytes) throws MalformedJsonException {
    if (bytes.remaining() > limits.documentBytesMax()) {
      throw new MalformedJsonException(
          "the document has "
              + bytes.remaining()
              + " bytes, the most allowed is "
              + limits.documentBytesMax());
    }
    CharBuffer chars = decode(bytes);
    if (!chars.isEmpty() && chars.charAt(0) == '\uFEFF') {
      throw new MalformedJsonException(
          "the document begins with a byte order mark; send UTF-8 without one");
    }
    try (JsonParser parser =
        factory.createParser(chars.array(), chars.arrayOffset(), chars.remaining())) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw new MalformedJsonException("the document is empty");
      }
      JsonValue value = value(parser, first);
      if (parser.nextToken() != null) {
        throw new MalformedJsonException("something follows the document" + at(parser));
      }
      return value;
    } catch (StreamConstraintsException overLimit) {
      throw new MalformedJsonException(
          "the document is over a limit: "
              + printable(String.valueOf(overLimit.getOriginalMessage())));
    } catch (IOException notJson) {
      String cause =
          notJson instanceof com.fasterxml.jackson.core.JsonProcessingException parse
              ? parse.getOriginalMessage()
              : notJson.getMessage();
      throw new MalformedJsonException(
          "the document is not JSON: " + printable(String.valueOf(cause)));
    }
  }

  private static CharBuffer decode(ByteBuffer bytes) throws MalformedJsonException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(bytes);
    } catch (CharacterCodingException invalid) {
      throw new MalformedJsonException("the document is not valid UTF-8");
    }
  }

  private static JsonValue value(JsonParser parser, JsonToken token)
      throws IOException, MalformedJsonException {
    return switch (token) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> new JsonString(text(parser));
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser);
      case VALUE_TRUE -> JsonValue.JsonBoolean.TRUE;
      case VALUE_FALSE -> JsonValue.JsonBoolean.FALSE;
      case VALUE_NULL -> JsonValue.JsonNull.NULL;
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
          throw new IllegalStateException("the parser returned " + token + " where a value stands");
    };
  }

  private static JsonObject object(JsonParser parser) throws IOException, MalformedJsonException {
    var members = new LinkedHashMap<String, JsonValue>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = text(parser);
      if (members.containsKey(name)) {
        throw new MalformedJsonException(
            "the member `" + printable(name) + "` stands twice in one object" + at(parser));
      }
      members.put(name, value(parser, parser.nextToken()));
    }
    return new JsonObject(members);
  }

  private static JsonArray array(JsonParser parser) throws IOException, MalformedJsonException {
    var elements = new ArrayList<JsonValue>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      elements.add(value(parser, token));
    }
    return new JsonArray(elements);
  }

  /**
   * The current string or name, refused when it has a surrogate without its other half: upstream
   * parsers differ on those.
   */
  private static String text(JsonParser parser) throws IOException, MalformedJsonException {
    String text = parser.getText();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          throw new MalformedJsonException("a string has half of a surrogate pair" + at(parser));
        }
        i++;
      }
    }
    return text;
  }

  private static JsonNumber number(JsonParser parser) throws IOException, MalformedJsonException {
    String text = parser.getText();
    double nearest = Double.parseDouble(text);
    boolean isZero =
        text.chars().takeWhile(c -> c != 'e' && c != 'E').noneMatch(c -> c >= '1' && c <= '9');
    if (Double.isInfinite(nearest) || (nearest == 0 && !isZero)) {
      throw new MalformedJsonException(
          "the number `" + text + "` is outside the range of a double" + at(parser));
    }
    return new JsonNumber(text);
  }

  private static String at(JsonParser parser) {
    return " at character " + parser.currentLocation().getCharOffset();
  }

  /** At most 120 characters of printable ASCII. */
  private static String printable(String text) {
    var safe = new StringBuilder();
    int marker = text.indexOf(" (start marker at "); // a position that the parser keeps to itself
    int length = Math.min(marker < 0 ? text.length() : marker, 120);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      safe.append(c >= 0x20 && c < 0x7F ? c : '?');
    }
    return safe.toString();
  }
}
