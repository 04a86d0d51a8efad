// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.ValuePath;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.util.List;
import java.util.Optional;

/** A way into the arguments of a call, ready to walk without making anything. */
final class ArgumentPath {
  /** Stands for a value that is not there. */
  private static final JsonValue ABSENT = new JsonString("absent");

  /** Stands for a value behind one that has no such parts. */
  private static final JsonValue UNREACHABLE = new JsonString("unreachable");

  private static final int NO_INDEX = -1;

  private final String[] tokens;

  /** For each token the element it means where it meets a list, or {@link #NO_INDEX}. */
  private final int[] indexes;

  ArgumentPath(ValuePath.Argument path) {
    this.tokens = path.tokens().toArray(String[]::new);
    this.indexes = path.tokens().stream().mapToInt(ArgumentPath::index).toArray();
  }

  /** The value at the end of the path, or one of the two that say why there is none. */
  JsonValue resolve(JsonObject arguments) {
    JsonValue value = arguments;
    for (int i = 0; i < tokens.length; i++) {
      if (value instanceof JsonObject object) {
        JsonValue member = object.members().get(tokens[i]);
        if (member == null) {
          return ABSENT;
        }
        value = member;
      } else if (value instanceof JsonArray array) {
        if (indexes[i] == NO_INDEX) {
          return UNREACHABLE;
        }
        if (indexes[i] >= array.elements().size()) {
          return ABSENT;
        }
        value = array.elements().get(indexes[i]);
      } else {
        return UNREACHABLE;
      }
    }
    return value;
  }

  /** The value at the end of the path; empty when there is none. */
  Optional<JsonValue> find(JsonObject arguments) {
    JsonValue found = resolve(arguments);
    return isAbsent(found) || isUnreachable(found) ? Optional.empty() : Optional.of(found);
  }

  @SuppressWarnings("ReferenceEquality") // the very object, whatever a caller sends
  static boolean isAbsent(JsonValue resolved) {
    return resolved == ABSENT;
  }

  @SuppressWarnings("ReferenceEquality")
  static boolean isUnreachable(JsonValue resolved) {
    return resolved == UNREACHABLE;
  }

  /** An index as RFC 6901 writes it: no sign, no leading zero. */
  private static int index(String token) {
    boolean isIndex = token.equals("0") || token.matches("[1-9][0-9]*");
    if (!isIndex) {
      return NO_INDEX;
    }
    return token.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(token);
  }

  /** As a document writes it: with dots, or as a pointer where a key needs it. */
  static String text(List<String> tokens) {
    boolean plain = tokens.stream().allMatch(token -> token.matches("[A-Za-z0-9_-]+"));
    if (plain) {
      return "args." + String.join(".", tokens);
    }
    var pointer = new StringBuilder();
    tokens.forEach(token -> pointer.append('/').append(Pointer.escaped(token)));
    return pointer.toString();
  }
}
