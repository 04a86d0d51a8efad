// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Does what a message says, reading nothing but the message and the document: takes the name that
 * was perhaps meant, removes what is to be removed, writes quotes where they are asked for, and
 * takes the first of the values that may be used.
 */
final class ProposedFix {
  private static final Pattern MEANT = Pattern.compile("\\(did you mean `([^`]*)`\\?\\)$");
  private static final Pattern QUOTE = Pattern.compile("write \"([^\"]*)\" with quotes");
  private static final Pattern IF_TEXT = Pattern.compile("^`([^`]*)` .*in quotes if it is text$");
  private static final Pattern ANCHORED = Pattern.compile("&([a-z]+) (\\{[^{}]*\\})");
  private static final Pattern REMOVE = Pattern.compile("; remove `([^`]*)`");
  private static final Pattern LEAVE_OUT = Pattern.compile("leave `([^`]*)` out");
  private static final Pattern KEEP_ONE = Pattern.compile("\\(line ([0-9]+)\\); keep one$");
  private static final Pattern RANGE = Pattern.compile("; use a whole number from ([0-9]+) to");
  private static final Pattern SUCH_AS = Pattern.compile("such as (`[^`]*`|\"|\\{|\\[|/\\S+)");
  private static final Pattern WORDS = Pattern.compile("; use ([a-z_-]+)(?:,| or) ");
  private static final Pattern WRITTEN = Pattern.compile("; use (`[^`]*`|\\{|\\[|\")");
  private static final Pattern FROM = Pattern.compile("from (\"[^\"]*\") to \"");

  private ProposedFix() {}

  /** The document after the fix; empty when the message proposes none that is whole. */
  static Optional<String> apply(String document, Problem problem) {
    Optional<String> text = inText(document, problem);
    if (text.isPresent()) {
      return text;
    }
    if (problem.message().startsWith("the document is empty")) {
      return value(problem.message()).map(JsonText::string);
    }
    return YamlText.read(document, PolicyReader.DOCUMENT_BYTES_MAX, new Problems())
        .flatMap(value -> inValue(value, Edit.steps(problem.path()), problem.message()))
        .map(JsonText::string);
  }

  /** What has to be changed in the text, as only the text has it. */
  private static Optional<String> inText(String document, Problem problem) {
    String message = problem.message();
    Matcher quote = QUOTE.matcher(message);
    Matcher number = IF_TEXT.matcher(message);
    if (quote.find() || number.find()) {
      String scalar = quote.hasMatch() ? quote.group(1) : number.group(1);
      return Optional.of(
          Pattern.compile("(?<=[\\s\\[{,]|^)" + Pattern.quote(scalar) + "(?=[\\s,\\]}:]|$)")
              .matcher(document)
              .replaceFirst(Matcher.quoteReplacement("\"" + scalar + "\"")));
    }
    Matcher keepOne = KEEP_ONE.matcher(message);
    if (keepOne.find() && document.lines().count() > 1) {
      List<String> lines = document.lines().toList();
      int line = Integer.parseInt(keepOne.group(1)) - 1;
      return Optional.of(
          String.join("\n", lines.subList(0, line))
              + "\n"
              + String.join("\n", lines.subList(line + 1, lines.size())));
    }
    if (message.endsWith("save it as UTF-8 without one")) {
      return Optional.of(document.substring(1));
    }
    if (message.endsWith("a tab; indent with spaces")) {
      return Optional.of(document.replace("\t", "    "));
    }
    if (message.endsWith("put each in a file of its own")) {
      return Optional.of(document.substring(0, document.indexOf("\n---") + 1));
    }
    if (message.endsWith("write the plain value")) {
      return Optional.of(document.replaceFirst("![!a-z]+ ", ""));
    }
    Matcher anchor = ANCHORED.matcher(document);
    if (message.contains("is an anchor or alias") && anchor.find()) {
      return Optional.of(
          document
              .replace(anchor.group(), anchor.group(2))
              .replace("*" + anchor.group(1), anchor.group(2)));
    }
    if (message.startsWith("`<<` merges")) {
      return Optional.of(document.replaceFirst("<<: \\{([^{}]*)\\}", "$1"));
    }
    return Optional.empty();
  }

