// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads policy documents and reports all that is wrong with them at once.
 *
 * <p>A key that is not understood is an error, never ignored. Safe for use by many threads; never
 * throws on any input.
 */
public final class PolicyReader {
  /** Length of a document in bytes of UTF-8. */
  public static final int DOCUMENT_BYTES_MAX = 256 << 10;

  /** Rules of one kind in one document. */
  public static final int TOOLS_MAX = 1_000;

  /** Limits in one rule. */
  public static final int LIMITS_MAX = 16;

  /** Characters in a reason. */
  public static final int REASON_CHARS_MAX = 500;

  /** The greatest {@code max} of a limit. */
  public static final long MAX_MAX = 1_000_000_000;

  /** Problems reported before the rest is only counted. */
  public static final int PROBLEMS_MAX = 100;

  /** The shortest policy. */
  private static final String LEAST = "{\"version\": \"1\", \"default\": \"deny\"}";

  static final String EMPTY =
      "the document is empty; use an object with `version` and `default`, such as " + LEAST;

  private static final Pattern JSON_BEGINNING = Pattern.compile("\\s*\\{\\s*(\"|\\})");
  private static final StrictJson JSON = json(DOCUMENT_BYTES_MAX);

  private PolicyReader() {}

  /** For texts of that many bytes. */
  static StrictJson json(int bytesMax) {
    return new StrictJson(
        new JsonLimits(bytesMax, YamlText.DEPTH_MAX, 1024, bytesMax, 64, bytesMax));
  }

  /** Whether a tool can have that name: 1 to 128 of {@code [A-Za-z0-9_.-]} (MCP, SEP-986). */
  public static boolean isToolName(String name) {
    if (name.isEmpty() || name.length() > 128) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean isAlphanumeric =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!isAlphanumeric && c != '_' && c != '.' && c != '-') {
        return false;
      }
    }
    return true;
  }

  /** Reads a file's text, JSON or YAML. */
  public static PolicyReading read(String text) {
    var problems = new Problems();
    Optional<JsonValue> value = value(text, problems);
    if (value.isEmpty()) {
      return new PolicyReading.Invalid(problems.list());
    }
    return document(value.get(), Set.of(), problems);
  }

  /** Reads a document that is an object of its own. */
  public static PolicyReading read(JsonObject document) {
    return read(document, Set.of());
  }

  /**
   * Reads a document that stands among other keys.
   *
   * @param besides keys of the surrounding resource, e.g. {@code servers} and {@code grants} in the
   *     spec of an McpPolicy; they are left alone, and named among the allowed ones
   */
  public static PolicyReading read(JsonObject spec, Set<String> besides) {
    var problems = new Problems();
    if (!isDeepAtMost(spec, YamlText.DEPTH_MAX)) {
      problems.add(Place.DOCUMENT, YamlText.TOO_DEEP);
      return new PolicyReading.Invalid(problems.list());
    }
    int bytes = JsonText.bytes(spec).length;
    if (bytes > DOCUMENT_BYTES_MAX) {
      problems.add(Place.DOCUMENT, tooLong(bytes, DOCUMENT_BYTES_MAX));
      return new PolicyReading.Invalid(problems.list());
    }
    return document(spec, besides, problems);
  }

  private static Optional<JsonValue> value(String text, Problems problems) {
    return value(text, DOCUMENT_BYTES_MAX, JSON, problems);
  }

  /**
   * A text as a value, whatever it means.
   *
   * @param json with the same {@code bytesMax}
   */
  static Optional<JsonValue> value(String text, int bytesMax, StrictJson json, Problems problems) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > bytesMax) {
      problems.add(Place.DOCUMENT, tooLong(bytes.length, bytesMax));
      return Optional.empty();
    }
    if (text.isBlank()) {
      problems.add(Place.DOCUMENT, EMPTY);
      return Optional.empty();
    }
    if (text.charAt(0) == '\uFEFF') {
      problems.add(
          Place.DOCUMENT,
          "the document begins with a byte order mark; save it as UTF-8 without one");
      return Optional.empty();
    }
    if (!JSON_BEGINNING.matcher(text).lookingAt()) {
      return YamlText.read(text, bytesMax, problems);
    }
    try {
      return Optional.of(json.read(bytes));
    } catch (MalformedJsonException notJson) {
      // JSON is YAML too, and the reader of YAML names line and place; but it takes tabs amiss
      var asYaml = new Problems();
      Optional<JsonValue> value = YamlText.read(text.replace('\t', ' '), bytesMax, asYaml);
      if (value.isPresent() && text.indexOf('\t') >= 0) {
        problems.add(Place.DOCUMENT, String.valueOf(notJson.getMessage()));
        return Optional.empty();
      }
      problems.addAll(asYaml);
      return value;
    }
  }

  private static boolean isDeepAtMost(JsonValue value, int levels) {
    return switch (value) {
      case JsonObject object ->
          levels > 0
              && object.members().values().stream().allMatch(one -> isDeepAtMost(one, levels - 1));
      case JsonArray array ->
          levels > 0 && array.elements().stream().allMatch(one -> isDeepAtMost(one, levels - 1));
      default -> true;
    };
  }

  private static String tooLong(int bytes, int bytesMax) {
    return "the document has " + bytes + " bytes, the most allowed is " + bytesMax;
  }

  private static PolicyReading document(JsonValue value, Set<String> besides, Problems problems) {
    if (!(value instanceof JsonObject object)) {
      problems.add(
          Place.DOCUMENT,
          "found "
              + Wording.found(value)
              + "; use an object with `version` and `default`, such as "
              + LEAST);
      return new PolicyReading.Invalid(problems.list());
    }
    Optional<PolicyDocument> document = new DocumentReader(problems).document(object, besides);
    if (!problems.none() || document.isEmpty()) {
      return new PolicyReading.Invalid(problems.list());
    }
    return new PolicyReading.Valid(document.get());
  }
}
