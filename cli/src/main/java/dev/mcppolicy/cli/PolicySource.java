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
  private static final Pattern KIND =
      Pattern.compile("(?m)^kind:[ \\t]*[\"']?([A-Za-z0-9]+)[\"']?[ \\t]*(?:#.*)?\\r?$");
  private static final Pattern API_VERSION = Pattern.compile("(?m)^apiVersion:[ \\t]*(\\S.*)");

  /** Documents in one stream. */
  private static final int DOCUMENTS_MAX = 500;

  private final InputFile file;
  private final List<SourceEntry> entries = new ArrayList<>();

  private PolicySource(InputFile file) {
    this.file = file;
  }

  /**
   * One document of a stream.
   *
   * @param linesBefore how many lines of the file stand before it
   */
  private record Part(int linesBefore, String text) {

    /** Behind as many empty lines, so that lines keep their numbers. */
    String inPlace() {
      return "\n".repeat(linesBefore) + text;
    }
  }

  /** What stands in the file, in its order; at least one entry. */
  static List<SourceEntry> read(InputFile file) {
    var source = new PolicySource(file);
    List<Part> parts = parts(file.text());
    for (Part part : parts.subList(0, Math.min(parts.size(), DOCUMENTS_MAX))) {
      source.part(part, parts.size() > 1);
    }
    if (parts.size() > DOCUMENTS_MAX) {
      source.entries.add(
          new SourceEntry.Wrong(
              file.name(),
              DocumentLines.of(""),
              List.of(
                  new Problem(
                      "", "the file has more than " + DOCUMENTS_MAX + " documents; split it"))));
    }
    return source.entries;
  }

  /**
   * The documents of a stream, one too many at most. A separator is one wherever it begins a line
   * (YAML 1.2, 9.1.2).
   */
  private static List<Part> parts(String text) {
    if (text.stripLeading().startsWith("{")) {
      return List.of(new Part(0, text));
    }
    var parts = new ArrayList<Part>();
    Matcher separator = SEPARATOR.matcher(text);
    int begin = 0;
    int lines = 0;
    while (begin < text.length() && parts.size() <= DOCUMENTS_MAX) {
      int end =
          separator.find(Math.min(text.length(), begin + 1)) ? separator.start() : text.length();
      String part = text.substring(begin, end);
      if (!isNothing(part)) {
        parts.add(new Part(lines, part));
      }
      lines += (int) part.chars().filter(c -> c == '\n').count();
      begin = end;
    }
    return parts.isEmpty() ? List.of(new Part(0, text)) : parts;
  }

  /** Whether there are only blanks, comments and marks of documents. */
  private static boolean isNothing(String part) {
    return part.lines()
        .map(line -> line.startsWith("---") || line.startsWith("...") ? line.substring(3) : line)
        .map(String::strip)
        .allMatch(line -> line.isEmpty() || line.startsWith("#"));
  }

  private void part(Part part, boolean isOneOfSeveral) {
    Optional<String> other = otherKind(part.text());
    String text = part.inPlace();
    if (other.isPresent()) {
      entries.add(
          new SourceEntry.Skipped(file.name(), DocumentLines.of(text).line(""), other.get()));
      return;
    }
    DocumentText read = DocumentText.read(text, InputFile.BYTES_MAX);
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
    Optional<Problem> mistaken = Manifest.mistaken(object);
    if (mistaken.isPresent()) {
      String at = Manifest.join(place, mistaken.get().path());
      entries.add(
          new SourceEntry.Wrong(
              file.name(), lines, List.of(new Problem(at, mistaken.get().message()))));
    } else if (Manifest.isPolicy(object)) {
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
    Matcher version = API_VERSION.matcher(text);
    if (!kind.find() || !version.find()) {
      return Optional.empty();
    }
    String found = kind.group(1);
    boolean isMistaken =
        version.group(1).contains("mcppolicy.dev") && !Manifest.OTHER_KINDS.contains(found);
    boolean mayHoldPolicies = found.equals(Manifest.KIND) || found.endsWith("List") || isMistaken;
    return mayHoldPolicies ? Optional.empty() : Optional.of(found);
  }
}