  private static Optional<JsonValue> inValue(
      JsonValue document, List<Object> steps, String message) {
    Matcher meant = MEANT.matcher(message);
    if (meant.find()) {
      boolean isKey =
          message.contains(" is not a key of ") || message.startsWith("no limit of this policy");
      return Optional.of(
          isKey
              ? Edit.renamed(document, steps, meant.group(1))
              : set(document, steps, JsonValue.of(meant.group(1))));
    }
    if (message.endsWith("the same key; write one") || message.endsWith("write it once")) {
      return Optional.of(Edit.at(document, steps, _ -> Optional.empty()));
    }
    Matcher remove = REMOVE.matcher(message);
    if (remove.find()) {
      return Optional.of(remove(document, steps, remove.group(1)));
    }
    Matcher leaveOut = LEAVE_OUT.matcher(message);
    if (leaveOut.find()) {
      return Optional.of(remove(document, steps, leaveOut.group(1)));
    }
    if (message.endsWith("leave from and to out for the whole day")) {
      return Optional.of(
          Edit.at(
              document,
              steps,
              period -> period.map(p -> ((JsonObject) p).without("from").without("to"))));
    }
    if (message.endsWith("without quotes)")) {
      return Optional.of(
          Edit.at(document, steps, text -> text.flatMap(ProposedFix::withoutQuotes)));
    }
    if (message.endsWith("(a text, with quotes)")) {
      return Optional.of(
          Edit.at(
              document, steps, number -> number.map(n -> JsonValue.of(((JsonNumber) n).text()))));
    }
    if (message.endsWith(Values.IN_BRACKETS)) {
      return Optional.of(
          Edit.at(document, steps, value -> value.map(one -> new JsonArray(List.of(one)))));
    }
    return value(message).map(value -> set(document, steps, value));
  }

  /** The first value that the message shows. */
  private static Optional<JsonValue> value(String message) {
    if (message.contains(" is not a key of ")) {
      return Optional.empty();
    }
    Matcher written = WRITTEN.matcher(message);
    if (written.find() && !message.contains("\"HH:MM\"") && !message.contains("\"YYYY-")) {
      return shown(message.substring(written.start(1)));
    }
    if (message.contains("an object, `{}`")) {
      return Optional.of(JsonObject.EMPTY);
    }
    Matcher range = RANGE.matcher(message);
    if (range.find()) {
      return Optional.of(new JsonNumber(range.group(1)));
    }
    Matcher from = FROM.matcher(message);
    if (from.find()) {
      return shown(from.group(1));
    }
    Matcher words = WORDS.matcher(message);
    if (words.find()) {
      String word = words.group(1);
      return Optional.of(word.equals("true") ? JsonValue.of(true) : JsonValue.of(word));
    }
    Matcher suchAs = SUCH_AS.matcher(message);
    return suchAs.find() ? shown(message.substring(suchAs.start(1))) : Optional.empty();
  }

  /** The JSON value at the beginning of the text, or what stands there in backticks. */
  private static Optional<JsonValue> shown(String text) {
    if (text.startsWith("/")) {
      return Optional.of(JsonValue.of(text.split("[ ,;]", 2)[0]));
    }
    if (text.startsWith("`")) {
      String inside = text.substring(1, text.indexOf('`', 1));
      return inside.startsWith("\"") ? shown(inside) : Optional.of(JsonValue.of(inside));
    }
    for (int end = text.length(); end > 1; end--) {
      try {
        byte[] json = text.substring(0, end).getBytes(StandardCharsets.UTF_8);
        return Optional.of(new StrictJson(JsonLimits.REQUEST).read(json));
      } catch (MalformedJsonException longerThanTheValue) {
        // one character less
      }
    }
    return Optional.empty();
  }

  private static JsonValue set(JsonValue document, List<Object> steps, JsonValue value) {
    return Edit.at(document, steps, _ -> Optional.of(value));
  }

  /** Without the member of that name, at the place or around it. */
  private static JsonValue remove(JsonValue document, List<Object> steps, String name) {
    int index = steps.lastIndexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException(name + " is not on the way to " + steps);
    }
    return Edit.at(document, steps.subList(0, index + 1), _ -> Optional.empty());
  }

  private static Optional<JsonValue> withoutQuotes(JsonValue value) {
    String text = ((JsonString) value).value();
    return Optional.of(
        text.equals("true") || text.equals("false")
            ? JsonValue.of(text.equals("true"))
            : new JsonNumber(text));
  }
}
