// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.engine.document.DocumentLines;
import dev.mcppolicy.engine.document.DocumentText;
import dev.mcppolicy.engine.document.PolicyReader;
import dev.mcppolicy.engine.document.PolicyReading;
import dev.mcppolicy.engine.document.Problem;
import dev.mcppolicy.engine.document.Wording;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the policies in a file: a policy document on its own, McpPolicy manifests among others,
 * also several in one stream of YAML or in a {@code List}.
 *
 * <p>Manifests of other kinds are named and not read further: they may use what a policy may not.
 */
final class PolicySource {
  private static final Pattern SEPARATOR = Pattern.compile("(?m)^---(?=[ \\t\\r\\n]|\\z)");
  private static final Pattern NOTHING = Pattern.compile("(?:\\s|#.*|---(?=\\s|\\z)|\\.\\.\\.)*");
  private static final Pattern KIND =
      Pattern.compile("(?m)^kind:[ \\t]*[\"']?([A-Za-z0-9]+)[\"']?[ \\t]*(?:#.*)?\\r?$");
  private static final Pattern API_VERSION = Pattern.compile("(?m)^apiVersion:[ \\t]*\\S");

  private final InputFile file;
  private final List<SourceEntry> entries = new ArrayList<>();

  private PolicySource(InputFile file) {
    this.file = file;
  }

  /** What stands in the file, in its order; at least one entry. */
  static List<SourceEntry> read(InputFile file) {
    var source = new PolicySource(file);
    List<String> parts = parts(file.text());
    for (String part : parts) {
      source.part(part, parts.size() > 1);
    }
    return source.entries;
  }

  /**
   * The documents of a stream, each behind as many empty lines as stand before it in the file, so
   * that lines keep their numbers. A separator is one wherever it begins a line (YAML 1.2, 9.1.2).
   */
  private static List<String> parts(String text) {
    if (text.stripLeading().startsWith("{")) {
      return List.of(text);
    }
    var parts = new ArrayList<String>();
    Matcher separator = SEPARATOR.matcher(text);
    int begin = 0;
    while (begin < text.length()) {
      int end =
          separator.find(Math.min(text.length(), begin + 1)) ? separator.start() : text.length();
      String part = text.substring(begin, end);
      if (!NOTHING.matcher(part).matches()) {
        long lines = text.substring(0, begin).chars().filter(c -> c == '\n').count();
        parts.add("\n".repeat((int) lines) + part);
      }
      begin = end;
    }
    return parts.isEmpty() ? List.of(text) : parts;
  }

  private void part(String text, boolean isOneOfSeveral) {
    Optional<String> other = otherKind(text);
    if (other.isPresent()) {
      entries.add(
          new SourceEntry.Skipped(file.name(), DocumentLines.of(text).line(""), other.get()));
      return;
    }
    DocumentText read = DocumentText.read(text);
    DocumentLines lines = DocumentLines.of(text);
    if (read.value().isPresent()
        && read.value().get() instanceof JsonObject object
        && Manifest.is(object)) {
      manifest(object, "", read.problems(), lines, 0);
    } else if (isOneOfSeveral) {
      entries.add(
          new SourceEntry.Wrong(
              file.name(),
              lines,
              List.of(
                  new Problem(
                      "",
                      "this is one of several documents in the file and no manifest; a policy"
                          + " document stands alone in its file, several policies are McpPolicy"
                          + " manifests"))));
    } else {
      document(text, lines);
    }
  }

  private void document(String text, DocumentLines lines) {
    entries.add(
        switch (PolicyReader.read(text)) {
          case PolicyReading.Valid(var document) ->
              new SourceEntry.Policy(
                  file.name(),
                  lines,
                  new PolicyId("", file.shortName(), 1),
                  "",
                  Optional.empty(),
                  Optional.empty(),
                  document);
          case PolicyReading.Invalid(List<Problem> problems) ->
              new SourceEntry.Wrong(file.name(), lines, problems);
        });
  }

  private void manifest(
      JsonObject object, String place, List<Problem> known, DocumentLines lines, int depth) {
    String kind = object.string("kind").orElse("");
    Optional<JsonArray> items = object.array("items");
    if (Manifest.isPolicy(object)) {
      entries.add(Manifest.read(file.name(), object, place, known, lines));
    } else if (kind.endsWith("List") && items.isPresent() && depth == 0) {
      int index = 0;
      for (JsonValue item : items.get().elements()) {
        String at = Manifest.join(place, "items[" + index++ + "]");
        if (item instanceof JsonObject inside) {
          manifest(inside, at, known, lines, depth + 1);
        }
      }
    } else {
      String shown = kind.matches("[A-Za-z0-9]{1,64}") ? kind : Wording.quoted(kind);
      entries.add(new SourceEntry.Skipped(file.name(), lines.line(place), shown));
    }
  }

  /** The kind of a YAML manifest that is no policy, as far as it can be seen without reading it. */
  private static Optional<String> otherKind(String text) {
    Matcher kind = KIND.matcher(text);
    if (!kind.find() || !API_VERSION.matcher(text).find()) {
      return Optional.empty();
    }
    String found = kind.group(1);
    boolean mayHoldPolicies = found.equals(Manifest.KIND) || found.endsWith("List");
    return mayHoldPolicies ? Optional.empty() : Optional.of(found);
  }
}
