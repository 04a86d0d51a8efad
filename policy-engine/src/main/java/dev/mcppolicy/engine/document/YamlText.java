// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonBoolean;
import dev.mcppolicy.json.JsonValue.JsonNull;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads the part of YAML 1.2 that every reader of YAML understands alike, as a JSON value.
 *
 * <p>Refused: anchors and aliases, tags, several documents, duplicate keys, keys that are not text,
 * and plain scalars that YAML 1.1 (which Kubernetes reads) and 1.2 take for different things, such
 * as {@code no}, {@code 0x10}, {@code 010}, {@code 22:00} and {@code 2026-12-24}.
 *
 * <p>Source: <a href="https://yaml.org/spec/1.2.2/">YAML 1.2.2</a>, chapter 10.3 (core schema).
 */
final class YamlText {
  static final int DEPTH_MAX = 32;
  static final String TOO_DEEP = "the document is nested deeper than " + DEPTH_MAX + " levels";

  private static final Pattern NULL = Pattern.compile("~|null|Null|NULL|");
  private static final Pattern TRUE = Pattern.compile("true|True|TRUE");
  private static final Pattern FALSE = Pattern.compile("false|False|FALSE");
  private static final Pattern OLD_BOOLEAN =
      Pattern.compile("y|n|yes|no|on|off", Pattern.CASE_INSENSITIVE);
  private static final Pattern JSON_NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?");
  private static final Pattern OTHER_NUMBER =
      Pattern.compile(
          "[-+]?([0-9][0-9_]*(\\.[0-9_]*)?|\\.[0-9][0-9_]*)([eE][-+]?[0-9]+)?"
              + "|[-+]?0[xXoObB][0-9a-fA-F_]+"
              + "|[-+]?\\.(inf|nan)",
          Pattern.CASE_INSENSITIVE);

  /** To base 60, in YAML 1.1. */
  private static final Pattern TIME =
      Pattern.compile("[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\\.[0-9_]*)?");

  private static final Pattern DATE =
      Pattern.compile(
          "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
              + "(([Tt]|[ \\t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(\\.[0-9]*)?"
              + "([ \\t]*(Z|[-+][0-9]{1,2}(:?[0-9]{2})?))?)?");

  private final Problems problems;
  private final Iterator<Event> events;

  private YamlText(String text, int bytesMax, Problems problems) {
    this.problems = problems;
    var settings = LoadSettings.builder().setLabel("policy").setCodePointLimit(bytesMax).build();
    this.events = new Parse(settings).parseString(text).iterator();
  }

  /** The one document in the text; empty, with a problem, when there is none to go on with. */
  static Optional<JsonValue> read(String text, int bytesMax, Problems problems) {
    try {
      return new YamlText(text, bytesMax, problems).document();
    } catch (MarkedYamlEngineException notYaml) {
      if (String.valueOf(notYaml.getProblem()).contains("(TAB)")) {
        problems.add(
            Place.DOCUMENT,
            "the document is neither JSON nor YAML"
                + where(notYaml)
                + ": a tab; indent with spaces");
        return Optional.empty();
      }
      problems.add(
          Place.DOCUMENT,
          "the document is neither JSON nor YAML"
              + where(notYaml)
              + ": "
              + oneLine(String.valueOf(notYaml.getProblem())));
      return Optional.empty();
    } catch (YamlEngineException notYaml) {
      problems.add(
          Place.DOCUMENT,
          "the document is neither JSON nor YAML: "
              + oneLine(String.valueOf(notYaml.getMessage())));
      return Optional.empty();
    } catch (DepthExceededException tooDeep) {
      problems.add(Place.DOCUMENT, TOO_DEEP);
      return Optional.empty();
    }
  }

