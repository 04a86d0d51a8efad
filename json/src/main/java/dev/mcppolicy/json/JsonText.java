// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonBoolean;
import dev.mcppolicy.json.JsonValue.JsonNull;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one form in which a {@link JsonValue} is written: compact, members in their order, numbers by
 * their exact text, every byte between 0x20 and 0x7E.
 *
 * <p>So no line ends inside it for any reader of lines, whichever characters it takes for a line's
 * end, and it is whole inside an event stream.
 */
public final class JsonText {
  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .characterEscapes(new DeleteEscaped())
          .build();

  private JsonText() {}

  public static byte[] bytes(JsonValue value) {
    try (var out = new ByteArrayBuilder(512)) {
      try (JsonGenerator generator = FACTORY.createGenerator(out)) {
        write(generator, value);
      }
      return out.toByteArray();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible); // memory does not fail to be written
    }
  }

  public static String string(JsonValue value) {
    return new String(bytes(value), StandardCharsets.US_ASCII);
  }

  private static void write(JsonGenerator generator, JsonValue value) throws IOException {
    switch (value) {
      case JsonObject object -> {
        generator.writeStartObject();
        for (Map.Entry<String, JsonValue> member : object.members().entrySet()) {
          generator.writeFieldName(member.getKey());
          write(generator, member.getValue());
        }
        generator.writeEndObject();
      }
      case JsonArray array -> {
        generator.writeStartArray();
        for (JsonValue element : array.elements()) {
          write(generator, element);
        }
        generator.writeEndArray();
      }
      case JsonString(String text) -> generator.writeString(text);
      case JsonNumber(String text) -> generator.writeNumber(text);
      case JsonBoolean(boolean flag) -> generator.writeBoolean(flag);
      case JsonNull() -> generator.writeNull();
    }
  }

  /** The escapes of JSON and 0x7F, a control character that the generator takes for plain ASCII. */
  private static final class DeleteEscaped extends CharacterEscapes {
    private static final long serialVersionUID = 1L;
    private static final int DELETE = 0x7F;

    private static final int[] CODES = codes();

    private static int[] codes() {
      int[] codes = Arrays.copyOf(standardAsciiEscapesForJSON(), DELETE + 1);
      codes[DELETE] = ESCAPE_STANDARD;
      return codes;
    }

    /** One table for every generator: they only read it, and each asks for it when it is made. */
    @Override
    public int[] getEscapeCodesForAscii() {
      return CODES;
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int c) {
      return null; // none of our own
    }
  }
}
