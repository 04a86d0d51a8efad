// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads policy documents and reports all that is wrong with them at once.
 *
 * <p>A key that is not understood is an error, never ignored; so is one of the wider language that
 * this version does not support. Safe for use by many threads; never throws on any input.
 */
public final class PolicyReader {
  /** Length of a document in bytes of UTF-8. */
  public static final int DOCUMENT_BYTES_MAX = 256 << 10;

  /** Rules in one document. */
  public static final int TOOLS_MAX = 1_000;

  /** Limits in one rule. */
  public static final int LIMITS_MAX = 16;

  /** Characters in a reason. */
  public static final int REASON_CHARS_MAX = 500;

  /** The greatest {@code max} of a limit. */
  public static final long MAX_MAX = 1_000_000_000;

  /** Problems reported before the rest is only counted. */
  public static final int PROBLEMS_MAX = 100;

  static final String EMPTY =
      "the document is empty; a policy has at least `version` and `default`";

  private static final Pattern JSON_BEGINNING = Pattern.compile("\\s*\\{\\s*(\"|\\})");
  private static final List<String> KEYS = List.of("version", "default", "tools");
  private static final Set<String> PLANNED =
      Set.of("mode", "audit", "hide", "all_tools", "resources", "prompts", "tests");
  private static final StrictJson JSON =
      new StrictJson(
          new JsonLimits(
              DOCUMENT_BYTES_MAX, YamlText.DEPTH_MAX, 1024, DOCUMENT_BYTES_MAX, 64, 200_000));

  private PolicyReader() {}

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
    int bytes = JsonText.bytes(spec).length;
    if (bytes > DOCUMENT_BYTES_MAX) {
      problems.add(Place.DOCUMENT, tooLong(bytes));
      return new PolicyReading.Invalid(problems.list());
    }
    return document(spec, besides, problems);
  }

  private static Optional<JsonValue> value(String text, Problems problems) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > DOCUMENT_BYTES_MAX) {
      problems.add(Place.DOCUMENT, tooLong(bytes.length));
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
      return YamlText.read(text, problems);
    }
    try {
      return Optional.of(JSON.read(bytes));
    } catch (MalformedJsonException notJson) {
      // JSON is YAML too, and the reader of YAML names line and place; but it takes tabs amiss
      var asYaml = new Problems();
      Optional<JsonValue> value = YamlText.read(text, asYaml);
      if (value.isPresent() || text.indexOf('\t') < 0) {
        problems.addAll(asYaml);
        return value;
      }
      problems.add(Place.DOCUMENT, String.valueOf(notJson.getMessage()));
      return Optional.empty();
    }
  }

  private static String tooLong(int bytes) {
    return "the document has " + bytes + " bytes, the most allowed is " + DOCUMENT_BYTES_MAX;
  }

  private static PolicyReading document(JsonValue value, Set<String> besides, Problems problems) {
    if (!(value instanceof JsonObject object)) {
      problems.add(
          Place.DOCUMENT,
          "found " + Wording.found(value) + "; a policy is an object with `version` and `default`");
      return new PolicyReading.Invalid(problems.list());
    }
    var fields = new Fields(Place.DOCUMENT, object, KEYS, problems);
    fields.reportUnknownKeys("a policy", PLANNED, besides);
    fields.required("version", "`\"1\"`").ifPresent(found -> version(found, fields, problems));
    Optional<Action> defaultAction =
        fields
            .required("default", "allow or deny")
            .flatMap(found -> RuleReader.action(found, fields.at("default"), problems));
    Map<String, Rule> tools =
        fields.get("tools").map(found -> tools(found, problems)).orElse(Map.of());
    if (!problems.none() || defaultAction.isEmpty()) {
      return new PolicyReading.Invalid(problems.list());
    }
    return new PolicyReading.Valid(PolicyDocument.ofTools(defaultAction.get(), tools));
  }

  private static void version(JsonValue value, Fields fields, Problems problems) {
    if (value instanceof JsonString(String text) && text.equals("1")) {
      return;
    }
    String hint =
        value instanceof JsonNumber(String number) && number.equals("1")
            ? " (a text, with quotes)"
            : "";
    problems.add(
        fields.at("version"), Wording.found(value) + " is not a version; use `\"1\"`" + hint);
  }

  private static Map<String, Rule> tools(JsonValue value, Problems problems) {
    Place place = Place.DOCUMENT.member("tools");
    if (!(value instanceof JsonObject(Map<String, JsonValue> members))) {
      problems.add(
          place, "found " + Wording.found(value) + "; use an object with a rule for each tool");
      return Map.of();
    }
    if (members.size() > TOOLS_MAX) {
      problems.add(
          place, "there are " + members.size() + " rules, the most allowed is " + TOOLS_MAX);
      return Map.of();
    }
    var reader = new RuleReader(problems);
    var tools = new LinkedHashMap<String, Rule>();
    members.forEach(
        (name, rule) -> {
          Place at = place.member(name);
          if (!isToolName(name)) {
            String hint = name.contains("*") ? " (names are exact, there are no patterns)" : "";
            problems.add(
                at,
                Wording.quoted(name)
                    + " is not a name of a tool; use 1 to 128 of A-Z a-z 0-9 _ . -"
                    + hint);
          }
          reader.rule(name, rule, at).ifPresent(read -> tools.put(name, read));
        });
    return tools;
  }
}