  private static String where(MarkedYamlEngineException notYaml) {
    return notYaml
        .getProblemMark()
        .map(mark -> " on line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1))
        .orElse("");
  }

  private Optional<JsonValue> document() {
    Optional<JsonValue> document = Optional.empty();
    while (events.hasNext()) {
      if (!(events.next() instanceof DocumentStartEvent)) {
        continue;
      }
      if (document.isPresent()) {
        problems.add(
            Place.DOCUMENT,
            "a second document begins with `---`; a policy is one document, put each in a file of"
                + " its own");
        return document;
      }
      document = Optional.of(node(events.next(), Place.DOCUMENT, 0));
    }
    if (document.isEmpty() || document.get() instanceof JsonNull) {
      problems.add(Place.DOCUMENT, PolicyReader.EMPTY);
      return Optional.empty();
    }
    return document;
  }

  private JsonValue node(Event event, Place place, int depth) {
    if (depth > DEPTH_MAX) {
      throw new DepthExceededException();
    }
    if (event instanceof NodeEvent node && !(event instanceof AliasEvent)) {
      node.getAnchor().ifPresent(anchor -> reportAnchor(place, "&", anchor));
    }
    return switch (event) {
      case ScalarEvent scalar -> {
        reportTag(place, scalar.getTag());
        yield scalar(scalar, place);
      }
      case MappingStartEvent mapping -> {
        reportTag(place, mapping.getTag());
        yield mapping(place, depth);
      }
      case SequenceStartEvent sequence -> {
        reportTag(place, sequence.getTag());
        yield sequence(place, depth);
      }
      case AliasEvent alias -> {
        reportAnchor(place, "*", alias.getAlias());
        yield JsonNull.NULL;
      }
      default -> throw new IllegalStateException("a YAML node began with " + event.getEventId());
    };
  }

  private JsonObject mapping(Place place, int depth) {
    var members = new LinkedHashMap<String, JsonValue>();
    for (Event key = events.next(); key.getEventId() != Event.ID.MappingEnd; key = events.next()) {
      if (!(key instanceof ScalarEvent scalar)) {
        problems.add(place, "a key must be text" + line(key));
        node(key, place, depth + 1);
        node(events.next(), place, depth + 1);
        continue;
      }
      String name = scalar.getValue();
      Place member = place.member(name);
      scalar.getAnchor().ifPresent(anchor -> reportAnchor(member, "&", anchor));
      reportTag(member, scalar.getTag());
      if (scalar.isPlain() && name.equals("<<")) {
        problems.addUnreadable(
            member,
            "`<<` merges another object into this one for some readers of YAML; write its members"
                + " out");
      } else if (scalar.isPlain() && OLD_BOOLEAN.matcher(name).matches()) {
        problems.addUnreadable(member, otherText(name, "true or false"));
      } else {
        key(scalar, place, member);
      }
      JsonValue value = node(events.next(), member, depth + 1);
      if (members.putIfAbsent(name, value) != null) {
        problems.add(
            member, "the key " + Wording.quoted(name) + " stands twice" + line(key) + "; keep one");
      }
    }
    return new JsonObject(members);
  }

  /** Whatever is not text: readers that make it a number or a truth value spell it anew. */
  private void key(ScalarEvent key, Place place, Place member) {
    switch (scalar(key, member)) {
      case JsonString _ -> {}
      case JsonNull _ -> problems.add(place, "a key must be text" + line(key));
      case JsonNumber _, JsonBoolean _, JsonObject _, JsonArray _ ->
          problems.addUnreadable(
              member,
              "a key must be text, and `"
                  + key.getValue()
                  + "` is none to every reader of YAML; write \""
                  + key.getValue()
                  + "\" with quotes");
    }
  }

  private JsonArray sequence(Place place, int depth) {
    var elements = new ArrayList<JsonValue>();
    for (Event element = events.next();
        element.getEventId() != Event.ID.SequenceEnd;
        element = events.next()) {
      elements.add(node(element, place.element(elements.size()), depth + 1));
    }
    return new JsonArray(elements);
  }

  private JsonValue scalar(ScalarEvent scalar, Place place) {
    String text = scalar.getValue();
    if (hasHalfSurrogate(text)) {
      problems.addUnreadable(place, "a text holds half of a surrogate pair");
      return new JsonString("");
    }
    if (!scalar.isPlain()) {
      return new JsonString(text);
    }
    if (NULL.matcher(text).matches()) {
      return JsonNull.NULL;
    }
    if (TRUE.matcher(text).matches()) {
      return JsonValue.of(true);
    }
    if (FALSE.matcher(text).matches()) {
      return JsonValue.of(false);
    }
    if (OLD_BOOLEAN.matcher(text).matches()) {
      problems.addUnreadable(
          place,
          otherText(text, "true or false")
              + (text.matches("(?i)y|yes|on") ? ", or true" : ", or false"));
      return new JsonString(text);
    }
    if (JSON_NUMBER.matcher(text).matches()) {
      return number(text, place);
    }
    if (text.length() <= Wording.SHOWN_MAX && !isText(text)) {
      problems.addUnreadable(place, otherValue(text));
    }
    return new JsonString(text);
  }

  private static boolean isText(String text) {
    return !TIME.matcher(text).matches()
        && !DATE.matcher(text).matches()
        && !OTHER_NUMBER.matcher(text).matches();
  }

  private static String otherValue(String text) {
    if (TIME.matcher(text).matches()) {
      return otherText(text, "a number");
    }
    if (DATE.matcher(text).matches()) {
      return otherText(text, "a date");
    }
    return Wording.quoted(text)
        + " is not the same number to every reader of YAML; write it as JSON does, or in quotes if"
        + " it is text";
  }

  private static String otherText(String text, String other) {
    return "`"
        + text
        + "` is text to one reader of YAML and "
        + other
        + " to another; write \""
        + text
        + "\" with quotes";
  }

  private JsonValue number(String text, Place place) {
    double nearest = Double.parseDouble(text);
    boolean isZero =
        text.chars().takeWhile(c -> c != 'e' && c != 'E').noneMatch(c -> c >= '1' && c <= '9');
    if (text.length() > Wording.SHOWN_MAX
        || Double.isInfinite(nearest)
        || (nearest == 0 && !isZero)) {
      problems.addUnreadable(place, "the number " + Wording.quoted(text) + " is out of range");
      return JsonValue.of(0);
    }
    return new JsonNumber(text);
  }

  private static boolean hasHalfSurrogate(String text) {
    return text.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  private void reportTag(Place place, Optional<String> tag) {
    tag.ifPresent(
        name ->
            problems.add(
                place,
                "the tag " + Wording.quoted(name) + " is not allowed; write the plain value"));
  }

  private void reportAnchor(Place place, String sign, Anchor anchor) {
    problems.addUnreadable(
        place,
        Wording.quoted(sign + anchor.getValue())
            + " is an anchor or alias of YAML, which a policy may not have; write the value out");
  }

  private static String line(Event event) {
    return event.getStartMark().map(mark -> " (line " + (mark.getLine() + 1) + ")").orElse("");
  }

  private static String oneLine(String text) {
    var shown = new StringBuilder();
    text.chars().limit(200).forEach(c -> shown.append(c >= 0x20 && c < 0x7F ? (char) c : ' '));
    return shown.toString();
  }

  /** Ends the reading of a document whose nesting would end our stack. */
  private static final class DepthExceededException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DepthExceededException() {
      super("too deep", null, false, false);
    }
  }
}
