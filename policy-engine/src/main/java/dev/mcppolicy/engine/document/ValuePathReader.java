// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the paths by which conditions and costs find their values. */
record ValuePathReader(Problems problems) {
  private static final String ARGUMENT_USE =
      "args.NAME or a JSON Pointer into the arguments such as /NAME";
  static final String USE =
      "args.NAME, a JSON Pointer into the arguments such as /NAME, grant.name, grant.labels.KEY,"
          + " workload.name or workload.replicas";

  private static final String LABELS = "grant.labels.";
  private static final Pattern LABEL_KEY = Pattern.compile("[A-Za-z0-9/._-]{1,317}");
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");
  private static final List<String> FIXED =
      List.of("grant.name", "workload.name", "workload.replicas");

  Optional<ValuePath> path(JsonValue value, Place place) {
    if (value instanceof JsonString label && label.value().startsWith(LABELS)) {
      return label(label.value(), place);
    }
    Optional<ValuePath> fixed =
        value instanceof JsonString name ? fixed(name.value()) : Optional.empty();
    return fixed.isPresent() ? fixed : argument(value, place, USE).map(path -> path);
  }

  private static Optional<ValuePath> fixed(String text) {
    return switch (text) {
      case "grant.name" -> Optional.of(new ValuePath.GrantName());
      case "workload.name" -> Optional.of(new ValuePath.WorkloadName());
      case "workload.replicas" -> Optional.of(new ValuePath.WorkloadReplicas());
      default -> Optional.empty();
    };
  }

  /** A path into the arguments and nothing else. */
  Optional<ValuePath.Argument> argument(JsonValue value, Place place) {
    return argument(value, place, ARGUMENT_USE);
  }

  private Optional<ValuePath.Argument> argument(JsonValue value, Place place, String use) {
    if (value instanceof JsonString(String text)) {
      if (text.startsWith("/")) {
        return pointer(text, place).flatMap(tokens -> argument(tokens, place));
      }
      if (text.startsWith("args.") && text.length() > "args.".length()) {
        List<String> names = List.of(text.substring("args.".length()).split("\\.", -1));
        if (names.contains("")) {
          problems.add(
              place,
              Wording.quoted(text)
                  + " has an empty part; write a name that has dots in it as a JSON Pointer, such"
                  + " as /a.b");
          return Optional.empty();
        }
        if (names.stream().anyMatch(ValuePathReader::hasUnseen)) {
          problems.add(
              place,
              Wording.quoted(text)
                  + " has a part that begins or ends with a blank, or holds an invisible character;"
                  + " remove it, or write the path as a JSON Pointer if it is meant");
          return Optional.empty();
        }
        return argument(names, place);
      }
      problems.add(
          place, Values.notA(value, "a path") + "; use " + use + hint(text, use.equals(USE)));
    } else {
      problems.add(place, Values.notA(value, "a path") + "; use " + use);
    }
    return Optional.empty();
  }

  /** What nobody sees makes a path that no call has, and a condition that never denies. */
  private static boolean hasUnseen(String name) {
    return isBlank(name.codePointAt(0))
        || isBlank(name.codePointBefore(name.length()))
        || name.codePoints().anyMatch(Values::isInvisible);
  }

  private static boolean isBlank(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }

  private Optional<ValuePath.Argument> argument(List<String> tokens, Place place) {
    if (tokens.size() > ValuePath.TOKENS_MAX) {
      problems.add(
          place, "the path has " + tokens.size() + " parts; use 1 to " + ValuePath.TOKENS_MAX);
      return Optional.empty();
    }
    for (String token : tokens) {
      if (token.length() > ValuePath.TOKEN_CHARS_MAX) {
        problems.add(
            place,
            "a part of the path has "
                + token.length()
                + " characters; use at most "
                + ValuePath.TOKEN_CHARS_MAX);
        return Optional.empty();
      }
    }
    return Optional.of(new ValuePath.Argument(tokens));
  }

  private Optional<List<String>> pointer(String text, Place place) {
    var tokens = new ArrayList<String>();
    for (String escaped : text.substring(1).split("/", -1)) {
      if (escaped.replace("~0", "").replace("~1", "").contains("~")) {
        problems.add(
            place,
            Wording.quoted(text)
                + " is not a JSON Pointer: in a name `~` is written `~0` and `/` is written `~1`");
        return Optional.empty();
      }
      tokens.add(escaped.replace("~1", "/").replace("~0", "~"));
    }
    return Optional.of(tokens);
  }

  private Optional<ValuePath> label(String text, Place place) {
    String key = text.substring(LABELS.length());
    if (!LABEL_KEY.matcher(key).matches()) {
      problems.add(
          place,
          Wording.quoted(key)
              + " is not the key of a label; use up to 317 of A-Z a-z 0-9 / . _ -, such as"
              + " grant.labels.team");
      return Optional.empty();
    }
    return Optional.of(new ValuePath.GrantLabel(key));
  }

  /** What was probably meant: an argument by its bare name, or another word for the arguments. */
  private static String hint(String text, boolean anywhere) {
    if (text.length() > Wording.SHOWN_MAX - 8 || !PLAIN.matcher(text).matches()) {
      return "";
    }
    String fixed = anywhere ? Wording.didYouMean(text, FIXED) : "";
    if (!fixed.isEmpty()) {
      return fixed;
    }
    int dot = text.indexOf('.');
    String root = dot < 0 ? "" : text.substring(0, dot);
    String rest = text.substring(dot + 1);
    return switch (root) {
      case "arg", "argument", "arguments", "params", "parameters", "input" ->
          " (did you mean `args." + rest + "`?)";
      case "grant" ->
          anywhere && rest.startsWith("label.")
              ? " (did you mean `" + LABELS + rest.substring(rest.indexOf('.') + 1) + "`?)"
              : "";
      case "workload", "args" -> "";
      default -> text.equals("args") ? "" : " (did you mean `args." + text + "`?)";
    };
  }
}
